import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { open as openServer, type OpenServer, type ServedBackend, serveHttp } from '@deployment-engine/shared/testing';
import { defineResource, defineServer, defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { callerFor, PATIENT } from '../testing/machine.ts';
import { errorIn, openUpstream, type TestUpstream } from '../testing/upstream.ts';
import { HttpWire } from './http-wire.ts';

const nothing = z.strictObject({});
const seen: { aborted: number; watching: number; changed?: () => void } = { aborted: 0, watching: 0 };

const far = defineServer({
  name: 'far',
  title: 'Far',
  description: 'A server over HTTP.',
  version: '1.0.0',
  port: 0,
  config: nothing,
  deps: {},
  resources: [
    defineResource({
      uri: 'far://{name}',
      name: 'thing',
      title: 'Thing',
      description: 'A thing.',
      mimeType: 'text/plain',
      read: ({ name }) => ({ text: name ?? '' }),
      watch: (_uri, changed, { signal }) => {
        seen.watching += 1;
        seen.changed = changed;
        signal.addEventListener('abort', () => (seen.watching -= 1));
      },
    }),
  ],
  tools: [
    defineTool({
      name: 'text_echo',
      title: 'Echo',
      description: 'Says it again.',
      scopes: [],
      annotations: reads(),
      inputSchema: z.strictObject({ text: z.string().describe('t') }),
      outputSchema: z.object({ text: z.string() }),
      handler: ({ text }, { progress }: ToolContext) => (progress({ progress: 1 }), { text }),
    }),
    defineTool({
      name: 'call_wait',
      title: 'Wait',
      description: 'Waits.',
      scopes: [],
      annotations: reads(),
      inputSchema: nothing,
      outputSchema: nothing,
      handler: (_input, { signal }: ToolContext) =>
        new Promise<Record<string, never>>((resolve) =>
          signal.addEventListener('abort', () => {
            seen.aborted += 1;
            resolve({});
          }),
        ),
    }),
  ],
});

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function served(): Promise<ServedBackend & { server: OpenServer }> {
  const server = await openServer(far);
  const backend = await serveHttp(server.runtime);
  closing.push(
    () => server.close(),
    () => backend.close(),
  );
  return { ...backend, server };
}

function through(url: string, headers: Record<string, string> = {}): TestUpstream {
  const one = openUpstream({}, { open: () => new HttpWire({ url, headers }) });
  closing.push(() => one.dispose());
  return one;
}

/** An HTTP server that answers as the test says; the handshake it does itself. */
async function raw(
  answer: (request: IncomingMessage, response: ServerResponse, message: { id?: unknown; method?: string }) => void,
): Promise<{ url: string; requests: { headers: IncomingMessage['headers']; method?: string | undefined }[] }> {
  const requests: { headers: IncomingMessage['headers']; method?: string | undefined }[] = [];
  const server: Server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const message = (text === '' ? {} : JSON.parse(text)) as { id?: unknown; method?: string };
      requests.push({ headers: request.headers, method: message.method });
      const reply = (result: object): void =>
        void response
          .writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'session-1' })
          .end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }));
      if (message.method === 'initialize')
        return reply({ protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'raw', version: '1' } });
      if (message.method === 'tools/list') return reply({ tools: [{ name: 'do', inputSchema: { type: 'object' } }] });
      if (message.method === 'tools/call') return answer(request, response, message);
      if (request.method === 'POST' && message.id === undefined) return void response.writeHead(202).end();
      response
        .writeHead(request.method === 'POST' ? 404 : 405, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id: message.id ?? null, error: { code: -32_601, message: 'no' } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, requests };
}

describe('a resource at a URL', () => {
  it('is watched on a stream that ends with the watch', async () => {
    const { url } = await served();
    const { upstream } = through(url);
    let heard = 0;
    const stop = await upstream.watchResource('far://thing', callerFor(), () => (heard += 1));
    await expect.poll(() => seen.watching, PATIENT).toBe(1);
    seen.changed?.();
    await expect.poll(() => heard, PATIENT).toBe(1);
    stop();
    await expect.poll(() => seen.watching, PATIENT).toBe(0);
  });
});

describe('a server at a URL', () => {
  it('is called in its own era, with progress', async () => {
    const { url } = await served();
    const told: unknown[] = [];
    const result = await through(url).call('text_echo', { text: 'hü' }, { progress: (progress) => void told.push(progress) });
    expect(result).toMatchObject({ structuredContent: { text: 'hü' } });
    expect(told).toEqual([{ progress: 1 }]);
  });

  it('is told when a call is cancelled', async () => {
    const { url } = await served();
    const { call } = through(url);
    await call('text_echo', { text: 'x' });
    const stop = new AbortController();
    const waiting = call('call_wait', {}, { signal: stop.signal });
    setImmediate(() => stop.abort());
    expect(errorIn(await waiting).code).toBe('cancelled');
    await expect.poll(async () => (await call('text_echo', { text: 'x' })).isError ?? false, PATIENT).toBe(false);
  });

  it('that is not there says so without waiting', async () => {
    const { url } = await served();
    await closing.pop()?.();
    const { call } = through(url);
    expect(errorIn(await call('text_echo'))).toMatchObject({ code: 'unavailable' });
  });

  it('gets its credentials, and no other origin does', async () => {
    const { url, requests } = await raw(
      (_request, response, { id }) =>
        void response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ jsonrpc: '2.0', id, result: { content: [] } })),
    );
    const { call } = through(url, { Authorization: 'Bearer far-token' });
    expect(await call('do')).toEqual({ content: [] });
    expect(requests.every(({ headers }) => headers.authorization === 'Bearer far-token')).toBe(true);
    expect(requests.at(-1)).toMatchObject({
      headers: { 'mcp-session-id': 'session-1', accept: 'application/json, text/event-stream' },
      method: 'tools/call',
    });
  });

  it('that redirects is not followed', async () => {
    const other = await raw(() => undefined);
    const { url } = await raw((_request, response) => void response.writeHead(307, { location: other.url }).end());
    expect((await through(url, { Authorization: 'Bearer x' }).call('do')).isError).toBe(true);
    expect(other.requests).toEqual([]);
  });
});

describe('answers', () => {
  const json =
    (body: string, status = 200): Parameters<typeof raw>[0] =>
    (_request, response, { id }) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(body.replaceAll('$ID', JSON.stringify(id)));
  const events =
    (body: string): Parameters<typeof raw>[0] =>
    (_request, response, { id }) =>
      void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(body.replaceAll('$ID', JSON.stringify(id)));

  it.each<[string, Parameters<typeof raw>[0], object]>([
    ['in JSON over several lines', json('{\n "jsonrpc":"2.0",\n "id":$ID,\n "result":{\n "content":[]\n}}'), { content: [] }],
    [
      'in events, with others before it',
      events(
        'data: {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}}\n\ndata: {"jsonrpc":"2.0","id":"other","result":{}}\n\ndata: null\n\nevent: message\ndata: {"jsonrpc":"2.0","id":$ID,\ndata: "result":{"content":[]}}\n\n',
      ),
      { content: [] },
    ],
    [
      'that are errors',
      json('{"jsonrpc":"2.0","id":$ID,"error":{"code":-32602,"message":"bad"}}'),
      { isError: true, structuredContent: { error: { code: 'invalid_input' } } },
    ],
    [
      'that are errors with a status',
      json('{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no header"}}', 400),
      { isError: true, structuredContent: { error: { message: 'no header' } } },
    ],
    [
      'that are a status and nothing else',
      (_request, response) => void response.writeHead(503, { 'content-type': 'text/html' }).end('<html>'),
      { isError: true, structuredContent: { error: { code: 'unavailable' } } },
    ],
    [
      'that are a refused sign-in',
      (_request, response) => void response.writeHead(401).end(),
      { isError: true, structuredContent: { error: { code: 'unauthenticated' } } },
    ],
    ['that are not JSON', json('<html>'), { isError: true, structuredContent: { error: { code: 'upstream_error' } } }],
    ['that are null', json('null'), { isError: true, structuredContent: { error: { code: 'upstream_error' } } }],
    [
      'that are empty',
      (_request, response) => void response.writeHead(202).end(),
      { isError: true, structuredContent: { error: { code: 'upstream_error' } } },
    ],
    [
      'that break off',
      events('data: {"jsonrpc":"2.0"'),
      { isError: true, structuredContent: { error: { code: 'unavailable', hint: expect.stringContaining('not repeated') } } },
    ],
    [
      'for another question',
      json('{"jsonrpc":"2.0","id":1,"result":{"content":[]}}'),
      { isError: true, structuredContent: { error: { code: 'upstream_error' } } },
    ],
  ])('%s', async (_name, answer, expected) => {
    const { url } = await raw(answer);
    expect(await through(url).call('do')).toMatchObject(expected);
  });

  it('of a session that is over open a new one', async () => {
    let over = true;
    const { url, requests } = await raw((request, response, message) => {
      if (over) response.writeHead(404).end();
      else json('{"jsonrpc":"2.0","id":$ID,"result":{"content":[]}}')(request, response, message);
      over = false;
    });
    const { call } = through(url);
    expect(errorIn(await call('do'))).toMatchObject({ code: 'unavailable', message: expect.stringContaining('session') });
    await expect.poll(async () => (await call('do')).isError ?? false, PATIENT).toBe(false);
    expect(requests.filter(({ method }) => method === 'initialize')).toHaveLength(2);
  });
});
