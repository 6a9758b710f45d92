import { describe, expect, it } from 'vitest';
import { qualify, qualifyUri, slugOf, unqualify, unqualifyUri } from './names.ts';

describe('names through the hub', () => {
  const servers = ['git', 'cloud-storage', 's-1', 'a', slugOf('My  Server!'), slugOf('__x__'), slugOf('日本')];
  const names = [
    'status',
    'a__b',
    '__hidden',
    '_x',
    'x_',
    'x__',
    '__',
    '_',
    'getUser',
    'with space',
    'with+plus',
    'ä',
    '\u202E',
    'x'.repeat(500),
  ];

  it('come apart exactly as they were put together', () => {
    for (const server of servers) {
      for (const name of names) expect(unqualify(qualify(server, name)), `${server} ${name}`).toEqual({ server, name });
      for (const uri of ['git://repo/path', 'file:///a+b', 'urn:x', '+', 'note://a__b', 'ui://{x}{?y}'])
        expect(unqualifyUri(qualifyUri(server, uri)), `${server} ${uri}`).toEqual({ server, uri });
    }
  });

  it('are different for different pairs', () => {
    const all = servers.flatMap((server) => names.map((name) => qualify(server, name)));
    expect(new Set(all).size).toBe(all.length);
  });

  it.each(['', 'call_tool', '__x', 'git__', '__', 'git'])('are no names: %j', (name) => {
    expect(unqualify(name)).toBeUndefined();
  });

  it.each(['', 'git://x', '+x', 'git+'])('are no URIs: %j', (uri) => {
    expect(unqualifyUri(uri)).toBeUndefined();
  });

  it.each([
    ['GitHub', 'github'],
    ['My Server (2)', 'my-server-2'],
    ['a__b', 'a-b'],
    ['Café', 'cafe'],
    ['--x--', 'x'],
    ['1password', 's-1password'],
    ['日本', 's-server'],
    ['../../etc', 'etc'],
    ['__proto__', 'proto'],
    ['git+ssh', 'git-ssh'],
  ])('make %j a server’s name', (name, slug) => {
    expect(slugOf(name)).toBe(slug);
    expect(slugOf(slug)).toBe(slug);
    expect(slug).toMatch(/^[a-z][a-z0-9-]*$/);
  });
});
