import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { createServer as createPlain, type Server } from 'node:http';
import { createServer, type Server as SecureServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { createExec, type Exec } from '@deployment-engine/shared/platform';
import { type Certificates, makeCertificates } from '@deployment-engine/shared/testing/control-plane';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { KubernetesConfig } from '../config.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import type { ContextEntry } from './kubeconfig.ts';

interface Asked {
  url: string;
  method: string;
  /** As they came, a name for each value. */
  headers: [string, string][];
  client: string | undefined;
}

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'connection-')));
const signal = () => AbortSignal.timeout(20_000);
let certificates: Certificates;
let ca: Buffer;
let server: SecureServer;
let url: string;
let asked: Asked[];
let answer: (request: Asked) => [status: number, body: object];
let exec: Exec;
const opened: Connection[] = [];

beforeAll(async () => {
  exec = createExec();
  certificates = await makeCertificates(join(folder, 'pki'));
  ca = readFileSync(certificates.authority.certFile);
  server = createServer(
    {
      cert: readFileSync(certificates.server.certFile),
      key: readFileSync(certificates.server.keyFile),
      ca,
      requestCert: true,
      rejectUnauthorized: false,
    },
    (request, response) => {
      const raw = request.rawHeaders;
      const headers = raw.flatMap((name, at): [string, string][] => (at % 2 === 0 ? [[name.toLowerCase(), raw[at + 1] ?? '']] : []));
      const socket = request.socket as TLSSocket;
      const client = socket.authorized ? (socket.getPeerCertificate().subject.CN as string) : undefined;
      const one: Asked = { url: request.url ?? '', method: request.method ?? '', headers, client };
      asked.push(one);
      if (one.url === '/endless') return void response.writeHead(200).write('first');
      const [status, body] = answer(one);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}, 30_000);

beforeEach(() => {
  asked = [];
  answer = () => [200, { fine: true }];
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await exec.close();
  rmSync(folder, { recursive: true, force: true });
});

function connection(
  entry: Partial<ContextEntry>,
  { readOnly = false, settings = {} }: { readOnly?: boolean; settings?: object } = {},
): Connection {
  const options: ConnectionOptions = { exec, env: {}, settings: KubernetesConfig.parse(settings), readOnly };
  const one = new Connection(
    {
      name: 'here',
      server: url,
      cluster: 'c',
      user: 'u',
      namespace: 'default',
      insecure: false,
      ca: { data: ca },
      credentials: {},
      ...entry,
    },
    options,
  );
  opened.push(one);
  return one;
}

const get = (one: Connection, ...path: string[]) => one.json({ path, signal: signal() });
const valuesOf = ({ headers }: Asked, wanted: string): string[] => headers.filter(([name]) => name === wanted).map(([, value]) => value);

describe('a connection over TLS', () => {
  it('trusts the authority of the kubeconfig, and no other', async () => {
    await expect(get(connection({}), 'version')).resolves.toEqual({ fine: true });
    const other = await makeCertificates(join(folder, 'other'));
    for (const entry of [{ ca: { file: other.authority.certFile } }, { ca: undefined as never }])
      await expect(get(connection(entry), 'version')).rejects.toMatchObject({ code: expect.stringMatching(/unavailable|upstream_error/) });
    expect(asked).toHaveLength(1);
    await expect(get(connection({ ca: undefined as never, insecure: true }), 'version')).resolves.toEqual({ fine: true });
  }, 30_000);

  it('checks the name that tls-server-name gives instead of the host’s', async () => {
    await expect(get(connection({ tlsServerName: 'kubernetes.default.svc' }), 'version')).resolves.toEqual({ fine: true });
    await expect(get(connection({ tlsServerName: 'another.example' }), 'version')).rejects.toMatchObject({
      code: expect.stringMatching(/unavailable|upstream_error/),
    });
    expect(asked).toHaveLength(1);
  });

  it('shows the certificate of its user', async () => {
    const { certFile, keyFile } = certificates.admin;
    await get(connection({ credentials: { certificate: { file: certFile }, key: { data: readFileSync(keyFile) } } }), 'version');
    await get(connection({}), 'version');
    expect(asked.map(({ client }) => client)).toEqual(['certificate-admin', undefined]);
  });

  it('encodes each part of a path, and refuses what is none', async () => {
    await get(connection({}), 'api', 'v1', 'a/../b', 'x?y=1#z', '%2e%2e');
    expect(asked[0]?.url).toBe('/api/v1/a%2F..%2Fb/x%3Fy%3D1%23z/%252e%252e');
    for (const part of ['', '.', '..']) await expect(get(connection({}), 'api', part)).rejects.toMatchObject({ code: 'invalid_input' });
    expect(asked).toHaveLength(1);
  });

  it('follows no redirect', async () => {
    answer = () => [302, {}];
    await expect(connection({ credentials: { token: 'x' } }).ask({ path: ['api'], signal: signal() })).resolves.toMatchObject({
      status: 302,
    });
    expect(asked).toHaveLength(1);
  });
});

describe('whom a connection acts as', () => {
  it('with several groups, a uid and extra fields, on every request', async () => {
    const impersonate = { user: 'ada', groups: ['dev', 'ops'], uid: '7', extra: { 'example.com/reason': ['a', 'b'] } };
    await get(connection({ credentials: { token: 't' } }, { settings: { impersonate } }), 'version');
    const [one] = asked;
    expect(one && valuesOf(one, 'impersonate-user')).toEqual(['ada']);
    expect(one && valuesOf(one, 'impersonate-group')).toEqual(['dev', 'ops']);
    expect(one && valuesOf(one, 'impersonate-uid')).toEqual(['7']);
    expect(one && valuesOf(one, 'impersonate-extra-example.com%2freason')).toEqual(['a', 'b']);
    expect(one && valuesOf(one, 'authorization')).toEqual(['Bearer t']);
  });

  it('the settings go before the kubeconfig', async () => {
    const credentials = { impersonate: { user: 'from-the-file', groups: ['g'] } };
    await get(connection({ credentials }), 'version');
    await get(connection({ credentials }, { settings: { impersonate: { user: 'from-the-settings' } } }), 'version');
    expect(asked.map((one) => valuesOf(one, 'impersonate-user')[0])).toEqual(['from-the-file', 'from-the-settings']);
    expect(asked.map((one) => valuesOf(one, 'impersonate-group'))).toEqual([['g'], []]);
  });

  it('is refused in read-only mode, before any request', () => {
    for (const [entry, settings] of [
      [{ credentials: { impersonate: { user: 'ada', groups: [] } } }, {}],
      [{}, { impersonate: { user: 'ada' } }],
    ] as const)
      expect(() => connection(entry, { readOnly: true, settings })).toThrow(expect.objectContaining({ code: 'read_only' }) as Error);
    expect(asked).toEqual([]);
  });
});

describe('credentials that are not accepted', () => {
  /** A command that gives another token each time. */
  const command = { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, folder: '/' };
  const printing = (status: string) => ({
    exec: {
      ...command,
      args: ['-e', `console.log(JSON.stringify({kind:'ExecCredential',apiVersion:'client.authentication.k8s.io/v1',status:${status}}))`],
    },
  });
  const refuseFirst = () => {
    let first: string | undefined;
    answer = (one) => {
      const [token = ''] = valuesOf(one, 'authorization');
      first ??= token;
      return token === first ? [401, { kind: 'Status', reason: 'Unauthorized' }] : [200, { fine: true }];
    };
  };

  it('are renewed once, and the request is sent again', async () => {
    refuseFirst();
    await expect(get(connection({ credentials: printing('{token:String(process.pid)}') }), 'version')).resolves.toEqual({ fine: true });
    expect(asked).toHaveLength(2);
  }, 30_000);

  it('are renewed for a stream as well', async () => {
    refuseFirst();
    const stream = await connection({ credentials: printing('{token:String(process.pid)}') }).stream({ path: ['watch'], signal: signal() });
    expect(stream.status).toBe(200);
    stream.close();
  }, 30_000);

  it('are not renewed a second time, nor where there is nothing new', async () => {
    answer = () => [401, { kind: 'Status', reason: 'Unauthorized', message: 'Unauthorized' }];
    await expect(get(connection({ credentials: printing('{token:"same"}') }), 'version')).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    expect(asked).toHaveLength(2);
    await expect(get(connection({ credentials: { token: 'fixed' } }), 'version')).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(asked).toHaveLength(3);
  }, 30_000);

  it('of many requests at once are renewed once', async () => {
    refuseFirst();
    const run = vi.spyOn(exec, 'run');
    const one = connection({ credentials: printing('{token:String(process.pid)}') });
    await Promise.all(Array.from({ length: 8 }, () => get(one, 'version')));
    expect(run).toHaveBeenCalledTimes(2);
    run.mockRestore();
  }, 30_000);

  it('do not break the streams that are open, unless the certificate is another', async () => {
    let refuse = false;
    answer = () => (refuse ? ((refuse = false), [401, { reason: 'Unauthorized' }]) : [200, { fine: true }]);
    const one = connection({ credentials: printing('{token:String(process.pid)}') });
    const stream = await one.stream({ path: ['endless'], signal: signal() });
    const parts = stream.body[Symbol.asyncIterator]();
    expect(Buffer.from((await parts.next()).value as Uint8Array).toString()).toBe('first');
    refuse = true;
    await get(one, 'version');
    const next = parts.next().then(
      () => 'ended',
      () => 'broken',
    );
    await get(one, 'version');
    expect(await Promise.race([next, Promise.resolve('open')])).toBe('open');
    stream.close();
    await next;
  }, 30_000);
});

describe('a proxy', () => {
  it('of the kubeconfig carries the connection, and sees nothing of it', async () => {
    const through: string[] = [];
    const sockets = new Set<Socket>();
    const proxy: Server = createPlain();
    proxy.on('connect', (request, client: Socket) => {
      through.push(`${request.method} ${request.url} ${request.headers.authorization ?? '-'}`);
      const [, port = ''] = (request.url ?? '').split(':');
      const on = connect(Number(port), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        on.pipe(client).pipe(on);
      });
      for (const one of [client, on]) sockets.add(one.on('error', () => undefined));
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    // a name that only the proxy knows; this machine's own addresses are reached without
    const far = `https://kubernetes.default.svc:${new URL(url).port}`;
    await get(connection({ server: far, proxyUrl, credentials: { token: 't' } }), 'version');
    expect(through).toEqual([`CONNECT ${new URL(far).host} -`]);
    expect(asked.map((one) => valuesOf(one, 'authorization'))).toEqual([['Bearer t']]);
    await Promise.all(opened.splice(0).map((one) => one.close()));
    for (const one of sockets) one.destroy();
    await new Promise((resolve) => proxy.close(resolve));
    await expect(get(connection({ server: far, proxyUrl }), 'version')).rejects.toMatchObject({ code: 'unavailable' });
  });
});
