import { describe, expect, it } from 'vitest';
import { childEnvironment } from './environment.ts';
import { LineCutter, wholeCharacters } from './lines.ts';

describe('the environment of a child', () => {
  it('treats names without letter case on Windows', () => {
    const source = { Path: 'C:\\x', SYSTEMROOT: 'C:\\Windows', Token: 'secret', lc_all: 'C' };
    expect(childEnvironment({ source, platform: 'win32', set: { PATH: 'D:\\y' } })).toEqual({
      PATH: 'D:\\y',
      SYSTEMROOT: 'C:\\Windows',
      lc_all: 'C',
    });
    expect(childEnvironment({ source: {}, platform: 'win32' }).PATH).toContain('\\Git\\cmd;');
  });

  it('passes proxies, agents and credentials only by name', () => {
    const source = { PATH: '/bin', HTTPS_PROXY: 'http://u:p@h', SSH_AUTH_SOCK: '/s', GITHUB_TOKEN: 't', LANGUAGE: 'de' };
    expect(childEnvironment({ source, platform: 'linux' })).toEqual({ PATH: '/bin', LANGUAGE: 'de' });
    expect(childEnvironment({ source, platform: 'linux', allow: ['HTTPS_PROXY', 'SSH_*'] })).toMatchObject({
      HTTPS_PROXY: 'http://u:p@h',
      SSH_AUTH_SOCK: '/s',
    });
  });
});

describe('cutting lines', () => {
  it('gives the same lines however the bytes are cut', () => {
    const bytes = Buffer.from('erste\r\nzweite €\n\nletzte ü');
    for (let size = 1; size <= bytes.length; size++) {
      const cutter = new LineCutter(1000);
      const lines: string[] = [];
      for (let at = 0; at < bytes.length; at += size) lines.push(...cutter.push(bytes.subarray(at, at + size)));
      expect([...lines, ...cutter.end()]).toEqual(['erste', 'zweite €', '', 'letzte ü']);
    }
  });

  it('drops only a character that was cut', () => {
    for (const [text, size, kept] of [
      ['aé', 2, 'a'],
      ['a€', 3, 'a'],
      ['a€', 4, 'a€'],
      ['😀', 3, ''],
      ['ab', 2, 'ab'],
      ['', 0, ''],
    ] as const) {
      expect(wholeCharacters(Buffer.from(text).subarray(0, size)).toString()).toBe(kept);
    }
  });
});
