import { describe, expect, it } from 'vitest';
import { createProxyChoice, proxyFromEnv } from './proxy.ts';

describe('proxyFromEnv', () => {
  it('prefers the lower-case spelling and falls back to ALL_PROXY', () => {
    expect(proxyFromEnv({ HTTPS_PROXY: 'http://upper', https_proxy: 'http://lower', ALL_PROXY: 'http://all', NO_PROXY: 'x' })).toEqual({
      http: 'http://all',
      https: 'http://lower',
      no: 'x',
    });
    expect(proxyFromEnv({ HTTP_PROXY: '' })).toEqual({ http: undefined, https: undefined, no: undefined });
  });
});

describe('createProxyChoice', () => {
  it('chooses by scheme and takes credentials out of the URL', () => {
    const choose = createProxyChoice({ http: 'plain:3128', https: 'https://user:p%40ss@secure.example' });
    expect(choose(new URL('http://a.example/'))).toEqual({ origin: 'http://plain:3128', authorization: undefined });
    expect(choose(new URL('https://a.example/'))).toEqual({
      origin: 'https://secure.example',
      authorization: `Basic ${Buffer.from('user:p@ss').toString('base64')}`,
    });
    expect(createProxyChoice({})(new URL('http://a.example/'))).toBeUndefined();
  });

  it('never sends this machine through a proxy', () => {
    const choose = createProxyChoice({ http: 'http://proxy:1' });
    for (const url of ['http://localhost/', 'http://app.localhost/', 'http://127.9.9.9/', 'http://[::1]/'])
      expect(choose(new URL(url)), url).toBeUndefined();
  });

  it.each([
    ['*', 'http://a.example/', true],
    ['a.example', 'http://a.example/', true],
    ['.example', 'http://a.example/', true],
    ['*.example', 'http://a.example/', true],
    ['example', 'http://a.example/', true],
    ['le', 'http://a.example/', false],
    ['a.example:8080', 'http://a.example/', false],
    ['a.example:80', 'http://a.example/', true],
    ['a.example:443', 'https://a.example/', true],
    ['10.0.0.0/8', 'http://10.2.3.4/', true],
    ['10.0.0.0/8', 'http://11.2.3.4/', false],
    ['fd00::/8', 'http://[fd12::1]/', true],
    ['fd00::/8', 'http://10.0.0.1/', false],
    ['[fd12::1]:8080', 'http://[fd12::1]:8080/', true],
    [' , b.example A.EXAMPLE', 'http://a.example/', true],
    ['', 'http://a.example/', false],
  ])('NO_PROXY=%j and %s: direct is %s', (no, url, direct) => {
    expect(createProxyChoice({ http: 'http://proxy:1', https: 'http://proxy:1', no })(new URL(url)) === undefined).toBe(direct);
  });

  it.each(['socks5://proxy:1080', 'http://', '::'])('refuses the proxy %s', (https) => {
    expect(() => createProxyChoice({ https })).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });
});
