import { Secret } from '@deployment-engine/shared/platform';
import { describe, expect, it } from 'vitest';
import { parseAddress, showAddress } from './address.ts';
import { engineFailure, failureFromWords, plain } from './failure.ts';

const ssh = { hostKey: 'SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' };

describe('an engine’s address', () => {
  it.each([
    ['unix:///var/run/docker.sock', { kind: 'socket', path: '/var/run/docker.sock' }, 'unix:///var/run/docker.sock'],
    ['npipe:////./pipe/docker_engine', { kind: 'socket', path: '//./pipe/docker_engine' }, 'npipe:////./pipe/docker_engine'],
    ['tcp://build.example:2375', { kind: 'tcp', host: 'build.example', port: 2375 }, 'tcp://build.example:2375'],
    ['tcp://build.example', { kind: 'tcp', port: 2375 }, 'tcp://build.example:2375'],
    ['build.example:99', { kind: 'tcp', host: 'build.example', port: 99 }, 'tcp://build.example:99'],
    ['https://build.example', { kind: 'tcp', port: 2376, tls: {} }, 'https://build.example:2376'],
    ['tcp://[::1]:2375', { kind: 'tcp', host: '::1', port: 2375 }, 'tcp://[::1]:2375'],
    [
      'ssh://ada@build.example:2222',
      { kind: 'ssh', host: 'build.example', port: 2222, user: 'ada', agent: '/agent' },
      'ssh://ada@build.example:2222',
    ],
  ])('reads %s', (host, expected, shown) => {
    const address = parseAddress({ host, ssh }, 'hosts.x', { SSH_AUTH_SOCK: '/agent' });
    expect(address).toMatchObject(expected);
    expect(showAddress(address)).toBe(shown);
  });

  it('takes certificates as a wish for TLS', () => {
    const tls = { ca: 'CA', key: new Secret('KEY') };
    expect(parseAddress({ host: 'tcp://build.example', tls }, 'x')).toEqual({ kind: 'tcp', host: 'build.example', port: 2376, tls });
  });

  it.each([
    ['unix://relative.sock', 'absolute'],
    ['tcp://', 'host name'],
    ['tcp://bad host', 'cannot be read'],
    ['tcp://user:secret@host', 'credentials'],
    ['tcp://host/path', 'path'],
    ['ftp://host', 'ftp:'],
    ['ssh://host', 'fingerprint'],
  ])('refuses %s and says why', (host, why) => {
    expect(() => parseAddress({ host }, 'hosts.x')).toThrow(
      expect.objectContaining({ code: 'invalid_input', message: expect.stringContaining(why) }),
    );
    expect(() => parseAddress({ host }, 'hosts.x')).not.toThrow('secret');
  });
});

describe('an engine’s failure', () => {
  const failed = (statusCode: number, message: string) => engineFailure({ statusCode, json: { message } }, 'here', 'unix:///x');

  it.each([
    [404, 'No such container: x', 'not_found'],
    [409, 'Conflict. The container name is already in use', 'conflict'],
    [400, 'invalid reference format', 'invalid_input'],
    [500, 'driver failed: Bind for 0.0.0.0:80 failed: port is already allocated', 'conflict'],
    [500, 'Get "https://r/v2/": dial tcp: lookup r: no such host', 'unavailable'],
    [500, 'unauthorized: authentication required', 'unauthenticated'],
    [500, 'write /x: no space left on device', 'unavailable'],
    [500, 'toomanyrequests: You have reached your pull rate limit', 'rate_limited'],
    [500, 'something odd', 'upstream_error'],
    [403, 'no', 'forbidden'],
  ])('reads %i %s', (status, words, code) => {
    expect(failed(status, words)).toMatchObject({ code, message: `The engine answered: ${words}` });
  });

  it('reads bodies of other shapes', () => {
    expect(engineFailure({ statusCode: 500, json: { error: 'E' } }, 'h', 'a').message).toContain('E');
    expect(engineFailure({ statusCode: 502, json: Buffer.from('<html>bad gateway') }, 'h', 'a').message).toContain('bad gateway');
    expect(engineFailure({ statusCode: 502 }, 'h', 'a').message).toContain('no reason');
  });

  it('says what to do about one that does not answer', () => {
    expect(engineFailure({ code: 'EACCES' }, 'here', 'unix:///x')).toMatchObject({
      code: 'unavailable',
      hint: expect.stringContaining('group docker'),
    });
    expect(engineFailure({ code: 'ENOENT' }, 'here', 'unix:///x').message).toBe(
      'The Docker engine "here" at unix:///x does not answer (ENOENT).',
    );
    expect(engineFailure(new Error('socket hang up'), 'here', 'tcp://x')).toMatchObject({
      message: expect.stringContaining('socket hang up'),
    });
    expect(engineFailure(undefined, 'h', 'a')).toMatchObject({ code: 'unavailable' });
  });

  it('is a cancellation when the call was cancelled', () => {
    expect(engineFailure(new Error('x'), 'h', 'a', AbortSignal.abort())).toMatchObject({ code: 'cancelled' });
  });

  it('keeps the engine’s words on one short line without what could mislead', () => {
    expect(plain('a\u001b[31m\n\u202eb\u200bc')).toBe('a [31m b c');
    expect(plain('x'.repeat(1000))).toHaveLength(401);
    expect(failureFromWords('manifest unknown', 'Pulling x failed')).toMatchObject({
      code: 'not_found',
      message: 'Pulling x failed: manifest unknown',
    });
  });
});
