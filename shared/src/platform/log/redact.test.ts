import { describe, expect, it } from 'vitest';
import { Secret } from '../config/secret.ts';
import { isSecretName, redactText, redactValue } from './redact.ts';

describe('names of secrets', () => {
  it.each([
    'password',
    'DB_PASSWORD',
    'Authorization',
    'proxy-authorization',
    'x-api-key',
    'apiKey',
    'API_KEY',
    'set-cookie',
    'cookie',
    'token',
    'plan_token',
    'planToken',
    'client_secret',
    'secretAccessKey',
    'AWS_SECRET_ACCESS_KEY',
    'aws_access_key_id',
    'private-key',
    'credentials',
    'passphrase',
    'auth',
    'connectionString',
    'accountKey',
  ])('%s', (name) => expect(isSecretName(name)).toBe(true));

  it.each([
    'path',
    'key',
    'token_count',
    'secret_name',
    'author',
    'authority',
    'primary_key',
    'monkey',
    'tokenizer',
    'passwordless',
    'cookieless',
    'message',
  ])('not %s', (name) => expect(isSecretName(name)).toBe(false));
});

describe('texts', () => {
  const key = (head: string, length: number) => head + 'A1b2C3d4E5f6G7h8I9j0'.repeat(3).slice(0, length);
  it.each([
    ['Authorization: Bearer abcdef123456', 'Authorization: Bearer [masked]'],
    ['got basic dXNlcjpwYXNz back', 'got basic [masked] back'],
    ['postgres://user:pw@db.example.org/x', 'postgres://[masked]@db.example.org/x'],
    ['https://0123456789abcdef0123456789@github.com/x', 'https://[masked]@github.com/x'],
    ['ssh://git@github.com/x', 'ssh://git@github.com/x'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc_def-', '[masked]'],
    [`id ${key('AKIA', 16).toUpperCase()}.`, 'id [masked].'],
    [key('ghp_', 36), '[masked]'],
    [key('github_pat_', 40), '[masked]'],
    [key('glpat-', 20), '[masked]'],
    [key('xoxb-', 20), '[masked]'],
    [key('sk-', 40), '[masked]'],
    [key('AIza', 35), '[masked]'],
    ['https://hooks.slack.com/services/T0/B0/xyz', 'https://hooks.slack.com/services/[masked]'],
    ['password=hunter2&x=1', 'password=[masked]&x=1'],
    ['{"client_secret": "a b c", "x": 1}', '{"client_secret": [masked], "x": 1}'],
    ["API_KEY: 'abc'", 'API_KEY: [masked]'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY----- rest', '[masked] rest'],
    ['-----BEGIN PRIVATE KEY-----\nMII cut', '[masked]'],
    ['nothing to hide: the token was refused', 'nothing to hide: the token was refused'],
    ['commit 0123456789abcdef0123456789abcdef01234567', 'commit 0123456789abcdef0123456789abcdef01234567'],
  ])('%s', (text, expected) => expect(redactText(text)).toBe(expected));

  it('are cut when long', () => {
    expect(redactText('x'.repeat(10_000))).toBe(`${'x'.repeat(8192)}… (10000 characters)`);
  });

  it('take no time to speak of, however hostile', () => {
    for (const piece of ['token=', 'eyJ.', 'a://', '-----BEGIN ', 'bearer ', '"', 'http://:', 'secret'])
      expect(redactText(piece.repeat(4000)).length).toBeLessThan(9000);
  });
});

describe('values', () => {
  it('are copied, masked and bounded', () => {
    const circle: Record<string, unknown> = { a: 1 };
    circle.self = circle;
    const shared = { x: 1 };
    const deep = (levels: number): unknown => (levels === 0 ? 'end' : { in: deep(levels - 1) });
    expect(
      redactValue({
        circle,
        one: shared,
        two: shared,
        secret: new Secret('hunter2'),
        plain: new Secret('hunter2'),
        date: new Date(0),
        bytes: Buffer.alloc(5),
        map: new Map([['password', 'x']]),
        set: new Set([1]),
        big: 1n,
        fn: () => 1,
        sym: Symbol('x'),
        nothing: null,
        gone: undefined,
        max_tokens: 5,
        token: false,
        list: Array.from({ length: 105 }, (_, at) => at),
        deep: deep(9),
        get bad(): string {
          throw new Error('no');
        },
      }),
    ).toBe('[unreadable]');
    expect(
      redactValue({
        inner: {
          get bad(): string {
            throw new Error('no');
          },
        },
      }),
    ).toEqual({ inner: '[unreadable]' });
    const value = redactValue({
      circle,
      one: shared,
      two: shared,
      plain: new Secret('hunter2'),
      date: new Date(0),
      bytes: Buffer.alloc(5),
      map: new Map([['password', 'x']]),
      set: new Set([1]),
      big: 1n,
      fn: () => 1,
      sym: Symbol('x'),
      nothing: null,
      max_tokens: 5,
      token: false,
      deep: deep(9),
    });
    expect(value).toEqual({
      circle: { a: 1, self: '[circular]' },
      one: { x: 1 },
      two: { x: 1 },
      plain: '[masked]',
      date: '1970-01-01T00:00:00.000Z',
      bytes: '[5 bytes]',
      map: { password: '[masked]' },
      set: [1],
      big: '1',
      fn: '[function]',
      sym: '[symbol]',
      nothing: null,
      max_tokens: 5,
      token: false,
      deep: { in: { in: { in: { in: { in: { in: '[deep]' } } } } } },
    });
    const list = redactValue(Array.from({ length: 105 }, (_, at) => at)) as unknown[];
    expect([list.length, list.at(-1)]).toEqual([101, '[5 more]']);
    const wide = redactValue(Object.fromEntries(Array.from({ length: 105 }, (_, at) => [`k${at}`, at]))) as Record<string, unknown>;
    expect(wide['…']).toBe('[5 more]');
  });
});
