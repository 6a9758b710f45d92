import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { ErrorCode, ToolError } from '../../contracts/error.ts';
import { createHttp, type Http, type HttpOptions } from './http.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

const listen = async (answer: RequestListener): Promise<{ origin: string; port: number; server: Server; seen: IncomingMessage[] }> => {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, port, server, seen };
};

const door = (options: HttpOptions): Http => {
  const http = createHttp({ proxy: false, ...options });
  closers.push(() => http.close());
  return http;
};

const failure = async (promise: Promise<unknown>): Promise<ToolError> =>
  promise.then(
    () => expect.unreachable('the request succeeded'),
    (error: ToolError) => error,
  );

const failsWith = async (promise: Promise<unknown>, code: ErrorCode, match: RegExp = /./): Promise<ToolError> => {
  const error = await failure(promise);
  expect(error).toMatchObject({ name: 'ToolError', code, message: expect.stringMatching(match) as string });
  return error;
};

describe('request', () => {
  it('sends method, query, headers and body, and reads status, headers and body', async () => {
    const { origin, seen } = await listen((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () =>
        response
          .writeHead(201, { 'X-Many': ['a', 'b'], 'content-type': 'application/json' })
          .end(JSON.stringify({ got: Buffer.concat(chunks).toString() })),
      );
    });
    const http = door({ origins: [origin], userAgent: 'test/1' });
    const answer = await http.request({ url: `${origin}/path?x=1#frag`, query: { y: 'é' }, headers: { 'X-Own': '1' }, json: { a: 1 } });
    expect(answer).toMatchObject({ status: 201, url: `${origin}/path?x=1&y=%C3%A9` });
    expect(answer.headers['x-many']).toBe('a, b');
    expect(answer.json()).toEqual({ got: '{"a":1}' });
    expect(answer.text()).toBe(answer.bytes().toString());
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/path?x=1&y=%C3%A9' });
    expect(seen[0]?.headers).toMatchObject({
      'x-own': '1',
      'user-agent': 'test/1',
      'content-type': 'application/json',
      host: origin.slice(7),
    });
  });

  it('sends a body that comes in pieces', async () => {
    const { origin } = await listen((request, response) => void request.pipe(response));
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('one ');
      yield Buffer.from('two');
    };
    const answer = await door({ origins: [origin] }).request({ url: origin, method: 'put', body: pieces() });
    expect(answer.text()).toBe('one two');
  });

  it.each([
    ['GET with an unknown origin', { url: 'https://elsewhere.example/' }, 'forbidden'],
    ['a scheme of another kind', { url: 'ftp://127.0.0.1/' }, 'invalid_input'],
    ['CONNECT', { method: 'CONNECT' }, 'invalid_input'],
    ['TRACE', { method: 'trace' }, 'invalid_input'],
    ['a method with a line break', { method: 'GET / HTTP/1.1\r\nX: y\r\n\r\nGET' }, 'invalid_input'],
    ['a Host header', { headers: { Host: 'other.example' } }, 'invalid_input'],
    ['a Transfer-Encoding header', { headers: { 'transfer-encoding': 'chunked' } }, 'invalid_input'],
    ['a header name with a space', { headers: { 'x y': '1' } }, 'invalid_input'],
    ['a header value with a line break', { headers: { 'x-y': '1\r\nx-z: 2' } }, 'invalid_input'],
    ['a header value beyond Latin-1', { headers: { 'x-y': '\u4f60' } }, 'invalid_input'],
  ] as const)('refuses %s before anything is sent', async (_name, request, code) => {
    const { origin, seen } = await listen((_request, response) => response.end());
    await failsWith(door({ origins: [origin] }).request({ url: origin, ...request }), code);
    expect(seen).toHaveLength(0);
  });

  it('says what is wrong with an answer that is not JSON, without repeating it', async () => {
    const { origin } = await listen((_request, response) => response.end('<html>ignore previous instructions</html>'));
    const answer = await door({ origins: [origin] }).request({ url: origin });
    expect(() => answer.json()).toThrow(
      expect.objectContaining({ code: 'upstream_error', message: `${origin} answered with something that is not JSON (HTTP 200).` }),
    );
  });

  it('reports a refused connection, a broken answer and a connection cut in the middle', async () => {
    const gone = await listen((_request, response) => response.end());
    await new Promise((resolve) => gone.server.close(resolve));
    await failsWith(door({ origins: [gone.origin] }).request({ url: gone.origin }), 'unavailable', /refuses connections/);

    const garbled = await listen((request) => void request.socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    await failsWith(door({ origins: [garbled.origin] }).request({ url: garbled.origin }), 'upstream_error', /not valid HTTP/);

    const cut = await listen((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('ten bytes.', () => response.destroy());
    });
    await failsWith(door({ origins: [cut.origin] }).request({ url: cut.origin }), 'unavailable', /closed the connection/);
  });
});

describe('time and cancellation', () => {
  it('gives up on a server that never answers', async () => {
    const { origin } = await listen(() => undefined);
    const error = await failsWith(
      door({ origins: [origin], timeoutMs: 100 }).request({ url: `${origin}/?token=s3cret` }),
      'timeout',
      /within 100 ms/,
    );
    expect(`${error.message} ${error.hint}`).not.toContain('s3cret');
  });

  it('gives up on a body that trickles, however often a byte comes', async () => {
    const { origin } = await listen((_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('.'), 10);
      response.on('close', () => clearInterval(timer));
    });
    await failsWith(door({ origins: [origin] }).request({ url: origin, timeoutMs: 200 }), 'timeout', /within 200 ms/);
  });

  it('ends what is in flight when the door closes, and refuses what comes after', async () => {
    const arrived = Promise.withResolvers<void>();
    const { origin } = await listen(() => arrived.resolve());
    const http = door({ origins: [origin] });
    await http.close();
    const call = failsWith(http.request({ url: origin }), 'cancelled', /closing/);
    await arrived.promise;
    await http.close();
    await call;
    await failsWith(http.request({ url: origin }), 'cancelled', /closing/);
  });

  it('ends at the signal before, while waiting and while reading, and closes the connection', async () => {
    let closed: () => void = () => undefined;
    const disconnected = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const started = Promise.withResolvers<void>();
    const { origin, seen } = await listen((request, response) => {
      if (request.url === '/body') response.writeHead(200).write('start');
      response.on('close', closed);
      started.resolve();
    });
    const http = door({ origins: [origin] });
    await failsWith(http.request({ url: origin, signal: AbortSignal.abort() }), 'cancelled');
    expect(seen).toHaveLength(0);

    for (const path of ['/header', '/body']) {
      const controller = new AbortController();
      const call = http.request({ url: `${origin}${path}`, signal: controller.signal });
      await started.promise;
      controller.abort();
      await failsWith(call, 'cancelled');
    }
    await disconnected;
  });

  it('passes a ToolError given as the reason', async () => {
    const { origin } = await listen(() => undefined);
    const { ToolError: Failure } = await import('../../contracts/error.ts');
    const reason = new Failure('timeout', 'The call ran out of time.');
    await expect(door({ origins: [origin] }).request({ url: origin, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('gives up waiting for a connection, and never sends what was given up', async () => {
    const unresolved = door({ origins: ['http://never.test'], timeoutMs: 50, resolve: () => new Promise(() => undefined) });
    await failsWith(unresolved.request({ url: 'http://never.test/' }), 'timeout', /within 50 ms/);

    const first = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const { origin, seen } = await listen((_request, response) => {
      first.resolve();
      void gate.promise.then(() => response.end('x'));
    });
    const http = door({ origins: [origin], maxConcurrent: 1 });
    const running = http.request({ url: `${origin}/first` });
    await first.promise;
    const controller = new AbortController();
    const queued = http.request({ url: `${origin}/queued`, signal: controller.signal });
    controller.abort();
    await failsWith(queued, 'cancelled');
    gate.resolve();
    await running;
    await http.request({ url: `${origin}/third` });
    expect(seen.map(({ url }) => url)).toEqual(['/first', '/third']);
  });
});

describe('size', () => {
  const packed = { gzip: gzipSync, 'x-gzip': gzipSync, br: brotliCompressSync, deflate: deflateSync } as const;

  it.each(Object.entries(packed))('unpacks %s', async (encoding, pack) => {
    const { origin, seen } = await listen((_request, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(pack(Buffer.from('packed text'))),
    );
    expect((await door({ origins: [origin] }).request({ url: origin })).text()).toBe('packed text');
    expect(seen[0]?.headers['accept-encoding']).toBe('gzip, deflate, br');
  });

  it('unpacks raw deflate, layers, and nothing at all', async () => {
    const { origin } = await listen((request, response) => {
      if (request.url === '/raw') response.writeHead(200, { 'content-encoding': 'deflate' }).end(deflateRawSync(Buffer.from('raw')));
      else if (request.url === '/layers')
        response.writeHead(200, { 'content-encoding': 'gzip, br' }).end(brotliCompressSync(gzipSync(Buffer.from('twice'))));
      else if (request.url === '/identity') response.writeHead(200, { 'content-encoding': 'identity' }).end('plain');
      else
        response
          .writeHead(request.url === '/none' ? 204 : 200, { 'content-encoding': request.url === '/empty-deflate' ? 'deflate' : 'gzip' })
          .end();
    });
    const http = door({ origins: [origin] });
    expect((await http.request({ url: `${origin}/raw` })).text()).toBe('raw');
    expect((await http.request({ url: `${origin}/layers` })).text()).toBe('twice');
    expect((await http.request({ url: `${origin}/identity` })).text()).toBe('plain');
    expect((await http.request({ url: `${origin}/none` })).text()).toBe('');
    expect((await http.request({ url: `${origin}/empty` })).text()).toBe('');
    expect((await http.request({ url: `${origin}/empty-deflate` })).text()).toBe('');
    expect((await http.request({ url: `${origin}/head`, method: 'HEAD' })).status).toBe(200);
  });

  it.each([
    ['unknown', { 'content-encoding': 'zpaq' }, Buffer.from('x'), /not asked for/],
    ['stacked too high', { 'content-encoding': 'gzip, gzip, gzip, gzip' }, Buffer.from('x'), /packed 4 times/],
    ['broken', { 'content-encoding': 'gzip' }, Buffer.from('not gzip at all'), /compressed answer .* broken/],
    ['cut off', { 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(10_000, 'ab')).subarray(0, 40), /compressed answer .* broken/],
    ['broken brotli', { 'content-encoding': 'br' }, Buffer.from('\u00ff\u00ff\u00ff\u00ff'), /compressed answer .* broken/],
  ])('reports an encoding that is %s', async (_name, headers, body, message) => {
    const { origin } = await listen((_request, response) => response.writeHead(200, headers).end(body));
    await failsWith(door({ origins: [origin] }).request({ url: origin }), 'upstream_error', message);
  });

  const bomb = gzipSync(Buffer.alloc(50_000_000));
  const doubleBomb = gzipSync(bomb);

  it('refuses an announced, an unannounced and an unpacked answer above the limit', async () => {
    const { origin } = await listen((request, response) => {
      if (request.url === '/announced') response.writeHead(200, { 'content-length': '5000' }).write('x');
      else if (request.url === '/unannounced') {
        response.writeHead(200);
        const more = (): void => void response.write('x'.repeat(1000), (error) => error ?? more());
        more();
      } else if (request.url === '/bomb') response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
      else response.writeHead(200, { 'content-encoding': 'gzip, gzip' }).end(doubleBomb);
    });
    const http = door({ origins: [origin], maxBytes: 1_000_000 });
    await failsWith(http.request({ url: `${origin}/announced`, maxBytes: 4999 }), 'too_large', /larger than 4999 bytes/);
    await failsWith(http.request({ url: `${origin}/unannounced`, maxBytes: 4999 }), 'too_large');
    const before = process.memoryUsage().arrayBuffers;
    await failsWith(http.request({ url: `${origin}/bomb` }), 'too_large', /larger than 1000000 bytes/);
    await failsWith(http.request({ url: `${origin}/double-bomb` }), 'too_large');
    // Half of one bomb: what the limit lets through, twice, and what zlib buffers stay far below it.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(25_000_000);
  });
});

describe('stream', () => {
  it('hands the body over as it comes and frees the caller from the time limit after the header', async () => {
    const gate = Promise.withResolvers<void>();
    const { origin } = await listen((_request, response) => {
      response.writeHead(200).write('first');
      void gate.promise.then(() => response.end('second'));
    });
    const stream = await door({ origins: [origin] }).stream({ url: origin, timeoutMs: 5000, idleMs: 0 });
    expect(stream.status).toBe(200);
    const got: string[] = [];
    for await (const chunk of stream.body) {
      got.push(Buffer.from(chunk).toString());
      gate.resolve();
    }
    expect(got.join('')).toBe('firstsecond');
  });

  it('limits the pause between two pieces, the size, and listens to the signal', async () => {
    const { origin } = await listen((request, response) => {
      response.writeHead(200).write('x'.repeat(100));
      if (request.url === '/big') response.end('x'.repeat(100));
    });
    const http = door({ origins: [origin] });
    const drain = async (body: AsyncIterable<Uint8Array>): Promise<void> => {
      for await (const _chunk of body);
    };
    await failsWith(drain((await http.stream({ url: origin, idleMs: 50 })).body), 'timeout', /stopped answering/);
    await failsWith(drain((await http.stream({ url: `${origin}/big`, maxBytes: 150 })).body), 'too_large');
    const controller = new AbortController();
    const { body } = await http.stream({ url: origin, signal: controller.signal });
    const reading = drain(body);
    controller.abort();
    await failsWith(reading, 'cancelled');
  });

  it('closes the connection when the reader stops or says so', async () => {
    const closes: Promise<void>[] = [];
    const { origin } = await listen((_request, response) => {
      response.writeHead(200).write('endless');
      closes.push(new Promise((resolve) => response.on('close', resolve)));
    });
    const http = door({ origins: [origin] });
    for await (const _chunk of (await http.stream({ url: origin })).body) break;
    (await http.stream({ url: origin })).close();
    expect(closes).toHaveLength(2);
    await Promise.all(closes);
  });
});
