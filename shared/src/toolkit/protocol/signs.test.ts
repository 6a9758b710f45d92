import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { OWNER, ToolError } from '../../contracts/index.ts';
import type { IncomingMessage } from '../../platform/listen/index.ts';
import { parseAddress, parseServeOptions } from '../serve-options.ts';
import { loopbackSignIn } from './authenticate.ts';
import { DECISION_META_KEY, decisionMeta, decisionOf } from './decision.ts';
import { isHeard } from './log-level.ts';
import { hasParamHeaders, paramHeaderMismatch } from './param-headers.ts';

const request = (headers: IncomingHttpHeaders): IncomingMessage => ({ headers }) as IncomingMessage;

describe('sign-in on loopback', () => {
  const signIn = (headers: IncomingHttpHeaders, trustLoopback = false) =>
    loopbackSignIn({ trustLoopback, isOwnerToken: (token) => token === 'right' })(request(headers));

  it('knows the owner by the token, a stranger by its absence', () => {
    expect(signIn({ authorization: 'Bearer right' })).toMatchObject({ ok: true, principal: { kind: 'owner' } });
    expect(signIn({ authorization: 'bearer   right' })).toMatchObject({ ok: true, principal: { kind: 'owner' } });
    expect(signIn({})).toMatchObject({ ok: true, principal: { kind: 'anonymous', scopes: [] } });
    expect(signIn({}, true)).toMatchObject({ ok: true, principal: { kind: 'owner' } });
  });

  it.each([
    'Bearer wrong',
    'Bearer',
    'Bearer ',
    'Basic cmlnaHQ=',
    'right',
    'Bearer right, Bearer right',
    'Bearer right extra',
    'Bearer ri ght',
    '',
  ])('refuses %j even where loopback is trusted', (authorization) => {
    for (const trusted of [false, true]) expect(signIn({ authorization }, trusted)).toMatchObject({ ok: false, status: 401 });
  });

  it.each(['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'])(
    'takes nobody for local who came through a proxy (%s)',
    (name) => {
      for (const trusted of [false, true]) {
        expect(signIn({ [name]: '' }, trusted)).toMatchObject({ ok: false, status: 401, message: expect.stringContaining('proxy') });
        expect(signIn({ [name]: 'for=1.2.3.4', authorization: 'Bearer right' }, trusted)).toMatchObject({ ok: true });
      }
    },
  );
});

describe('a decision of the hub', () => {
  const ada = { id: 'user:ada', kind: 'user' as const, scopes: ['a:b'], roles: [] };

  it('is believed with the key that was given to this process', () => {
    expect(decisionOf(decisionMeta('secret', ada), 'secret')).toEqual({ principal: ada, decided: {} });
    const consented = { summary: 'Drop it', changes: ['db'], covers: ['drop/db'] };
    expect(decisionOf(decisionMeta('secret', ada, { consented }), 'secret')).toEqual({ principal: ada, decided: { consented } });
  });

  it.each<[string, Record<string, unknown>, string | undefined]>([
    ['another key', decisionMeta('other!', ada), 'secret'],
    ['a longer key', decisionMeta('secretsecret', ada), 'secret'],
    ['a process without a key', decisionMeta('secret', ada), undefined],
    ['nothing', {}, 'secret'],
    ['null', { [DECISION_META_KEY]: null }, 'secret'],
    ['a text', { [DECISION_META_KEY]: 'secret' }, 'secret'],
    ['a key that is no text', { [DECISION_META_KEY]: { key: { length: 6 }, principal: OWNER } }, 'secret'],
    ['no principal', { [DECISION_META_KEY]: { key: 'secret' } }, 'secret'],
  ])('is not believed with %s', (_name, meta, key) => {
    expect(decisionOf(meta, key)).toBeUndefined();
  });
});

describe('arguments mirrored into headers', () => {
  const schema = {
    type: 'object',
    properties: {
      region: { type: 'string', 'x-mcp-header': 'Region' },
      limit: { type: 'integer', 'x-mcp-header': 'Limit' },
      deep: { type: 'object', properties: { on: { type: 'boolean', 'x-mcp-header': 'On' } } },
      plain: { type: 'string' },
    },
  };
  const check = (args: unknown, headers: Record<string, string>): string | undefined =>
    paramHeaderMismatch(schema, args, (name) => headers[name] ?? null)?.body;

  it('agree, in plain or Base64', () => {
    expect(
      check({ region: 'eu', limit: 5, deep: { on: true } }, { 'Mcp-Param-Region': 'eu', 'Mcp-Param-Limit': '5', 'Mcp-Param-On': 'true' }),
    ).toBeUndefined();
    expect(
      check(
        { region: 'ü', limit: 5.0 },
        { 'Mcp-Param-Region': `=?base64?${Buffer.from('ü').toString('base64')}?=`, 'Mcp-Param-Limit': '5.0' },
      ),
    ).toBeUndefined();
    expect(check({ plain: 'x' }, {})).toBeUndefined();
    expect(check(undefined, {})).toBeUndefined();
    expect(check({ region: { no: 'scalar' } }, {})).toBeUndefined();
  });

  it.each<[unknown, Record<string, string>, string]>([
    [{ region: 'eu' }, {}, 'absent'],
    [{ region: 'eu' }, { 'Mcp-Param-Region': 'us' }, '"us"'],
    [{ region: 'eu' }, { 'Mcp-Param-Region': '=?base64?!!!?=' }, 'not valid Base64'],
    [{ region: 'eu' }, { 'Mcp-Param-Region': '=?base64?/w==?=' }, 'not valid Base64'],
    [{ limit: 5 }, { 'Mcp-Param-Limit': '6' }, '"6"'],
    [{ limit: 5 }, { 'Mcp-Param-Limit': '5abc' }, '"5abc"'],
    [{ deep: { on: true } }, { 'Mcp-Param-On': 'false' }, 'deep.on'],
  ])('disagree: %j with %j', (args, headers, words) => {
    expect(check(args, headers)).toContain(words);
  });

  it('are found however deep, but not without end', () => {
    expect(hasParamHeaders(schema)).toBe(true);
    expect(hasParamHeaders({ type: 'object', properties: { a: { type: 'string' } } })).toBe(false);
    expect(hasParamHeaders(undefined)).toBe(false);
    let endless: Record<string, unknown> = { 'x-mcp-header': 'Deep', type: 'string' };
    for (let level = 0; level < 100_000; level += 1) endless = { properties: { a: endless } };
    expect(hasParamHeaders(endless)).toBe(false);
  });
});

it('hears what is severe enough', () => {
  expect(isHeard('debug', undefined)).toBe(true);
  expect(isHeard('warning', 'warning')).toBe(true);
  expect(isHeard('notice', 'warning')).toBe(false);
  expect(isHeard('emergency', 'warning')).toBe(true);
});

describe('the command line of a server', () => {
  it('speaks stdio unless told otherwise', () => {
    expect(parseServeOptions([], 8001)).toEqual({ readOnly: false, trustLoopback: false, anonymousRead: false });
    expect(
      parseServeOptions(
        ['--stdio', '--read-only', '--toolsets', 'core, danger,', '--trust-loopback', '--log-level', 'debug', '--config', 'a.json'],
        8001,
      ),
    ).toEqual({
      readOnly: true,
      toolsets: ['core', 'danger'],
      trustLoopback: true,
      anonymousRead: false,
      logLevel: 'debug',
      config: 'a.json',
    });
    expect(parseServeOptions(['--http', '9000'], 8001).http).toEqual({ host: '127.0.0.1', port: 9000 });
    expect(parseServeOptions(['-h'], 8001).show).toBe('help');
    expect(parseServeOptions(['-V'], 8001).show).toBe('version');
  });

  it.each([
    [['--nonsense']],
    [['--http']],
    [['positional']],
    [['--stdio', '--http', '1']],
    [['--http', '70000']],
    [['--http', '0.0.0.0:80']],
  ])('refuses %j in one line', (argv) => {
    expect(() => parseServeOptions(argv, 8001)).toThrow(ToolError);
    try {
      parseServeOptions(argv, 8001);
    } catch (error) {
      expect((error as Error).message).not.toContain('\n');
    }
  });

  it.each([
    ['', { host: '127.0.0.1', port: 8001 }],
    ['0', { host: '127.0.0.1', port: 0 }],
    ['localhost', { host: 'localhost', port: 8001 }],
    ['localhost:81', { host: 'localhost', port: 81 }],
    ['[::1]:81', { host: '::1', port: 81 }],
    ['127.0.0.2:81', { host: '127.0.0.2', port: 81 }],
  ])('reads the address %j', (text, expected) => {
    expect(parseAddress(text, 8001)).toEqual(expected);
  });

  it.each(['0.0.0.0', '0.0.0.0:80', '[::]:80', '192.168.1.5:80', 'example.com', '127.0.0.1.example.com:80', 'localhost:80:90', ':80'])(
    'refuses to listen on %s',
    (text) => {
      expect(() => parseAddress(text, 8001)).toThrow(/loopback/);
    },
  );
});
