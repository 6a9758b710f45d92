import { createConnection } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { connect } from '../../testing/connect.ts';
import { type Kitchen, messagesOf, modern, openKitchen } from './front.testing.ts';

const PATIENT = { timeout: 20_000 };
const opened: Kitchen[] = [];
async function begin(...options: Parameters<typeof openKitchen>): Promise<Kitchen> {
  const kitchen = await openKitchen(...options);
  opened.push(kitchen);
  return kitchen;
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map((kitchen) => kitchen.close()));
});

/** `fetch` guards what it sends; this does not. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    let answer = '';
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString();
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(answer));
    socket.write(text);
  });
}

const echo = { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'text_echo', arguments: { text: 'hi' } } };
const wait = { jsonrpc: '2.0', id: 'w', method: 'tools/call', params: { name: 'call_wait', arguments: {} } };
const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } },
};

describe('beside MCP', () => {
  it('answers health, readiness and metrics', async () => {
    let ready = false;
    const { url } = await begin({ ready: () => ready });
    const get = async (path: string): Promise<[number, string]> => {
      const answer = await fetch(new URL(path, url));
      return [answer.status, await answer.text()];
    };
    expect(await get('/healthz')).toEqual([200, 'ok\n']);
    expect(await get('/readyz')).toEqual([503, 'not ready\n']);
    ready = true;
    expect(await get('/readyz')).toEqual([200, 'ready\n']);
    expect(await get('/metrics')).toEqual([200, 'calls 1\n']);
    expect((await get('/'))[0]).toBe(404);
    expect((await get('/mcp/more'))[0]).toBe(404);
    expect((await fetch(new URL('/healthz', url), { method: 'POST' })).status).toBe(404);
    expect((await fetch(new URL('/healthz', url), { method: 'HEAD' })).status).toBe(200);
  });

  it.each([
    ['a target that is no path', 'GET // HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 400],
    ['metrics for another host', 'GET /metrics HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n', 403],
    ['MCP for another host', 'GET /mcp HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n', 403],
    ['TRACE', 'TRACE /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 405],
    ['OPTIONS', 'OPTIONS /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 405],
    ['PUT', 'PUT /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}', 405],
    ['a whole URL for a target', 'GET http://localhost/healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 200],
  ])('%s', async (_name, text, status) => {
    const { port } = await begin();
    expect(await raw(port, text)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });
});

describe('bodies', () => {
  it.each<[string, string | Uint8Array, Record<string, string>, number, number]>([
    ['no body', '', {}, 400, -32_700],
    ['no JSON', '{"a":', {}, 400, -32_700],
    [
      'no UTF-8',
      Buffer.concat([Buffer.from('{"jsonrpc":"2.0","id":1,"method":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
      {},
      400,
      -32_700,
    ],
    ['another type', JSON.stringify(echo), { 'content-type': 'text/plain' }, 415, -32_000],
    ['a type that only begins like JSON', JSON.stringify(echo), { 'content-type': 'application/jsonp' }, 415, -32_000],
    ['too much', `"${'x'.repeat(64 * 1024)}"`, {}, 413, -32_000],
    ['another origin', JSON.stringify(echo), { origin: 'https://evil.example' }, 403, -32_000],
    ['an origin of nobody', JSON.stringify(echo), { origin: 'null' }, 403, -32_000],
  ])('with %s are refused', async (_name, body, headers, status, code) => {
    const { post } = await begin();
    const answer = await post(body, headers);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ jsonrpc: '2.0', id: null, error: { code } });
  });

  it('of another sign-in than expected are refused with how to sign in', async () => {
    const { post } = await begin({ authenticate: () => ({ ok: false, status: 401, message: 'No.' }) });
    const answer = await post(echo);
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="deployment-engine"']);
  });
});

describe('sessions of the handshake era', () => {
  it('carry calls, and only their principal’s', async () => {
    const { post, initialize: begun } = await begin();
    const id = await begun({ 'x-user': 'ada' });
    const [mine] = await messagesOf(await post(echo, { 'x-user': 'ada', 'mcp-session-id': id }));
    expect(mine).toMatchObject({ id: 7, result: { structuredContent: { text: 'hi' } } });
    for (const user of ['bob', 'anonymous']) {
      const answer = await post(echo, { 'x-user': user, 'mcp-session-id': id });
      expect([answer.status, ((await answer.json()) as { error: { code: number } }).error.code]).toEqual([404, -32_001]);
    }
    expect((await post(echo, { 'mcp-session-id': id })).status).toBe(404);
  });

  it.each<[string, Record<string, string>, number]>([
    ['no session', {}, 400],
    ['a made-up one', { 'mcp-session-id': '00000000-0000-4000-8000-000000000000' }, 404],
    ['two at once', { 'mcp-session-id': 'a, b' }, 404],
  ])('are needed: %s', async (_name, headers, status) => {
    const { post } = await begin();
    expect((await post(echo, headers)).status).toBe(status);
  });

  it('cannot be chosen by the client', async () => {
    const { post } = await begin();
    expect((await post(initialize, { 'mcp-session-id': 'mine' })).status).toBe(404);
    expect((await post(echo, { 'mcp-session-id': 'mine' })).status).toBe(404);
  });

  it('end by DELETE, and their calls with them', async () => {
    const { url, post, initialize: begun, seen } = await begin();
    const id = await begun();
    const waiting = post(wait, { 'mcp-session-id': id }).then((answer) => answer.text());
    await expect.poll(() => seen.started, PATIENT).toBe(1);
    expect((await fetch(url, { method: 'DELETE', headers: { 'mcp-session-id': id } })).status).toBe(200);
    await expect.poll(() => seen.aborted, PATIENT).toBe(1);
    expect(await waiting).toBe('');
    expect((await post(echo, { 'mcp-session-id': id })).status).toBe(404);
  });

  it('are bounded in number: the one used longest ago goes', async () => {
    const { post, initialize: begun } = await begin({ maxSessions: 2 });
    const [first, second] = [await begun(), await begun()];
    await (await post(echo, { 'mcp-session-id': first })).text();
    const third = await begun();
    const alive = await Promise.all([first, second, third].map(async (id) => (await post(echo, { 'mcp-session-id': id })).status));
    expect(alive).toEqual([200, 404, 200]);
  });

  it('of strangers do not push out somebody who signed in', async () => {
    const { post, initialize: begun } = await begin({ maxSessions: 3 });
    const mine = await begun({ 'x-user': 'ada' });
    for (let count = 0; count < 10; count += 1) await begun({ 'x-user': 'anonymous' });
    expect((await post(echo, { 'x-user': 'ada', 'mcp-session-id': mine })).status).toBe(200);
  });

  it('cancel a call by its id', async () => {
    const { post, initialize: begun, seen } = await begin();
    const id = await begun();
    const headers = { 'mcp-session-id': id };
    const waiting = post(wait, headers).then((answer) => answer.text());
    await expect.poll(() => seen.started, PATIENT).toBe(1);
    for (const requestId of ['other', 1, null, {}])
      await (await post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } }, headers)).text();
    expect(seen.aborted).toBe(0);
    await (await post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'w' } }, headers)).text();
    expect(await waiting).toBe('');
    expect(seen.aborted).toBe(1);
  });

  it('hear what a call tells, by the level that they asked for', async () => {
    const { post, initialize: begun } = await begin();
    const headers = { 'mcp-session-id': await begun() };
    const tell = { ...echo, params: { name: 'call_tell', arguments: {} } };
    const methods = async (): Promise<unknown[]> => (await messagesOf(await post(tell, headers))).map(({ method }) => method ?? 'result');
    expect(await methods()).toEqual(['notifications/message', 'result']);
    await (await post({ jsonrpc: '2.0', id: 2, method: 'logging/setLevel', params: { level: 'error' } }, headers)).text();
    expect(await methods()).toEqual(['result']);
  });

  it('end with the front', async () => {
    const kitchen = await begin();
    const id = await kitchen.initialize();
    await kitchen.front.close();
    expect((await kitchen.post(echo, { 'mcp-session-id': id })).status).toBe(404);
  });
});

describe('subscriptions', () => {
  it('watch a resource once a session, and end with it', async () => {
    const { seen, url } = await begin();
    const client = await connect({ url }, 'legacy');
    await Promise.all([client.subscribeResource({ uri: 'kitchen://soup' }), client.subscribeResource({ uri: 'kitchen://soup' })]);
    expect(seen.watching).toBe(1);
    const told = new Promise<string>((resolve) =>
      client.setNotificationHandler('notifications/resources/updated', ({ params }) => resolve(params.uri)),
    );
    seen.changed?.();
    expect(await told).toBe('kitchen://soup');
    await client.unsubscribeResource({ uri: 'kitchen://soup' });
    expect(seen.watching).toBe(0);
    await client.subscribeResource({ uri: 'kitchen://soup' });
    expect(seen.watching).toBe(1);
    await expect(client.subscribeResource({ uri: 'kitchen://menu' })).rejects.toThrow(/subscribed/);
    await (client.transport as { terminateSession?: () => Promise<void> }).terminateSession?.();
    await client.close();
    await expect.poll(() => seen.watching, PATIENT).toBe(0);
  });
});

describe('requests of 2026-07-28', () => {
  it('need no session, and are cancelled by going away', async () => {
    const { post, seen, url } = await begin();
    const { message, headers } = modern('tools/call', { name: 'text_echo', arguments: { text: 'hi' } });
    expect(await messagesOf(await post(message, headers))).toMatchObject([
      {
        id: 1,
        result: {
          resultType: 'complete',
          structuredContent: { text: 'hi' },
          _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'kitchen' } },
        },
      },
    ]);
    const waiting = modern('tools/call', { name: 'call_wait', arguments: {} });
    const stop = new AbortController();
    const gone = fetch(url, {
      method: 'POST',
      signal: stop.signal,
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...waiting.headers },
      body: JSON.stringify(waiting.message),
    }).catch(() => 'gone');
    await expect.poll(() => seen.started, PATIENT).toBe(1);
    stop.abort();
    expect(await gone).toBe('gone');
    await expect.poll(() => seen.aborted, PATIENT).toBe(1);
  });

  it.each<[string, Record<string, string>]>([
    ['another method', { 'mcp-method': 'tools/list' }],
    ['another name', { 'mcp-name': 'all_drop' }],
    ['another version', { 'mcp-protocol-version': '2025-06-18' }],
  ])('whose headers say %s than the body are refused', async (_name, wrong) => {
    const { post, seen } = await begin();
    const { message, headers } = modern('tools/call', { name: 'text_echo', arguments: { text: 'hi' } });
    const answer = await post(message, { ...headers, ...wrong });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: expect.any(Number) } });
    expect(seen.dropped).toBe(0);
  });

  it('answer an unknown tool with an error that quotes no more than it must', async () => {
    const { post } = await begin();
    const name = `\u202E${'x'.repeat(5_000)}`;
    const { message, headers } = modern('tools/call', { name, arguments: {} });
    const text = await (await post(message, { ...headers, 'mcp-name': `=?base64?${Buffer.from(name).toString('base64')}?=` })).text();
    expect(text).toMatch(/Unknown tool/);
    expect(text.length).toBeLessThan(1_000);
    expect(text).not.toContain('\u202E');
  });
});

describe('consent', () => {
  it.each(['legacy', 'modern'] as const)('is asked of the person in the %s era', async (era) => {
    const { url, seen } = await begin();
    for (const [answer, dropped] of [
      [{ action: 'decline' as const }, 0],
      [{ action: 'accept' as const, content: { confirm: false } }, 0],
      [{ action: 'accept' as const, content: { confirm: true } }, 1],
    ] as const) {
      const client = await connect({ url }, era, { capabilities: { elicitation: { form: {} } } });
      const asked: string[] = [];
      client.setRequestHandler('elicitation/create', async ({ params }) => {
        asked.push(params.message);
        return answer;
      });
      const result = await client.callTool({ name: 'all_drop', arguments: { what: 'db' } });
      expect(asked).toEqual([expect.stringContaining('db')]);
      expect(result.isError === true).toBe(dropped === 0);
      expect(seen.dropped).toBe(dropped);
      await client.close();
    }
  });

  it('does not come from a client that cannot be asked', async () => {
    const { url, seen } = await begin();
    const client = await connect({ url }, 'modern');
    expect(await client.callTool({ name: 'all_drop', arguments: { what: 'db' } })).toMatchObject({
      isError: true,
      structuredContent: { error: { code: 'forbidden' } },
    });
    expect(seen.dropped).toBe(0);
    await client.close();
  });

  it('of one person is nobody else’s, of one call no other’s', async () => {
    const { post, seen } = await begin();
    const capabilities = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } } };
    const call = (more: object, user: string, what = 'db') => {
      const { message, headers } = modern('tools/call', { name: 'all_drop', arguments: { what }, ...more }, capabilities);
      return post(message, { ...headers, 'x-user': user });
    };
    const [asking = {}] = await messagesOf(await call({}, 'ada'));
    const { requestState, inputRequests } = asking['result'] as { requestState: string; inputRequests: object };
    const yes = {
      requestState,
      inputResponses: Object.fromEntries(Object.keys(inputRequests).map((key) => [key, { action: 'accept', content: { confirm: true } }])),
    };
    expect(await messagesOf(await call(yes, 'bob'))).toMatchObject([{ error: {} }]);
    expect(await messagesOf(await call(yes, 'ada', 'other'))).toMatchObject([{ error: {} }]);
    // answers without the question
    expect(await messagesOf(await call({ inputResponses: yes.inputResponses }, 'ada'))).toMatchObject([
      { result: { resultType: 'input_required' } },
    ]);
    expect(seen.dropped).toBe(0);
    expect(await messagesOf(await call(yes, 'ada'))).toMatchObject([{ result: { resultType: 'complete' } }]);
    expect(seen.dropped).toBe(1);
  });

  it('is not mistaken for an answer to a question of the tool', async () => {
    const { url } = await begin();
    const client = await connect({ url }, 'modern', { capabilities: { elicitation: { form: {} } } });
    client.setRequestHandler('elicitation/create', async () => ({ action: 'accept' as const, content: { name: 'Ada' } }));
    expect(await client.callTool({ name: 'name_ask', arguments: {} })).toMatchObject({ structuredContent: { name: 'Ada' } });
    await client.close();
  });
});
