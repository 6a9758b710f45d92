import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ErrorCode, ToolError } from '../../contracts/error.ts';
import type { ResolvedAddress } from './connection.ts';
import { createHttp, type Http, type HttpOptions } from './http.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

const listen = async (
  answer: RequestListener,
  host = '127.0.0.1',
): Promise<{ origin: string; port: number; seen: IncomingMessage[]; sockets: Set<unknown> }> => {
  const seen: IncomingMessage[] = [];
  const sockets = new Set<unknown>();
  const server = createServer((request, response) => {
    seen.push(request);
    sockets.add(request.socket);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, port, seen, sockets };
};

const door = (options: HttpOptions): Http => {
  const http = createHttp({ proxy: false, ...options });
  closers.push(() => http.close());
  return http;
};

const v4 = (address: string): ResolvedAddress => ({ address, family: 4 });

const failsWith = async (promise: Promise<unknown>, code: ErrorCode, match: RegExp = /./): Promise<ToolError> => {
  const error = await promise.then(
    () => expect.unreachable('the request succeeded'),
    (thrown: ToolError) => thrown,
  );
  expect(error).toMatchObject({ name: 'ToolError', code, message: expect.stringMatching(match) as string });
  return error;
};

describe('where a request may go', () => {
  it('reaches a listed name at a private address, with one look-up a connection, and keeps the name in Host', async () => {
    const { port, seen, sockets } = await listen((_request, response) => response.end('ok'));
    const resolve = vi.fn(async () => [v4('127.0.0.1')]);
    const http = door({ origins: [`http://prom.test:${port}`], resolve });
    for (let call = 0; call < 3; call += 1) expect((await http.request({ url: `http://prom.test:${port}/` })).text()).toBe('ok');
    expect(resolve.mock.calls).toEqual(Array.from(sockets, () => ['prom.test']));
    expect(seen[0]?.headers.host).toBe(`prom.test:${port}`);
  });

  it('connects to the next address when the first one refuses', async () => {
    const { port } = await listen((_request, response) => response.end('ok'));
    const http = door({ origins: [`http://two.test:${port}`], resolve: async () => [v4('127.77.0.1'), v4('127.0.0.1')] });
    expect((await http.request({ url: `http://two.test:${port}/` })).text()).toBe('ok');
  });

  it('refuses a public name that resolves to this machine, whatever else it resolves to', async () => {
    const { port, seen } = await listen((_request, response) => response.end('secret'));
    for (const addresses of [[v4('127.0.0.1')], [v4('93.184.215.14'), v4('127.0.0.1')], [{ address: '::ffff:127.0.0.1', family: 6 }]]) {
      const http = door({ origins: [], allowPublic: true, resolve: async () => addresses });
      const error = await failsWith(http.request({ url: `http://evil.test:${port}/` }), 'forbidden', /not public \(loopback\)/);
      expect(error.hint).toContain('configuration');
    }
    expect(seen).toHaveLength(0);
  });

  it('uses the address that it checked: a name that changes between check and use gains nothing', async () => {
    const { port, seen } = await listen((_request, response) => response.end('secret'));
    const url = `http://rebind.test:${port}/`;
    const turning = (...answers: string[]) => vi.fn(async () => [v4(answers.shift() ?? '127.0.0.1')]);

    // Whoever looked up a second time would now get the address that the check refuses, or refused.
    const inward = turning('10.0.0.1', '127.0.0.1');
    await failsWith(door({ origins: [], allowPublic: true, resolve: inward }).request({ url }), 'forbidden', /not public \(private\)/);
    expect(inward).toHaveBeenCalledTimes(1);
    expect(seen).toHaveLength(0);

    const away = turning('127.0.0.1', '127.77.0.1');
    const http = door({ origins: [`http://rebind.test:${port}`], resolve: away });
    expect((await http.request({ url })).text()).toBe('secret');
    expect(away).toHaveBeenCalledTimes(1);
    expect(seen[0]?.socket.localAddress).toBe('127.0.0.1');
  });

  it('checks again for every new connection', async () => {
    const { port, seen } = await listen((_request, response) => response.end('x'));
    const resolve = vi.fn(async () => [v4('127.0.0.1')]);
    const http = door({ origins: [`http://listed.test:${port}`], allowPublic: true, resolve });
    await http.request({ url: `http://listed.test:${port}/` });
    await failsWith(http.request({ url: `http://other.test:${port}/` }), 'forbidden');
    await failsWith(http.request({ url: `http://other.test:${port}/` }), 'forbidden');
    expect(resolve.mock.calls).toEqual([['listed.test'], ['other.test'], ['other.test']]);
    expect(seen).toHaveLength(1);
  });

  it('reports a name that does not resolve', async () => {
    await failsWith(
      door({ origins: ['http://none.test'], resolve: async () => [] }).request({ url: 'http://none.test/' }),
      'unavailable',
      /does not resolve/,
    );
    const error = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' });
    await failsWith(
      door({ origins: ['http://none.test'], resolve: () => Promise.reject(error) }).request({ url: 'http://none.test/' }),
      'unavailable',
      /does not resolve/,
    );
  });

  it('asks the system for names by default', async () => {
    const { port } = await listen((_request, response) => response.end('ok'), 'localhost');
    expect((await door({ origins: [`http://localhost:${port}`] }).request({ url: `http://localhost:${port}/` })).text()).toBe('ok');
  });

  it.each([
    'http://127.0.0.1',
    'http://2130706433',
    'http://0x7f.1',
    'http://0177.0.0.1',
    'http://[::1]',
    'http://[::ffff:127.0.0.1]',
    'http://0.0.0.0',
    'http://169.254.169.254',
  ])('refuses %s from a call, in whatever spelling', async (origin) => {
    const { port, seen } = await listen((_request, response) => response.end('secret'));
    await failsWith(door({ origins: [], allowPublic: true }).request({ url: `${origin}:${port}/` }), 'forbidden', /not public/);
    expect(seen).toHaveLength(0);
  });
});

describe('redirects', () => {
  it('follows within the origin and keeps method, body and credential as HTTP says', async () => {
    const { origin, seen } = await listen((request, response) => {
      const status = Number(request.url?.slice(1));
      if (status > 300) response.writeHead(status, { location: '/done' }).end('moved');
      else response.end('done');
    });
    const http = door({ origins: [origin], credentials: { [origin]: { headers: { authorization: 'Bearer s3cret' } } } });
    const sent: unknown[] = [];
    for (const [method, status] of [
      ['POST', 301],
      ['POST', 302],
      ['PUT', 302],
      ['PUT', 303],
      ['HEAD', 303],
      ['POST', 307],
      ['POST', 308],
    ] as const) {
      seen.length = 0;
      const answer = await http.request({ url: `${origin}/${status}`, method, ...(method === 'HEAD' ? {} : { json: { a: 1 } }) });
      expect(answer.url).toBe(`${origin}/done`);
      expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer s3cret', 'Bearer s3cret']);
      sent.push([method, status, seen[1]?.method, seen[1]?.headers['content-type']]);
    }
    const json = 'application/json';
    expect(sent).toEqual([
      ['POST', 301, 'GET', undefined],
      ['POST', 302, 'GET', undefined],
      ['PUT', 302, 'PUT', json],
      ['PUT', 303, 'GET', undefined],
      ['HEAD', 303, 'HEAD', undefined],
      ['POST', 307, 'POST', json],
      ['POST', 308, 'POST', json],
    ]);
  });

  it('hands a redirect back when asked to, and one without a location', async () => {
    const { origin } = await listen((request, response) =>
      response.writeHead(302, request.url === '/bare' ? {} : { location: 'http://127.0.0.1:1/' }).end(),
    );
    const http = door({ origins: [origin] });
    expect(await http.request({ url: origin, maxRedirects: 0 })).toMatchObject({
      status: 302,
      headers: { location: 'http://127.0.0.1:1/' },
    });
    expect((await http.request({ url: `${origin}/bare` })).status).toBe(302);
  });

  it.each([
    ['http://169.254.169.254/latest/meta-data/', 'forbidden', /not public \(metadata\)/],
    ['http://[fd00:ec2::254]/', 'forbidden', /not public \(metadata\)/],
    ['//127.0.0.1:1/', 'forbidden', /not public \(loopback\)/],
    ['http://internal.test/', 'forbidden', /not public \(private\)/],
    ['file:///etc/passwd', 'forbidden', /not allowed/],
    ['http://user:pass@public.test/', 'forbidden', /not allowed/],
    ['http://[bad/', 'upstream_error', /not a URL/],
  ] as const)('refuses one to %s', async (location, code, match) => {
    const { origin, seen } = await listen((_request, response) => response.writeHead(302, { location }).end());
    const http = door({ origins: [origin], allowPublic: true, resolve: async () => [v4('10.0.0.7')] });
    await failsWith(http.request({ url: origin }), code, match);
    expect(seen).toHaveLength(1);
  });

  it('refuses one to an origin that nobody allowed', async () => {
    const other = await listen((_request, response) => response.end('secret'));
    const { origin } = await listen((_request, response) => response.writeHead(302, { location: other.origin }).end());
    await failsWith(door({ origins: [origin] }).request({ url: origin }), 'forbidden', /not among the allowed/);
    expect(other.seen).toHaveLength(0);
  });

  it('stops a circle', async () => {
    const { origin, seen } = await listen((_request, response) => response.writeHead(302, { location: '/again' }).end());
    await failsWith(door({ origins: [origin], maxRedirects: 3 }).request({ url: origin }), 'upstream_error', /more than 3 times/);
    expect(seen).toHaveLength(4);
  });

  it('takes no credential, no header of the caller and no body to another origin, and brings none back', async () => {
    let home = '';
    const other = await listen((_request, response) => response.writeHead(302, { location: `${home}/back` }).end());
    const { origin, seen } = await listen((request, response) =>
      request.url === '/back' ? response.end('back') : response.writeHead(302, { location: `${other.origin}/there` }).end(),
    );
    home = origin;
    const http = door({
      origins: [origin, other.origin],
      credentials: { [origin]: { headers: { Authorization: 'Bearer home' } }, [other.origin]: { headers: { 'x-api-key': 'other' } } },
    });
    expect((await http.request({ url: origin, headers: { 'x-token': 'caller', cookie: 'a=b', accept: 'text/plain' } })).text()).toBe(
      'back',
    );
    expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer home', 'x-token': 'caller' });
    for (const { headers } of [other.seen[0], seen[1]] as IncomingMessage[]) {
      expect(headers.accept).toBe('text/plain');
      for (const name of ['authorization', 'x-api-key', 'x-token', 'cookie']) expect(headers[name], name).toBeUndefined();
    }

    const posts = await listen((_request, response) => response.writeHead(307, { location: other.origin }).end());
    await failsWith(
      door({ origins: [posts.origin, other.origin] }).request({ url: posts.origin, json: 1 }),
      'forbidden',
      /with a body to another origin/,
    );
    expect(other.seen).toHaveLength(1);
  });

  it('does not send a streamed body twice', async () => {
    const { origin, seen } = await listen((request, response) =>
      request.resume().on('end', () => response.writeHead(307, { location: '/next' }).end()),
    );
    const once = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('x');
    };
    await failsWith(door({ origins: [origin] }).request({ url: origin, body: once() }), 'forbidden', /cannot be sent twice/);
    expect(seen).toHaveLength(1);
  });
});

describe('credentials', () => {
  it('go to their origin only, win over the caller, and may be made for each request', async () => {
    const one = await listen((_request, response) => response.end());
    const two = await listen((_request, response) => response.end());
    let turn = 0;
    const http = door({
      origins: [one.origin, two.origin],
      credentials: { [`${one.origin}/some/path`]: { headers: async () => ({ Authorization: `Bearer ${(turn += 1)}` }) } },
    });
    await http.request({ url: one.origin, headers: { authorization: 'Bearer from-the-model' } });
    await http.request({ url: one.origin });
    await http.request({ url: two.origin });
    expect(one.seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer 1', 'Bearer 2']);
    expect(two.seen[0]?.headers.authorization).toBeUndefined();
  });

  it('and TLS settings need an origin that is listed', () => {
    expect(() => createHttp({ origins: [], credentials: { 'https://api.example': { headers: {} } } })).toThrow(
      expect.objectContaining({ code: 'invalid_input' }),
    );
    expect(() => createHttp({ origins: [], tls: { 'https://api.example': {} } })).toThrow(
      expect.objectContaining({ code: 'invalid_input' }),
    );
    expect(() => createHttp({ origins: ['https://u:p@api.example'] })).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });

  it('never show in an error', async () => {
    const { origin } = await listen((request, response) =>
      request.url?.startsWith('/cut') === true ? request.socket.destroy() : response.end('no json'),
    );
    const http = door({ origins: [origin], credentials: { [origin]: { headers: { authorization: 'Bearer s3cret' } } } });
    const errors = [await failsWith(http.request({ url: `${origin}/cut?key=s3cret` }), 'unavailable')];
    for (const error of errors) expect(JSON.stringify([error.message, error.hint, error.details, error.toWire()])).not.toContain('s3cret');
  });

  it('an answer is read over one connection after another, at most as many at once as allowed', async () => {
    const waiting: (() => void)[] = [];
    const gate = Promise.withResolvers<void>();
    const { origin, sockets } = await listen((_request, response) => {
      waiting.push(() => response.end('x'));
      if (waiting.length === 2) gate.resolve();
    });
    const http = door({ origins: [origin], maxConcurrent: 2 });
    const calls = Array.from({ length: 6 }, () => http.request({ url: origin }));
    await gate.promise;
    const settled = Promise.all(calls);
    const pump = setInterval(() => waiting.shift()?.(), 1);
    await settled;
    clearInterval(pump);
    expect(sockets.size).toBe(2);
  });
});
