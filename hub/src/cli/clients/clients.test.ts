import { describe, expect, it } from 'vitest';
import { clientNamed, CLIENT_NAMES, type Place } from './clients.ts';
import { mergedEntry } from './client-file.ts';
import { withoutComments } from './jsonc.ts';

const mac: Place = { platform: 'darwin', env: { XDG_CONFIG_HOME: '/x' }, home: '/Users/ana' };
const windows: Place = { platform: 'win32', env: { APPDATA: 'D:\\Roaming' }, home: 'C:\\Users\\ana' };
const bareWindows: Place = { platform: 'win32', env: {}, home: 'C:\\Users\\ana' };
const linux: Place = { platform: 'linux', env: {}, home: '/home/ana' };
const xdg: Place = { platform: 'linux', env: { XDG_CONFIG_HOME: '/xdg', CLAUDE_CONFIG_DIR: '/claude' }, home: '/home/ana' };

describe('clients', () => {
  it("keep their files where each system's programs do", () => {
    const files = (place: Place) => CLIENT_NAMES.map((name) => clientNamed(name).file(place));
    expect(files(mac)).toEqual([
      '/Users/ana/Library/Application Support/Claude/claude_desktop_config.json',
      '/Users/ana/.claude.json',
      '/Users/ana/.cursor/mcp.json',
      '/Users/ana/Library/Application Support/Code/User/mcp.json',
    ]);
    expect(files(windows)).toEqual([
      'D:\\Roaming\\Claude\\claude_desktop_config.json',
      'C:\\Users\\ana\\.claude.json',
      'C:\\Users\\ana\\.cursor\\mcp.json',
      'D:\\Roaming\\Code\\User\\mcp.json',
    ]);
    expect(files(bareWindows)[0]).toBe('C:\\Users\\ana\\AppData\\Roaming\\Claude\\claude_desktop_config.json');
    expect(files(linux)).toEqual([
      '/home/ana/.config/Claude/claude_desktop_config.json',
      '/home/ana/.claude.json',
      '/home/ana/.cursor/mcp.json',
      '/home/ana/.config/Code/User/mcp.json',
    ]);
    expect(files(xdg)).toEqual([
      '/xdg/Claude/claude_desktop_config.json',
      '/claude/.claude.json',
      '/home/ana/.cursor/mcp.json',
      '/xdg/Code/User/mcp.json',
    ]);
    expect(clientNamed('vscode').file({ ...linux, env: { XDG_CONFIG_HOME: 'relative' } })).toBe('/home/ana/.config/Code/User/mcp.json');
  });
});

describe('an entry over an old one', () => {
  it('keeps what a person has added, and drops what belongs to the other transport', () => {
    const old = {
      type: 'http',
      url: 'http://x',
      headers: { a: 'b' },
      disabled: true,
      env: { TOKEN: '1', DEPLOYMENT_ENGINE_ROOTS: '/old' },
    };
    expect(mergedEntry(old, { command: '/node', env: { DEPLOYMENT_ENGINE_ROOTS: '/new' } })).toEqual({
      disabled: true,
      command: '/node',
      env: { TOKEN: '1', DEPLOYMENT_ENGINE_ROOTS: '/new' },
    });
    const stdio = { type: 'stdio', command: 'old', args: ['x'], alwaysAllow: ['y'] };
    expect(mergedEntry(stdio, { type: 'http' })).toEqual({ type: 'http', alwaysAllow: ['y'] });
    expect(mergedEntry('nonsense', { command: '/node' })).toEqual({ command: '/node' });
  });
});

describe('JSON with comments', () => {
  it('becomes JSON of the same shape, line by line', () => {
    const text = '{ // one\n  "a": "// no comment", /* two\n lines */ "b": [1, 2,],\n  "c\\"": "/* nor this */",\n}';
    const json = withoutComments(text);
    expect(JSON.parse(json)).toEqual({ a: '// no comment', b: [1, 2], 'c"': '/* nor this */' });
    expect(json.split('\n').map((line) => line.length)).toEqual(text.split('\n').map((line) => line.length));
  });
});
