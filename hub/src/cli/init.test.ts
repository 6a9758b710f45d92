import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, lstatSync } from 'node:fs';
import { delimiter, isAbsolute } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mainFile } from './clients/entry.ts';
import { Desk } from './run-here.testing.ts';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
  expect(existsSync(mainFile()), 'the hub must be built: npm run build').toBe(true);
});
afterEach(() => desk.close());

interface File {
  mcpServers: Record<
    string,
    { command: string; args: string[]; env: Record<string, string>; url?: string; headers?: Record<string, string> }
  >;
}

const parsed = (name: string) => JSON.parse(desk.read(name)) as File;

describe('init', () => {
  it('makes the file of a client that has none, with absolute paths and the roots', async () => {
    const other = desk.path('other');
    mkdirSync(other);
    const { code, stdout } = await desk.run(
      'init',
      'claude-desktop',
      '--root',
      desk.project,
      '../other',
      '--file',
      desk.path('new', 'claude.json'),
    );
    expect(code).toBe(0);
    expect(stdout).toContain('new/claude.json');
    const entry = parsed('new/claude.json').mcpServers['deployment-engine'];
    expect(entry?.env).toEqual({
      DEPLOYMENT_ENGINE_ROOTS: [desk.project, other].join(delimiter),
      DEPLOYMENT_ENGINE_HOME: desk.path('state'),
    });
    expect(entry?.args).toEqual([mainFile(), 'hub', '--stdio']);
    expect(isAbsolute(entry?.command ?? '') && existsSync(entry?.command ?? '')).toBe(true);
    expect(readdirSync(desk.path('new'))).toEqual(['claude.json']);
  });

  it("writes to the client's own place when no file is named", async () => {
    process.env['XDG_CONFIG_HOME'] = desk.path('home', '.config');
    expect((await desk.run('init', 'cursor', '--print')).stderr).toContain('.cursor/mcp.json');
  });

  it('keeps everything that is there, with a copy beside it, and changes nothing the second time', async () => {
    const text =
      '{\n  "globalShortcut": "",\n  "mcpServers": {\n    "mine": {"command": "x",   "env": {"K": "v"}}\n  },\n  "unknown": [1, 2]\n}\n';
    const file = desk.write('c/claude.json', text);
    const first = await desk.run('init', 'claude-desktop', '--file', file);
    expect(first.code).toBe(0);
    const [backup] = readdirSync(desk.path('c')).filter((name) => name.endsWith('.bak'));
    expect(desk.read(`c/${backup}`)).toBe(text);
    expect(first.stderr).toContain(backup);
    const after = desk.read('c/claude.json');
    expect(after).toContain('"mine": {"command": "x",   "env": {"K": "v"}}');
    expect(after).toContain('"unknown": [1, 2]\n}\n');
    expect((await desk.run('init', 'claude-desktop', '--file', file)).stdout).toContain('has this entry already');
    expect(readdirSync(desk.path('c'))).toHaveLength(2);

    expect((await desk.run('init', 'claude-desktop', '--file', file, '--remove')).code).toBe(0);
    expect(desk.read('c/claude.json')).toBe(text);
    expect((await desk.run('init', 'claude-desktop', '--file', file, '--remove')).stdout).toContain('has no "deployment-engine"');
  });

  it('updates its own entry, and keeps what a person has added to it', async () => {
    const file = desk.write('claude.json', {
      mcpServers: { hub: { command: 'old', args: [], env: { GITHUB_TOKEN: 't' }, disabled: false } },
    });
    await desk.run('init', 'claude-desktop', '--file', file, '--name', 'hub');
    expect(parsed('claude.json').mcpServers['hub']).toMatchObject({
      args: [mainFile(), 'hub', '--stdio'],
      env: { GITHUB_TOKEN: 't', DEPLOYMENT_ENGINE_ROOTS: desk.project },
      disabled: false,
    });
  });

  it('follows a link to the real file', async () => {
    desk.write('dotfiles/claude.json', '{}');
    symlinkSync(desk.path('dotfiles', 'claude.json'), desk.path('claude.json'));
    await desk.run('init', 'claude-desktop', '--file', desk.path('claude.json'));
    expect(lstatSync(desk.path('claude.json')).isSymbolicLink()).toBe(true);
    expect(parsed('dotfiles/claude.json').mcpServers).toHaveProperty('deployment-engine');
  });

  const broken: [string, string, RegExp][] = [
    ['a missing bracket', '{\n  "mcpServers": {\n    "a": 1\n', /line 4, column 1/],
    ['a comma too many', '{\n  "mcpServers": {},\n}', /line 3, column 1: remove the comma/],
    ['a comment', '{\n  // mine\n}', /line 2, column 3/],
    ['a name that appears twice', '{"mcpServers": {}, "mcpServers": {}}', /line 1, column 20/],
    ['a list', '[]', /does not hold a JSON object/],
    ['servers that are no object', '{"mcpServers": []}', /"mcpServers" in .* is not an object/],
  ];
  it.each(broken)('refuses a file with %s, and leaves it as it is', async (_what, text, expected) => {
    const file = desk.write('c/claude.json', text);
    const { code, stdout, stderr } = await desk.run('init', 'claude-desktop', '--file', file);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(expected);
    expect(desk.read('c/claude.json')).toBe(text);
    expect(readdirSync(desk.path('c'))).toEqual(['claude.json']);
    expect(await desk.run('init', 'claude-desktop', '--file', file, '--remove')).toMatchObject({ code: 1 });
  });

  it("prints the entry where VS Code's file has comments", async () => {
    const text = '{\n  // my servers\n  "servers": {},\n}';
    const file = desk.write('c/mcp.json', text);
    const { code, stdout, stderr } = await desk.run('init', 'vscode', '--file', file);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ servers: { 'deployment-engine': { type: 'stdio', args: [mainFile(), 'hub', '--stdio'] } } });
    expect(stderr).toContain('has comments');
    expect(desk.read('c/mcp.json')).toBe(text);
    const invalid = desk.write('c/bad.json', '{ // x\n "servers": { }');
    expect(await desk.run('init', 'vscode', '--file', invalid)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('line 2, column 16'),
    });
  });

  it('does not take an entry out of a file with comments', async () => {
    const file = desk.write('mcp.json', '{ /* x */ "servers": { "deployment-engine": {} } }');
    expect(await desk.run('init', 'vscode', '--file', file, '--remove')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('by hand'),
    });
  });

  it('prints without writing, the entry alone on stdout', async () => {
    const file = desk.path('c', 'claude.json');
    const { code, stdout, stderr } = await desk.run('init', 'claude-code', '--print', '--file', file);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ mcpServers: { 'deployment-engine': { type: 'stdio' } } });
    expect(stderr).toContain(file);
    expect(existsSync(file)).toBe(false);
  });

  it('connects to a running hub by URL and owner token, in a file for its owner alone', async () => {
    const file = desk.write('c/mcp.json', '{"mcpServers": {"deployment-engine": {"command": "x", "args": ["y"], "note": 1}}}');
    expect(statSync(file).mode & 0o077).not.toBe(0);
    await desk.run('init', 'cursor', '--http', '9000', '--file', file);
    const token = (await desk.run('token')).stdout.trim();
    expect(parsed('c/mcp.json').mcpServers['deployment-engine']).toEqual({
      note: 1,
      url: 'http://127.0.0.1:9000/mcp',
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(statSync(file).mode & 0o077).toBe(0);
    const standard = JSON.parse((await desk.run('init', 'vscode', '--http', '--print')).stdout) as { servers: object };
    expect(standard.servers).toMatchObject({ 'deployment-engine': { type: 'http', url: 'http://127.0.0.1:8040/mcp' } });
  });

  it('says that Claude Desktop takes no URL, and refuses addresses of other machines', async () => {
    expect(await desk.run('init', 'claude-desktop', '--http')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('cannot name a URL'),
    });
    expect(await desk.run('init', 'cursor', '--http', '10.0.0.1:80')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('not a loopback'),
    });
    expect(await desk.run('init', 'cursor', '--http', '0')).toMatchObject({ code: 2 });
  });

  it('checks the folders', async () => {
    const file = desk.write('not-a-folder', '');
    for (const root of [desk.path('nowhere'), file, '', `a${delimiter}b`]) {
      expect(await desk.run('init', 'cursor', '--print', '--root', root), root).toMatchObject({ code: 2, stdout: '' });
    }
    delete process.env['DEPLOYMENT_ENGINE_ROOTS'];
    const here = await desk.run('init', 'cursor', '--print');
    expect(here.stderr).toContain('the current folder');
    expect(here.stdout).toContain(desk.project);
    process.chdir('/');
    expect(await desk.run('init', 'cursor', '--print')).toMatchObject({ code: 2, stderr: expect.stringContaining('--root') });
  });

  it('takes a configuration file along, which must be there', async () => {
    const config = desk.write('mcp.config.json', {});
    expect((await desk.run('init', 'cursor', '--print', '--config', '../mcp.config.json')).stdout).toContain(
      `"DEPLOYMENT_ENGINE_CONFIG": "${config}"`,
    );
    expect(await desk.run('init', 'cursor', '--print', '--config', 'none.json')).toMatchObject({ code: 2 });
    expect(readFileSync(config, 'utf8')).toBe('{}');
  });

  it('asks for the folders at a terminal, again after a wrong answer', async () => {
    delete process.env['DEPLOYMENT_ENGINE_ROOTS'];
    const other = desk.path('other');
    mkdirSync(other);
    const asked = await desk.runAtTerminal([desk.path('nowhere'), `${other}${delimiter}${desk.project}`], 'init', 'cursor', '--print');
    expect(asked.stderr).toContain(`There is no folder ${desk.path('nowhere')}`);
    expect(asked.stdout).toContain(`"DEPLOYMENT_ENGINE_ROOTS": "${other}${delimiter}${desk.project}"`);
    expect((await desk.runAtTerminal([''], 'init', 'cursor', '--print')).stdout).toContain(`"DEPLOYMENT_ENGINE_ROOTS": "${desk.project}"`);
    expect(await desk.runAtTerminal([], 'init', 'cursor', '--print')).toMatchObject({ code: 2, stdout: '' });
  });
});
