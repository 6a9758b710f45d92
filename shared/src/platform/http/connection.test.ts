import { createSign, generateKeyPairSync } from 'node:crypto';
import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../contracts/error.ts';
import { createHttp, type Http, type HttpOptions } from './http.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

const started = async <S extends Server>(server: S, host = '127.0.0.1'): Promise<number> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
};

const door = (options: HttpOptions): Http => {
  const http = createHttp({ proxy: false, ...options });
  closers.push(() => http.close());
  return http;
};

const failsWith = (promise: Promise<unknown>, code: ErrorCode, match: RegExp) =>
  expect(promise).rejects.toMatchObject({ name: 'ToolError', code, message: expect.stringMatching(match) as string });

/** A self-signed X.509 certificate in DER (RFC 5280 §4.1), so that the tests need neither a key in the repository nor openssl. */
const selfSigned = (dns: string, ip: readonly number[]): { key: string; cert: string } => {
  const der = (tag: number, ...parts: Uint8Array[]): Buffer => {
    const body = Buffer.concat(parts);
    const length =
      body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 0xff];
    return Buffer.concat([Buffer.from([tag, ...length]), body]);
  };
  const sequence = (...parts: Uint8Array[]): Buffer => der(0x30, ...parts);
  const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
  const ecdsaSha256 = sequence(oid('2a8648ce3d040302'));
  const name = sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from('test authority')))));
  const validity = sequence(der(0x17, Buffer.from('200101000000Z')), der(0x18, Buffer.from('20991231235959Z')));
  const alternatives = sequence(der(0x82, Buffer.from(dns)), der(0x87, Buffer.from(ip)));
  const extensions = der(
    0xa3,
    sequence(
      sequence(oid('551d11'), der(0x04, alternatives)),
      sequence(oid('551d13'), der(0x01, Buffer.from([0xff])), der(0x04, sequence(der(0x01, Buffer.from([0xff]))))),
    ),
  );
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    ecdsaSha256,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions,
  );
  const signature = createSign('sha256').update(body).sign(privateKey);
  const certificate = sequence(body, ecdsaSha256, der(0x03, Buffer.from([0]), signature));
  const lines = certificate.toString('base64').replace(/(.{64})/g, '$1\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
};

let pair: { key: string; cert: string };
beforeAll(() => {
  pair = selfSigned('pinned.test', [127, 0, 0, 1]);
});

const loopback = async () => [{ address: '127.0.0.1', family: 4 }];

describe('TLS', () => {
  const secureServer = async (options: object = {}): Promise<{ port: number; names: unknown[] }> => {
    const names: unknown[] = [];
    const server = createHttpsServer({ ...pair, ...options }, (request, response) => {
      names.push((request.socket as TLSSocket).servername);
      response.end(String((request.socket as TLSSocket).authorized));
    });
    return { port: await started(server), names };
  };

  it('verifies the name although it connects to the checked address, and tells the server the name', async () => {
    const { port, names } = await secureServer();
    const origin = `https://pinned.test:${port}`;
    const answer = await door({ origins: [origin], tls: { [origin]: { ca: pair.cert } }, resolve: loopback }).request({ url: origin });
    expect(answer.status).toBe(200);
    expect(names).toEqual(['pinned.test']);
  });

  it('verifies an address in the URL', async () => {
    const { port } = await secureServer();
    const origin = `https://127.0.0.1:${port}`;
    expect((await door({ origins: [origin], tls: { [origin]: { ca: Buffer.from(pair.cert) } } }).request({ url: origin })).status).toBe(
      200,
    );
  });

  it('refuses an unknown authority and another name, unless the operator accepts any certificate', async () => {
    const { port, names } = await secureServer();
    const wrongName = `https://other.test:${port}`;
    const http = door({ origins: [wrongName, `https://pinned.test:${port}`], tls: { [wrongName]: { ca: pair.cert } }, resolve: loopback });
    await failsWith(http.request({ url: wrongName }), 'unavailable', /ERR_TLS_CERT_ALTNAME_INVALID/);
    await failsWith(
      http.request({ url: `https://pinned.test:${port}` }),
      'unavailable',
      /TLS connection .* failed \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
    );
    expect(names).toEqual([]);
    const lax = door({ origins: [wrongName], tls: { [wrongName]: { rejectUnauthorized: false } }, resolve: loopback });
    expect((await lax.request({ url: wrongName })).status).toBe(200);
  });

  it('shows a client certificate to its origin', async () => {
    const { port } = await secureServer({ requestCert: true, ca: pair.cert });
    const origin = `https://pinned.test:${port}`;
    const answer = await door({
      origins: [origin],
      tls: { [origin]: { ca: pair.cert, cert: pair.cert, key: pair.key } },
      resolve: loopback,
    }).request({ url: origin });
    expect(answer.text()).toBe('true');
  });

  it('follows no redirect from https to http, except to an origin the operator named', async () => {
    const plain = await started(createHttpServer((_request, response) => response.end('plain')));
    const location = `http://down.test:${plain}/`;
    const port = await started(createHttpsServer(pair, (_request, response) => response.writeHead(302, { location }).end()));
    const origin = `https://pinned.test:${port}`;
    const common = { tls: { [origin]: { ca: pair.cert } }, resolve: loopback, allowPublic: true };
    await failsWith(door({ origins: [origin], ...common }).request({ url: origin }), 'forbidden', /from https to http/);
    expect((await door({ origins: [origin, `http://down.test:${plain}`], ...common }).request({ url: origin })).text()).toBe('plain');
  });
});

describe('a proxy', () => {
  interface Seen {
    method: string;
    target: string;
    authorization: string | undefined;
  }

  const proxyServer = async (refuse?: number): Promise<{ url: string; seen: Seen[] }> => {
    const seen: Seen[] = [];
    const note = (request: IncomingMessage): void =>
      void seen.push({ method: request.method ?? '', target: request.url ?? '', authorization: request.headers['proxy-authorization'] });
    const server = createHttpServer((request, response) => {
      note(request);
      if (refuse === undefined) response.end('forwarded');
      else response.writeHead(refuse).end();
    });
    // Whatever the target is called, the tunnel ends at this machine: these tests have no other.
    server.on('connect', (request: IncomingMessage, client: Socket) => {
      note(request);
      if (refuse !== undefined) return void client.end(`HTTP/1.1 ${refuse} No\r\n\r\n`);
      const upstream = connect(Number(request.url?.split(':').at(-1)), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        client.pipe(upstream).pipe(client);
      });
      upstream.on('error', () => client.destroy());
      client.on('error', () => upstream.destroy());
      client.on('close', () => upstream.destroy());
    });
    return { url: `http://user:pass@127.0.0.1:${await started(server)}`, seen };
  };

  const authorization = `Basic ${Buffer.from('user:pass').toString('base64')}`;

  it('gets a listed https origin by name, and the TLS inside is still verified', async () => {
    const { url, seen } = await proxyServer();
    const port = await started(createHttpsServer(pair, (_request, response) => response.end('inside')));
    const origin = `https://pinned.test:${port}`;
    const unused = () => Promise.reject(new Error('the proxy resolves listed names'));
    const http = door({ origins: [origin], tls: { [origin]: { ca: pair.cert } }, proxy: { https: url }, resolve: unused });
    expect((await http.request({ url: origin })).text()).toBe('inside');
    expect(seen).toEqual([{ method: 'CONNECT', target: `pinned.test:${port}`, authorization }]);
  });

  it('gets an unlisted origin by the address that was checked here', async () => {
    const { url, seen } = await proxyServer();
    const port = await started(createHttpServer((request, response) => response.end(request.headers.host)));
    const http = door({
      origins: [],
      allowPublic: true,
      proxy: { http: url },
      resolve: async () => [{ address: '93.184.215.14', family: 4 }],
    });
    expect((await http.request({ url: `http://public.test:${port}/` })).text()).toBe(`public.test:${port}`);
    expect(seen).toEqual([{ method: 'CONNECT', target: `93.184.215.14:${port}`, authorization }]);

    const six = door({
      origins: [],
      allowPublic: true,
      proxy: { http: url },
      resolve: async () => [{ address: '2606:4700::1111', family: 6 }],
    });
    await six.request({ url: `http://public.test:${port}/` });
    expect(seen.at(-1)?.target).toBe(`[2606:4700::1111]:${port}`);

    const inside = door({
      origins: [],
      allowPublic: true,
      proxy: { http: url },
      resolve: async () => [{ address: '10.0.0.1', family: 4 }],
    });
    await failsWith(inside.request({ url: `http://public.test:${port}/` }), 'forbidden', /not public/);
    expect(seen).toHaveLength(2);
  });

  it('forwards plain http to a listed origin without a tunnel', async () => {
    const { url, seen } = await proxyServer();
    const http = door({ origins: ['http://listed.test'], proxy: { http: url } });
    expect((await http.request({ url: 'http://listed.test/a?b=1' })).text()).toBe('forwarded');
    expect(seen).toEqual([{ method: 'GET', target: 'http://listed.test/a?b=1', authorization }]);
  });

  it.each([
    [407, 'unavailable', /does not accept the credential/],
    [403, 'forbidden', /refuses the connection \(HTTP 403\)/],
    [502, 'unavailable', /refuses the connection \(HTTP 502\)/],
  ] as const)('that answers %i is named', async (status, code, match) => {
    const { url } = await proxyServer(status);
    const http = door({ origins: ['https://listed.test', 'http://listed.test'], proxy: { https: url, http: url } });
    await failsWith(http.request({ url: 'https://listed.test/' }), code, match);
    if (status === 407) await failsWith(http.request({ url: 'http://listed.test/' }), code, match);
  });

  it('that is gone or silent is named, and its password never', async () => {
    const server = createHttpServer();
    const port = await started(server);
    const silent = door({ origins: ['https://listed.test'], connectTimeoutMs: 100, proxy: { https: `http://u:s3cret@127.0.0.1:${port}` } });
    server.on('connect', (_request, client: Socket) => client.resume().on('end', () => client.end()));
    await failsWith(silent.request({ url: 'https://listed.test/' }), 'timeout', /proxy did not open/);
    await new Promise((resolve) => server.close(resolve));
    const gone = door({ origins: ['https://listed.test'], proxy: { https: `http://u:s3cret@127.0.0.1:${port}` } });
    const error: unknown = await gone.request({ url: 'https://listed.test/' }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'unavailable', message: 'The proxy cannot be reached.' });
    expect(JSON.stringify(error)).not.toContain('s3cret');
  });
});
