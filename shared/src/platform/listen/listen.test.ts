import { createConnection } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ToolError } from '../../contracts/index.ts';
import {
  clientSignal,
  isLoopbackHost,
  type IncomingMessage,
  listen,
  type Listener,
  type ListenOptions,
  readBody,
  type ServerResponse,
  toWebRequest,
  writeWebResponse,
} from './index.ts';

const open: Listener[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((listener) => listener.close(0)));
});

async function serve(onRequest: ListenOptions['onRequest'], more: Partial<ListenOptions> = {}): Promise<Listener> {
  const listener = await listen({ host: '127.0.0.1', port: 0, onRequest, ...more });
  open.push(listener);
  return listener;
}

const answering =
  (run: (request: IncomingMessage, response: ServerResponse) => Promise<void>): ListenOptions['onRequest'] =>
  (request, response) =>
    void run(request, response).catch((error: unknown) =>
      response.writeHead(error instanceof ToolError && error.code === 'too_large' ? 413 : 500, { connection: 'close' }).end(String(error)),
    );

/** Sends bytes by hand and returns all that comes back until the other end closes. */
function send(port: number, text: string): Promise<string> {
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

describe('a listener', () => {
  it('says in one line that its port is busy', async () => {
    const { port } = await serve((_request, response) => void response.end());
    await expect(listen({ host: '127.0.0.1', port, onRequest: () => undefined })).rejects.toMatchObject({
      code: 'unavailable',
      message: `127.0.0.1:${port} is already in use.`,
      hint: expect.stringContaining('another port'),
    });
  });

  it('says what else is wrong with an address', async () => {
    await expect(listen({ host: '192.0.2.1', port: 0, onRequest: () => undefined })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('192.0.2.1'),
    });
  });

  it('shows an IPv6 address as a URL does', async () => {
    const listener = await listen({ host: '::1', port: 0, onRequest: (_request, response) => void response.end('six') }).catch(
      () => undefined,
    );
    // a machine without IPv6 has nothing to show
    if (!listener) return;
    open.push(listener);
    expect(listener.url).toBe(`http://[::1]:${listener.port}`);
    expect(await (await fetch(listener.url)).text()).toBe('six');
  });

  it('lets requests in flight end, and takes no new ones', async () => {
    const arrived = Promise.withResolvers<ServerResponse>();
    const listener = await serve((_request, response) => arrived.resolve(response));
    const answer = fetch(listener.url).then((response) => response.text());
    const response = await arrived.promise;
    const closed = listener.close(60_000);
    await expect(fetch(listener.url)).rejects.toThrow();
    response.end('finished');
    expect(await answer).toBe('finished');
    // far sooner than the grace: a kept-alive connection does not hold the end back
    await closed;
  });

  it('cuts off what does not end in time', async () => {
    const arrived = Promise.withResolvers<void>();
    const listener = await serve(() => arrived.resolve());
    const answer = fetch(listener.url).then(
      () => 'answered',
      () => 'cut off',
    );
    await arrived.promise;
    await listener.close(10);
    expect(await answer).toBe('cut off');
  });

  it.each([
    ['garbage', 'hello\r\n\r\n', '400'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', '400'],
    ['a length and chunks', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', '400'],
    ['a header with a line feed in it', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: a\nb\r\n\r\n', '400'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', '400'],
    ['headers without end', `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(64 * 1024)}\r\n\r\n`, '431'],
  ])('refuses %s and goes on', async (_name, bytes, status) => {
    const listener = await serve((_request, response) => void response.end('fine'));
    expect(await send(listener.port, bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(await (await fetch(listener.url)).text()).toBe('fine');
  });

  it.each([
    ['headers', 'POST / HTTP/1.1\r\nHost: x\r\nX-'],
    ['a body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab'],
  ])('does not wait for ever for %s', async (_name, bytes) => {
    const listener = await serve(
      answering(async (request, response) => {
        await readBody(request, 100);
        response.end();
      }),
      { requestTimeoutMs: 100 },
    );
    expect(await send(listener.port, bytes)).toMatch(/^HTTP\/1.1 408 |^$/);
  });

  it('lets an answer take longer than a request may', async () => {
    const listener = await serve(
      (_request, response) => {
        response.write('a');
        setTimeout(() => response.end('b'), 1_000);
      },
      { requestTimeoutMs: 500 },
    );
    expect(await (await fetch(listener.url)).text()).toBe('ab');
  });
});

describe('a body', () => {
  const limit = 1_000;
  const echo = answering(async (request, response) => {
    response.end(await readBody(request, limit));
  });

  it('arrives whole, empty or in pieces', async () => {
    const { url } = await serve(echo);
    const bytes = Buffer.from(Array.from({ length: limit }, (_, index) => index % 256));
    expect(Buffer.from(await (await fetch(url, { method: 'POST', body: bytes })).arrayBuffer())).toEqual(bytes);
    expect(await (await fetch(url, { method: 'POST' })).text()).toBe('');
    const pieces = new ReadableStream({
      start(controller) {
        for (const piece of ['a', 'b', 'c']) controller.enqueue(Buffer.from(piece));
        controller.close();
      },
    });
    expect(await (await fetch(url, { method: 'POST', body: pieces, duplex: 'half' })).text()).toBe('abc');
  });

  it.each([
    ['announced', `Content-Length: ${limit + 1}\r\n\r\n`],
    ['sent in pieces', `Transfer-Encoding: chunked\r\n\r\n${`64\r\n${'a'.repeat(100)}\r\n`.repeat(11)}0\r\n\r\n`],
  ])('that is too large is refused when %s', async (_name, rest) => {
    const { port } = await serve(echo);
    expect(await send(port, `POST / HTTP/1.1\r\nHost: x\r\n${rest}`)).toMatch(/^HTTP\/1.1 413 /);
  });

  it('that breaks off is a cancelled request', async () => {
    const failed = Promise.withResolvers<unknown>();
    const { port } = await serve((request) => void readBody(request, limit).catch(failed.resolve));
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab', () => socket.destroy());
    expect(await failed.promise).toMatchObject({ code: 'cancelled' });
  });
});

describe('the web’s requests and responses', () => {
  const url = (request: IncomingMessage): URL => new URL(request.url ?? '/', 'http://localhost');

  it('carry method, headers, query and body there and back', async () => {
    const listener = await serve(
      answering(async (request, response) => {
        const web = toWebRequest(request, url(request), await readBody(request, 100), new AbortController().signal);
        const answer = {
          method: web.method,
          path: new URL(web.url).pathname,
          q: new URL(web.url).searchParams.get('q'),
          twice: web.headers.get('x-twice'),
          body: await web.text(),
        };
        await writeWebResponse(Response.json(answer, { status: 201, headers: { 'x-answer': 'yes' } }), response);
      }),
    );
    const answer = await fetch(`${listener.url}/a/b?q=1%202`, {
      method: 'POST',
      body: 'text',
      headers: [
        ['x-twice', 'a'],
        ['x-twice', 'b'],
      ],
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('x-answer')).toBe('yes');
    expect(await answer.json()).toEqual({ method: 'POST', path: '/a/b', q: '1 2', twice: 'a, b', body: 'text' });
  });

  it('take a target that is a whole URL', async () => {
    const listener = await serve(
      answering(
        async (request, response) => void response.end(toWebRequest(request, url(request), undefined, new AbortController().signal).url),
      ),
    );
    expect(await send(listener.port, 'GET http://else.example/p?x=1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')).toContain(
      'http://localhost/p?x=1',
    );
  });

  it('may be without a body', async () => {
    const listener = await serve((_request, response) => void writeWebResponse(new Response(null, { status: 202 }), response));
    const answer = await fetch(listener.url);
    expect([answer.status, await answer.text()]).toEqual([202, '']);
  });

  it('stop reading a stream whose reader has gone', async () => {
    const cancelled = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<void>();
    const listener = await serve((_request, response) => {
      clientSignal(response).addEventListener('abort', () => gone.resolve());
      const endless = new ReadableStream({
        pull: (controller) => controller.enqueue(Buffer.alloc(64 * 1024)),
        cancel: () => cancelled.resolve(),
      });
      void writeWebResponse(new Response(endless), response);
    });
    const stop = new AbortController();
    const answer = await fetch(listener.url, { signal: stop.signal });
    await answer.body?.getReader().read();
    stop.abort();
    await Promise.all([cancelled.promise, gone.promise]);
  });

  it('wait for a slow reader without keeping what they waited with', async () => {
    const listeners: number[] = [];
    const listener = await serve((_request, response) => {
      const parts = new ReadableStream({
        pull: (controller) => {
          listeners.push(response.listenerCount('close') + response.listenerCount('drain'));
          if (listeners.length === 60) controller.close();
          else controller.enqueue(Buffer.alloc(256 * 1024));
        },
      });
      void writeWebResponse(new Response(parts), response);
    });
    const all = await (await fetch(listener.url)).arrayBuffer();
    expect(all.byteLength).toBe(59 * 256 * 1024);
    expect(Math.max(...listeners)).toBeLessThanOrEqual((listeners[0] ?? 0) + 4);
  });

  it('are not gone when they are complete', async () => {
    const signal = Promise.withResolvers<AbortSignal>();
    const listener = await serve((_request, response) => {
      signal.resolve(clientSignal(response));
      response.end('all');
    });
    await (await fetch(listener.url)).text();
    await listener.close(1_000);
    expect((await signal.promise).aborted).toBe(false);
  });
});

it.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['[::1]', true],
  ['0.0.0.0', false],
  ['::', false],
  ['10.0.0.1', false],
  ['127.0.0.1.evil.example', false],
  ['localhost.evil.example', false],
  ['', false],
])('%s is loopback: %s', (host, expected) => {
  expect(isLoopbackHost(host)).toBe(expected);
});
