import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { Connection } from './connection.ts';
import type { ContextEntry, UserEntry } from './kubeconfig.ts';
import { openSocket } from './socket.ts';

const open: (() => void)[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const end of open.splice(0)) end();
});

/** A server that takes upgrades as told; everything it holds ends with the test. */
async function serverOf(onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void): Promise<string> {
  const server = createServer((_request, answer) => answer.writeHead(404).end());
  server.on('upgrade', onUpgrade);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function connectionTo(server: string, credentials: UserEntry = {}, more: Partial<ContextEntry> = {}): Connection {
  const entry: ContextEntry = {
    name: 'test',
    server,
    cluster: 'test',
    user: 'test',
    namespace: 'default',
    insecure: false,
    credentials,
    ...more,
  };
  return new Connection(entry, {
    exec: undefined as never,
    env: {},
    settings: { timeoutMs: 5_000, credentialCommands: true },
    readOnly: false,
  });
}

const CALL = {
  path: ['api', 'v1', 'pods', 'a b', 'exec'],
  query: { command: ['ls', '-l', '&x=1'], tty: false },
  protocols: ['v5.channel.k8s.io'],
};
const soon = (): AbortSignal => AbortSignal.timeout(10_000);

describe('a WebSocket to the API server', () => {
  it('goes to the encoded path with the credentials, and carries messages both ways until it is closed', async () => {
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'v5.channel.k8s.io' });
    let asked: IncomingMessage | undefined;
    const server = await serverOf((request, socket, head) => {
      asked = request;
      sockets.handleUpgrade(request, socket, head, (one) => {
        // said with the opening itself: nothing may be lost
        one.send(Buffer.from('first'));
        one.on('message', (data) => one.send(data));
      });
    });
    const socket = await openSocket(connectionTo(server, { token: 'secret-token' }), { ...CALL, signal: soon() });
    expect(asked?.url).toBe('/api/v1/pods/a%20b/exec?command=ls&command=-l&command=%26x%3D1&tty=false');
    expect(asked?.headers).toMatchObject({ authorization: 'Bearer secret-token', 'sec-websocket-protocol': 'v5.channel.k8s.io' });
    expect(socket.protocol).toBe('v5.channel.k8s.io');
    await socket.send(Buffer.from('second'));
    const heard: string[] = [];
    for await (const message of socket.messages()) if (heard.push(message.toString()) === 2) socket.close();
    expect(heard).toEqual(['first', 'second']);
    await expect.poll(() => sockets.clients.size).toBe(0);
    socket.close();
  });

  it('reports a refusal like any other answer of the API', async () => {
    const status = {
      kind: 'Status',
      reason: 'Forbidden',
      code: 403,
      message: 'pods "x" is forbidden: User "ada" cannot create resource "pods/exec" in API group "" in the namespace "y"',
    };
    const server = await serverOf((_request, socket) => {
      const body = JSON.stringify(status);
      socket.end(`HTTP/1.1 403 Forbidden\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    });
    await expect(openSocket(connectionTo(server), { ...CALL, signal: soon() })).rejects.toMatchObject({
      code: 'forbidden',
      details: { missing: { verb: 'create', resource: 'pods/exec', user: 'ada', namespace: 'y' } },
    });
  });

  it('tries again with a fresh token when the old one is not accepted', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 });
    const folder = mkdtempSync(join(tmpdir(), 'kubernetes-token-'));
    open.push(() => rmSync(folder, { recursive: true }));
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, 'old');
    const sockets = new WebSocketServer({ noServer: true });
    const tried: (string | undefined)[] = [];
    const server = await serverOf((request, socket, head) => {
      tried.push(request.headers.authorization);
      if (request.headers.authorization !== 'Bearer new') {
        writeFileSync(tokenFile, 'new');
        vi.setSystemTime(1_010_000);
        socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n');
        return;
      }
      sockets.handleUpgrade(request, socket, head, (one) => one.close());
    });
    const socket = await openSocket(connectionTo(server, { tokenFile }), { ...CALL, signal: soon() });
    for await (const _ of socket.messages());
    expect(tried).toEqual(['Bearer old', 'Bearer new']);
    await expect(openSocket(connectionTo(server, { token: 'wrong' }), { ...CALL, signal: soon() })).rejects.toMatchObject({
      code: 'unauthenticated',
    });
  });

  it('is given up when the call is cancelled, before it is open and after', async () => {
    let closed = 0;
    const asked = Promise.withResolvers<void>();
    const silent = await serverOf((_request, socket) => {
      socket
        .on('end', () => (closed += 1))
        .on('error', () => undefined)
        .resume();
      asked.resolve();
    });
    const early = new AbortController();
    const opening = openSocket(connectionTo(silent), { ...CALL, signal: early.signal });
    await asked.promise;
    early.abort();
    await expect(opening).rejects.toMatchObject({ code: 'cancelled' });
    await expect.poll(() => closed).toBe(1);
    await expect(openSocket(connectionTo(silent), { ...CALL, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });

    const sockets = new WebSocketServer({ noServer: true });
    const server = await serverOf((request, socket, head) => sockets.handleUpgrade(request, socket, head, () => undefined));
    const late = new AbortController();
    const socket = await openSocket(connectionTo(server), { ...CALL, signal: late.signal });
    const reading = socket.messages().next();
    late.abort();
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
    await expect(socket.send(Buffer.from('x'))).rejects.toMatchObject({ code: 'cancelled' });
    await expect.poll(() => sockets.clients.size).toBe(0);
  });

  it('says that nothing answers, or that what answers is no API server', async () => {
    await expect(openSocket(connectionTo('http://127.0.0.1:1'), { ...CALL, signal: soon() })).rejects.toMatchObject({
      code: 'unavailable',
    });
    const rude = await serverOf((_request, socket) => socket.destroy());
    await expect(openSocket(connectionTo(rude), { ...CALL, signal: soon() })).rejects.toMatchObject({ code: 'unavailable' });
    const web = await serverOf((_request, socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello'));
    await expect(openSocket(connectionTo(web), { ...CALL, signal: soon() })).rejects.toMatchObject({ code: 'upstream_error' });
    const moved = await serverOf((_request, socket) =>
      socket.end('HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n'),
    );
    await expect(openSocket(connectionTo(moved, { token: 'secret-token' }), { ...CALL, signal: soon() })).rejects.toMatchObject({
      code: 'upstream_error',
    });
  });

  it('refuses a path that leads elsewhere', async () => {
    const here = connectionTo('http://127.0.0.1:1');
    await expect(openSocket(here, { ...CALL, path: ['api', '..', 'x'], signal: soon() })).rejects.toMatchObject({ code: 'invalid_input' });
  });

  describe('through a proxy', () => {
    /** Connects every target to one port of this machine; with `status` it refuses. */
    async function proxyTo(port: number, status = 200): Promise<{ url: string; asked: string[] }> {
      const asked: string[] = [];
      const proxy = createServer();
      proxy.on('connect', (request, socket: Duplex) => {
        asked.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`);
        if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
        const onward = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
        onward.on('error', () => socket.destroy());
        socket.on('error', () => onward.destroy());
        socket.pipe(onward).pipe(socket);
      });
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
      open.push(() => {
        proxy.close();
        proxy.closeAllConnections();
      });
      return { url: `http://ada:pass%20word@127.0.0.1:${(proxy.address() as AddressInfo).port}`, asked };
    }

    it('asks it for the tunnel with its own credentials, and not with those of the cluster', async () => {
      const sockets = new WebSocketServer({ noServer: true });
      const server = await serverOf((request, socket, head) =>
        sockets.handleUpgrade(request, socket, head, (one) => one.send(Buffer.from(request.headers.authorization ?? ''))),
      );
      const proxy = await proxyTo(Number(new URL(server).port));
      const socket = await openSocket(connectionTo('http://cluster.test:8080', { token: 'secret-token' }, { proxyUrl: proxy.url }), {
        ...CALL,
        signal: soon(),
      });
      for await (const message of socket.messages()) {
        expect(message.toString()).toBe('Bearer secret-token');
        socket.close();
      }
      expect(proxy.asked).toEqual([`cluster.test:8080 Basic ${Buffer.from('ada:pass word').toString('base64')}`]);
    });

    it('says that it refuses or is not there', async () => {
      const refusing = await proxyTo(1, 407);
      const to = (proxyUrl: string) => connectionTo('https://cluster.test', {}, { proxyUrl });
      await expect(openSocket(to(refusing.url), { ...CALL, signal: soon() })).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('407'),
      });
      expect(refusing.asked).toEqual([expect.stringContaining('cluster.test:443')]);
      await expect(openSocket(to('http://127.0.0.1:1'), { ...CALL, signal: soon() })).rejects.toMatchObject({ code: 'unavailable' });
    });

    it('ends with the call', async () => {
      const silent = createServer();
      silent.on('connect', () => undefined);
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      open.push(() => silent.close());
      const cancel = new AbortController();
      setTimeout(() => cancel.abort(), 50);
      const waiting = connectionTo('https://cluster.test', {}, { proxyUrl: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` });
      await expect(openSocket(waiting, { ...CALL, signal: cancel.signal })).rejects.toMatchObject({ code: 'cancelled' });
    });
  });
});
