import { describe, expect, it } from 'vitest';
import { createGuard } from './guard.ts';

const forbidden = (match: RegExp) =>
  expect.objectContaining({
    code: 'forbidden',
    message: expect.stringMatching(match) as string,
    hint: expect.stringContaining('configuration') as string,
  });

describe('createGuard', () => {
  it('lets a listed origin go anywhere, and only that origin', () => {
    const guard = createGuard({ origins: ['http://127.0.0.1:9090/prefix', 'http://prom.internal'] });
    expect(guard.admit(new URL('http://127.0.0.1:9090/api'))).toBe('listed');
    expect(() => guard.checkAddresses('http://prom.internal', ['10.0.0.1'])).not.toThrow();
    for (const other of [
      'https://127.0.0.1:9090/',
      'http://127.0.0.1:9091/',
      'http://localhost:9090/',
      'http://prom.internal./',
      'http://prom.internal:81/',
    ])
      expect(() => guard.admit(new URL(other)), other).toThrow(forbidden(/not among/));
  });

  it('lets nothing else through by default', () => {
    expect(() => createGuard({ origins: [] }).admit(new URL('https://example.com/'))).toThrow(forbidden(/not among/));
  });

  it('lets public origins through when asked to, and no other address', () => {
    const guard = createGuard({ origins: [], allowPublic: true });
    expect(guard.admit(new URL('https://example.com/'))).toBe('public');
    expect(guard.admit(new URL('https://1.1.1.1/'))).toBe('public');
    expect(() => guard.checkAddresses('https://example.com', ['93.184.215.14', '10.0.0.1'])).toThrow(forbidden(/not public \(private\)/));
    for (const url of [
      'http://127.0.0.1/',
      'http://2130706433/',
      'http://0x7f.1/',
      'http://[::1]/',
      'http://[::ffff:10.0.0.1]/',
      'http://169.254.169.254/latest',
      'http://0/',
      'http://[64:ff9b::7f00:1]/',
    ])
      expect(() => guard.admit(new URL(url)), url).toThrow(forbidden(/not public/));
  });

  it('knows hosts by name and by wildcard', () => {
    const guard = createGuard({ origins: [], allowedHosts: ['API.example.com', '*.cdn.example'] });
    expect(guard.admit(new URL('https://api.example.com:8443/'))).toBe('public');
    expect(guard.admit(new URL('https://a.b.cdn.example/'))).toBe('public');
    for (const url of [
      'https://cdn.example/',
      'https://evilcdn.example/',
      'https://api.example.com.evil.example/',
      'https://xapi.example.com/',
    ])
      expect(() => guard.admit(new URL(url)), url).toThrow(forbidden(/not among/));
  });
});
