import { POISON } from './hostile-arguments.ts';

/** A hostile HTTP request and the clear refusal that it gets. */
export interface HostileRequest {
  name: string;
  headers?: Record<string, string>;
  body: string | Uint8Array;
  status: number;
  /** JSON-RPC code of the error; undefined where the answer is no JSON-RPC. */
  code: number;
  says: RegExp;
}

const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'hostile', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const CALL = { name: 'git__status', arguments: { repo: '/' } };

/** A request of 2026-07-28, whole. */
export function modernRequest(
  method: string,
  params: Record<string, unknown> = {},
  id: unknown = 1,
): { headers: Record<string, string>; body: string } {
  const name = params['name'] ?? params['uri'];
  return {
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(typeof name === 'string'
        ? { 'mcp-name': /^[\x21-\x7e]+$/.test(name) && name.length < 4_000 ? name : `=?base64?${Buffer.from(name).toString('base64')}?=` }
        : {}),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, _meta: ENVELOPE } }),
  };
}

const call = modernRequest('tools/call', CALL);
const list = modernRequest('tools/list');
const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const rpc = (message: object): string => JSON.stringify({ jsonrpc: '2.0', ...message });
const without = (headers: Record<string, string>, name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));

export const HOSTILE_REQUESTS: readonly HostileRequest[] = [
  // who asks
  {
    name: 'another origin',
    ...call,
    headers: { ...call.headers, origin: 'https://evil.example' },
    status: 403,
    code: -32_000,
    says: /Origin refused/,
  },
  {
    name: 'an origin of nobody',
    ...call,
    headers: { ...call.headers, origin: 'null' },
    status: 403,
    code: -32_000,
    says: /Origin refused/,
  },
  {
    name: 'an origin that begins like this machine',
    ...call,
    headers: { ...call.headers, origin: 'http://localhost.evil.example' },
    status: 403,
    code: -32_000,
    says: /Origin refused/,
  },
  {
    name: 'a bearer token that is not ours',
    ...call,
    headers: { ...call.headers, authorization: 'Bearer guess' },
    status: 401,
    code: -32_001,
    says: /not valid/,
  },
  {
    name: 'another scheme of sign-in',
    ...call,
    headers: { ...call.headers, authorization: 'Basic b3duZXI6b3duZXI=' },
    status: 401,
    code: -32_001,
    says: /not valid/,
  },
  {
    name: 'a request through a proxy',
    ...call,
    headers: { ...call.headers, 'x-forwarded-for': '203.0.113.9' },
    status: 401,
    code: -32_001,
    says: /proxy/,
  },
  // what is sent
  {
    name: 'a form',
    ...call,
    headers: { ...call.headers, 'content-type': 'application/x-www-form-urlencoded' },
    status: 415,
    code: -32_000,
    says: /application\/json/,
  },
  {
    name: 'a text, as a page could send it',
    ...call,
    headers: { ...call.headers, 'content-type': 'text/plain' },
    status: 415,
    code: -32_000,
    says: /application\/json/,
  },
  { name: 'no body', headers: json, body: '', status: 400, code: -32_700, says: /JSON/ },
  { name: 'half an object', headers: json, body: '{"jsonrpc":"2.0","id":1', status: 400, code: -32_700, says: /JSON/ },
  {
    name: 'bytes that are no UTF-8',
    headers: json,
    body: Buffer.from([0x22, 0xff, 0xfe, 0x22]),
    status: 400,
    code: -32_700,
    says: /UTF-8/,
  },
  {
    name: 'a text in UTF-16',
    headers: json,
    body: Buffer.from(rpc({ id: 1, method: 'ping' }), 'utf16le'),
    status: 400,
    code: -32_700,
    says: /JSON/,
  },
  {
    name: 'more than a body may hold',
    headers: json,
    body: `"${'x'.repeat(1024 * 1024)}"`,
    status: 413,
    code: -32_000,
    says: /larger than/,
  },
  {
    name: 'lists in lists without end',
    headers: json,
    body: `${'['.repeat(200_000)}${']'.repeat(200_000)}`,
    status: 400,
    code: -32_600,
    says: /./,
  },
  {
    name: 'an answer that the client does not accept',
    headers: { ...json, accept: 'text/html' },
    body: rpc({
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
    }),
    status: 406,
    code: -32_000,
    says: /accept/i,
  },
  // JSON-RPC
  { name: 'null', headers: json, body: 'null', status: 400, code: -32_600, says: /./ },
  { name: 'a text for a message', headers: json, body: '"tools/list"', status: 400, code: -32_600, says: /./ },
  { name: 'an empty batch', headers: json, body: '[]', status: 400, code: -32_600, says: /./ },
  { name: 'a batch', headers: list.headers, body: `[${list.body},${list.body}]`, status: 400, code: -32_600, says: /batch/i },
  { name: 'another version of JSON-RPC', ...list, body: list.body.replace('"2.0"', '"1.0"'), status: 400, code: -32_600, says: /./ },
  { name: 'an id that is an object', ...list, body: list.body.replace('"id":1', '"id":{"a":1}'), status: 400, code: -32_600, says: /./ },
  { name: 'an id that is null', ...list, body: list.body.replace('"id":1', '"id":null'), status: 400, code: -32_600, says: /./ },
  { name: 'a method that is no text', headers: json, body: rpc({ id: 1, method: 5 }), status: 400, code: -32_600, says: /./ },
  // headers that say something else
  {
    name: 'a method in the header that is not the body’s',
    ...call,
    headers: { ...call.headers, 'mcp-method': 'tools/list' },
    status: 400,
    code: -32_020,
    says: /method/i,
  },
  { name: 'no method in the header', ...call, headers: without(call.headers, 'mcp-method'), status: 400, code: -32_020, says: /method/i },
  {
    name: 'a name in the header that is not the body’s',
    ...call,
    headers: { ...call.headers, 'mcp-name': 'git__log' },
    status: 400,
    code: -32_020,
    says: /name/i,
  },
  {
    name: 'a version in the header that is not the body’s',
    ...call,
    headers: { ...call.headers, 'mcp-protocol-version': '2025-06-18' },
    status: 400,
    code: -32_020,
    says: /version/i,
  },
  {
    name: 'a version that does not exist',
    headers: { ...list.headers, 'mcp-protocol-version': '2099-01-01' },
    body: list.body.replace('2026-07-28', '2099-01-01'),
    status: 400,
    code: -32_022,
    says: /version/i,
  },
  // sessions
  {
    name: 'an old request without its session',
    headers: json,
    body: rpc({ id: 1, method: 'tools/list' }),
    status: 400,
    code: -32_000,
    says: /Mcp-Session-Id/,
  },
  {
    name: 'somebody else’s session',
    headers: { ...json, 'mcp-session-id': '11111111-2222-4333-8444-555555555555' },
    body: rpc({ id: 1, method: 'tools/list' }),
    status: 404,
    code: -32_001,
    says: /Session not found/,
  },
  {
    name: 'a session that the client made up',
    headers: { ...json, 'mcp-session-id': 'mine' },
    body: rpc({
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
    }),
    status: 404,
    code: -32_001,
    says: /Session not found/,
  },
  // reads that are no calls
  {
    name: 'a resource behind a path',
    ...modernRequest('resources/read', { uri: 'git+git://file/..%2f..%2f..%2fetc/passwd?repo=/etc' }),
    status: 200,
    code: -32_602,
    says: /./,
  },
  {
    name: 'a file for a resource',
    ...modernRequest('resources/read', { uri: 'file:///etc/passwd' }),
    status: 200,
    code: -32_602,
    says: /no resource/,
  },
  {
    name: 'somebody’s kept result',
    ...modernRequest('resources/read', { uri: 'hub+result://11111111-2222-4333-8444-555555555555' }),
    status: 200,
    code: -32_602,
    says: /no such result/,
  },
  {
    name: 'a resource whose name is poison',
    ...modernRequest('resources/read', { uri: `x://${POISON}` }),
    status: 200,
    code: -32_602,
    says: /no resource/,
  },
  {
    name: 'a prompt that does not exist',
    ...modernRequest('prompts/get', { name: 'git__nope' }),
    status: 200,
    code: -32_602,
    says: /no prompt/,
  },
  { name: 'a method that does not exist', ...modernRequest('tools/destroy'), status: 404, code: -32_601, says: /Method not found/ },
  {
    name: 'a state that nobody sealed',
    ...modernRequest('tools/call', {
      name: 'git__branch_delete',
      arguments: { repo: '/', name: 'x' },
      requestState: 'v1.e30.AAAA',
      inputResponses: { 'io.deployment-engine/confirm': { action: 'accept', content: { confirm: true } } },
    }),
    status: 200,
    code: -32_602,
    says: /requestState/,
  },
];
