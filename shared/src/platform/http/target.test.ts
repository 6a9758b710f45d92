import { describe, expect, it } from 'vitest';
import { ToolError } from '../../contracts/error.ts';
import { bareHost, parseOrigin, parseTarget } from './target.ts';

const refusal = (act: () => unknown): ToolError => {
  try {
    act();
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('parseTarget', () => {
  it('adds the query to the one that is there and drops the fragment', () => {
    const url = parseTarget('https://a.example/p?x=1#frag', { q: 'a b&c', n: 3, yes: true, no: undefined, many: ['1', 2] });
    expect(url.href).toBe('https://a.example/p?x=1&q=a+b%26c&n=3&yes=true&many=1&many=2');
  });

  it.each([
    ['http://2130706433/', '127.0.0.1'],
    ['http://0x7f000001/', '127.0.0.1'],
    ['http://0177.0.0.1/', '127.0.0.1'],
    ['http://127.1/', '127.0.0.1'],
    ['http://0xa9.0376.43518/', '169.254.169.254'],
    ['http://①②⑦.0.0.1/', '127.0.0.1'],
    ['http://[::ffff:127.0.0.1]/', '::ffff:7f00:1'],
    ['http://LOCALHOST/', 'localhost'],
  ])('normalises %s', (text, host) => expect(bareHost(parseTarget(text))).toBe(host));

  it.each([
    '',
    'nonsense',
    '/path',
    'http://',
    'http://[fe80::1%25eth0]/',
    'http://256.1.1.1/',
    'file:///etc/passwd',
    'gopher://a/',
    'data:text/plain,x',
    'javascript:1',
  ])('refuses %j', (text) => expect(refusal(() => parseTarget(text)).code).toBe('invalid_input'));

  it('refuses a user name or a password and repeats neither', () => {
    for (const text of ['https://alice:s3cret@a.example/', 'https://s3cret@a.example/']) {
      const error = refusal(() => parseTarget(text));
      expect(error.code).toBe('invalid_input');
      expect(`${error.message} ${error.hint}`).not.toContain('s3cret');
    }
  });

  it('refuses a URL of unreasonable length', () => {
    expect(refusal(() => parseTarget(`https://a.example/${'x'.repeat(40_000)}`)).message).toContain('longer');
  });

  it('takes the origin of a configured URL', () => {
    expect(parseOrigin('https://Prom.Example:443/prefix/')).toBe('https://prom.example');
  });
});
