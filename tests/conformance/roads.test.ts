import { open, type OpenServer, type ServedBackend, serveHttp } from '@deployment-engine/shared/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { server } from './fixture/server.ts';
import { raw, type RawAnswer, type RawRequest } from './raw-http.ts';

const MODERN = '2026-07-28';
const LEGACY = '2025-11-25';

const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': MODERN,
  'io.modelcontextprotocol/clientInfo': { name: 'roads', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

const PLAIN = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

interface ModernCall {
  tool?: string;
  args?: unknown;
  id?: unknown;
  meta?: Record<string, unknown>;
  params?: Record<string, unknown>;
  headers?: Record<string, string | undefined>;
  path?: string;
}

/** A `tools/call` of 2026-07-28; `undefined` takes a header away. */
function modern({
  tool = 'test_simple_text',
  args = {},
  id = 1,
  meta = ENVELOPE,
  params = {},
  headers = {},
  path,
}: ModernCall = {}): RawRequest {
  const all = { ...PLAIN, 'mcp-protocol-version': MODERN, 'mcp-method': 'tools/call', 'mcp-name': tool, ...headers };
  return {
    headers: Object.fromEntries(Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    body: JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: tool, arguments: args, _meta: meta, ...params } }),
    ...(path === undefined ? {} : { path }),
  };
}

const without = (name: keyof typeof ENVELOPE): Record<string, unknown> => ({ ...ENVELOPE, [name]: undefined });
const offering = (capabilities: object): Record<string, unknown> => ({
  ...ENVELOPE,
  'io.modelcontextprotocol/clientCapabilities': capabilities,
});

const MODERN_CASES: Record<string, RawRequest> = {
  'a plain call': modern(),
  'an id that is a text': modern({ id: 'seven' }),
  'an id that is zero': modern({ id: 0 }),
  'an id that is no integer': modern({ id: 1.5 }),
  'an id that is null': modern({ id: null }),
  'arguments that are absent': modern({ params: { arguments: undefined } }),
  'arguments that are a list': modern({ args: [1] }),
  'an argument that nobody knows': modern({ args: { nonsense: 1 } }),
  'a tool that nobody knows': modern({ tool: 'no_such_tool' }),
  'a tool that fails': modern({ tool: 'test_error_handling' }),
  'a tool that logs': modern({ tool: 'test_logging_tool' }),
  'a tool that logs for one who listens': modern({
    tool: 'test_logging_tool',
    meta: { ...ENVELOPE, 'io.modelcontextprotocol/logLevel': 'info' },
  }),
  'a progress token': modern({ tool: 'test_tool_with_progress', meta: { ...ENVELOPE, progressToken: 'p' } }),
  'a trace in _meta': modern({ meta: { ...ENVELOPE, traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } }),
  'a question to a client that offers it': modern({ tool: 'test_input_required_result_elicitation', meta: offering({ elicitation: {} }) }),
  'a question to a client that does not': modern({ tool: 'test_missing_capability' }),
  'answers that nobody asked for': modern({
    tool: 'test_input_required_result_elicitation',
    meta: offering({ elicitation: {} }),
    params: { inputResponses: { user_name: { action: 'accept', content: { name: 'Ada' } } } },
  }),
  'a state that nobody sealed': modern({ params: { requestState: 'made up' } }),
  'no client info': modern({ meta: without('io.modelcontextprotocol/clientInfo') }),
  'no capabilities': modern({ meta: without('io.modelcontextprotocol/clientCapabilities') }),
  'no version in _meta': modern({ meta: without('io.modelcontextprotocol/protocolVersion') }),
  'a version that nobody knows': modern({
    meta: { ...ENVELOPE, 'io.modelcontextprotocol/protocolVersion': '2031-01-01' },
    headers: { 'mcp-protocol-version': '2031-01-01' },
  }),
  'a version header that says another': modern({ headers: { 'mcp-protocol-version': LEGACY } }),
  'no version header': modern({ headers: { 'mcp-protocol-version': undefined } }),
  'no method header': modern({ headers: { 'mcp-method': undefined } }),
  'a method header that says another': modern({ headers: { 'mcp-method': 'tools/list' } }),
  'a method header in capitals': modern({ headers: { 'mcp-method': 'TOOLS/CALL' } }),
  'no name header': modern({ headers: { 'mcp-name': undefined } }),
  'a name header that says another': modern({ headers: { 'mcp-name': 'test_image_content' } }),
  'a name header with spaces around': modern({ headers: { 'mcp-name': '  test_simple_text  ' } }),
  'a name header in Base64': modern({ headers: { 'mcp-name': `=?base64?${Buffer.from('test_simple_text').toString('base64')}?=` } }),
  'an argument mirrored in a header': modern({
    tool: 'test_custom_header',
    args: { region: 'north' },
    headers: { 'mcp-param-region': 'north' },
  }),
  'a mirrored argument that differs': modern({
    tool: 'test_custom_header',
    args: { region: 'north' },
    headers: { 'mcp-param-region': 'south' },
  }),
  'a mirrored argument that is absent': modern({ tool: 'test_custom_header', args: { region: 'north' } }),
  'a session id': modern({ headers: { 'mcp-session-id': 'abc' } }),
  'another host': modern({ headers: { host: 'evil.example.com' } }),
  'another origin': modern({ headers: { origin: 'http://evil.example.com' } }),
  'an origin of this machine': modern({ headers: { origin: 'http://localhost:3000' } }),
  'a token that is not ours': modern({ headers: { authorization: 'Bearer abc' } }),
  'a header of a proxy': modern({ headers: { 'x-forwarded-for': '10.0.0.1' } }),
  'a content type with charset': modern({ headers: { 'content-type': 'application/json; charset=utf-8' } }),
  'a content type that is text': modern({ headers: { 'content-type': 'text/plain' } }),
  'no content type': modern({ headers: { 'content-type': undefined } }),
  'an accept header of JSON only': modern({ headers: { accept: 'application/json' } }),
  'an accept header of anything': modern({ headers: { accept: '*/*' } }),
  'no accept header': modern({ headers: { accept: undefined } }),
  'a profile': modern({ path: '/mcp?profile=flat' }),
  'another path': modern({ path: '/nothing' }),
  'a batch': { ...modern(), body: `[${modern().body}]` },
  'half a message': { ...modern(), body: '{"jsonrpc":"2.0","id":1' },
  'an empty body': { ...modern(), body: '' },
  'a body that is a text': { ...modern(), body: '"tools/call"' },
  'a body beyond the limit': { ...modern(), body: `{"jsonrpc":"2.0","id":1,"x":"${'x'.repeat(1024 * 1024)}"}` },
  'another JSON-RPC version': { ...modern(), body: modern().body!.replace('"2.0"', '"1.0"') },
  'a verb that is PUT': { ...modern(), method: 'PUT' },
};

interface LegacyCall {
  tool?: string;
  args?: unknown;
  id?: unknown;
  meta?: Record<string, unknown>;
  headers?: Record<string, string>;
}

const legacy =
  ({ tool = 'test_simple_text', args = {}, id = 1, meta, headers = {} }: LegacyCall = {}) =>
  (session: string): RawRequest => ({
    headers: { ...PLAIN, 'mcp-session-id': session, 'mcp-protocol-version': LEGACY, ...headers },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id,
      method: 'tools/call',
      params: { name: tool, arguments: args, ...(meta === undefined ? {} : { _meta: meta }) },
    }),
  });

const stripped =
  (make: (session: string) => RawRequest, name: string) =>
  (session: string): RawRequest => {
    const request = make(session);
    return { ...request, headers: Object.fromEntries(Object.entries(request.headers ?? {}).filter(([header]) => header !== name)) };
  };

const LEGACY_CASES: Record<string, (session: string) => RawRequest> = {
  'a plain call': legacy(),
  'an id that is a text': legacy({ id: 'seven' }),
  'an id that is null': legacy({ id: null }),
  'arguments that are a list': legacy({ args: [1] }),
  'an argument that nobody knows': legacy({ args: { nonsense: 1 } }),
  'a tool that nobody knows': legacy({ tool: 'no_such_tool' }),
  'a tool that fails': legacy({ tool: 'test_error_handling' }),
  'a tool that logs': legacy({ tool: 'test_tool_with_logging' }),
  'a progress token': legacy({ tool: 'test_tool_with_progress', meta: { progressToken: 7 } }),
  'a question to a client that does not offer it': legacy({ tool: 'test_missing_capability' }),
  'another version of the handshake era': legacy({ headers: { 'mcp-protocol-version': '2025-06-18' } }),
  'a version that nobody knows': legacy({ headers: { 'mcp-protocol-version': '2031-01-01' } }),
  'the version of the other era': legacy({ headers: { 'mcp-protocol-version': MODERN } }),
  'no version header': stripped(legacy(), 'mcp-protocol-version'),
  'no session': stripped(legacy(), 'mcp-session-id'),
  'a session that is not there': legacy({ headers: { 'mcp-session-id': 'abc' } }),
  'another host': legacy({ headers: { host: 'evil.example.com' } }),
  'another origin': legacy({ headers: { origin: 'http://evil.example.com' } }),
  'a token that is not ours': legacy({ headers: { authorization: 'Bearer abc' } }),
  'an accept header of JSON only': legacy({ headers: { accept: 'application/json' } }),
  'a content type that is text': legacy({ headers: { 'content-type': 'text/plain' } }),
};

describe('a call answered on the short road and on the SDK road', () => {
  let opened: OpenServer;
  let short: ServedBackend;
  let long: ServedBackend;

  beforeAll(async () => {
    opened = await open(server);
    [short, long] = await Promise.all([serveHttp(opened.runtime), serveHttp(opened.runtime, { shortRoad: false })]);
  });
  afterAll(async () => {
    await Promise.all([short.close(), long.close()]);
    await opened.close();
  });

  it.each(Object.entries(MODERN_CASES))('2026-07-28: %s is answered alike', async (_name, request) => {
    const [byShort, byLong] = await Promise.all([raw(short.url, request), raw(long.url, request)]);
    expect(comparable(byShort)).toEqual(comparable(byLong));
  });

  it.each(Object.entries(LEGACY_CASES))('2025-11-25: %s is answered alike', async (_name, make) => {
    const answers = await Promise.all([short, long].map(async ({ url }) => raw(url, make(await openSession(url)))));
    expect(comparable(answers[0]!)).toEqual(comparable(answers[1]!));
  });

  it.each(['debug', 'info', 'warning'])('2025-11-25: a session that wants to hear %s and above hears the same', async (level) => {
    const [byShort, byLong] = await Promise.all(
      [short, long].map(async ({ url }) => {
        const session = await openSession(url);
        const headers = { ...PLAIN, 'mcp-session-id': session, 'mcp-protocol-version': LEGACY };
        await raw(url, { headers, body: JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'logging/setLevel', params: { level } }) });
        return raw(url, legacy({ tool: 'test_tool_with_logging', id: 3 })(session));
      }),
    );
    expect(byShort!.messages).toHaveLength(level === 'warning' ? 1 : 4);
    expect(comparable(byShort!)).toEqual(comparable(byLong!));
  });

  it('2025-11-25: another caller cannot use a session', async () => {
    const strangers = await serveHttp(opened.runtime, {
      authenticate: ({ headers }) => ({
        ok: true,
        principal: { id: `user:${String(headers['x-user'])}`, kind: 'user', scopes: ['*'], roles: [] },
      }),
    });
    const session = await openSession(strangers.url, { 'x-user': 'ada' });
    const own = await raw(strangers.url, legacy({ headers: { 'x-user': 'ada' } })(session));
    const other = await raw(strangers.url, legacy({ headers: { 'x-user': 'eve' } })(session));
    await strangers.close();
    expect(own.status).toBe(200);
    expect(other.status).toBe(404);
  });

  async function openSession(url: string, headers: Record<string, string> = {}): Promise<string> {
    const params = { protocolVersion: LEGACY, capabilities: {}, clientInfo: { name: 'roads', version: '1.0.0' } };
    const { sessionId } = await raw(url, {
      headers: { ...PLAIN, ...headers },
      body: JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params }),
    });
    if (sessionId === undefined) throw new Error('no session was opened');
    const ready = {
      headers: { ...PLAIN, ...headers, 'mcp-session-id': sessionId },
      body: JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }),
    };
    await raw(url, ready);
    return sessionId;
  }
});

/** What must not differ: all but what is random, and whether one message came as JSON or as an event. */
function comparable({ status, authenticate, messages }: RawAnswer): object {
  const text = JSON.stringify(messages, (key, value: unknown) => (key === 'requestState' ? 'sealed' : value));
  return { status, authenticate, messages: JSON.parse(text) as unknown };
}
