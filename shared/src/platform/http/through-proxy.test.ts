import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { connectThroughProxy } from './through-proxy.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

async function proxyThat(
  answers: (request: IncomingMessage, socket: Duplex) => void,
): Promise<{ origin: string; authorization: undefined }> {
  const server = createServer();
  server.on('connect', answers);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, authorization: undefined };
}

const signal = (): AbortSignal => AbortSignal.timeout(5_000);

describe('a connection through a proxy', () => {
  it('names the target, and gives what comes with the answer and after it', async () => {
    const asked: (string | undefined)[] = [];
    const proxy = await proxyThat((request, socket) => {
      asked.push(request.url, request.headers.host, request.headers['proxy-authorization']);
      socket.write('HTTP/1.1 200 OK\r\n\r\nearly ');
      socket.on('data', (part: Buffer) => socket.end(part));
    });
    const tunnel = await connectThroughProxy({
      proxy: { ...proxy, authorization: 'Basic x' },
      host: '2001:db8::1',
      port: 443,
      signal: signal(),
    });
    tunnel.write('late');
    let heard = '';
    for await (const part of tunnel as AsyncIterable<Buffer>) heard += part.toString();
    expect(heard).toBe('early late');
    expect(asked).toEqual(['[2001:db8::1]:443', '[2001:db8::1]:443', 'Basic x']);
  });

  it.each([
    ['refuses', 'HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n', '407'],
    ['answers with something else', 'HTTP/1.1 302 Found\r\nlocation: http://elsewhere.test/\r\ncontent-length: 0\r\n\r\n', '302'],
    ['hangs up', '', 'does not answer'],
  ])('fails with a clear error where the proxy %s', async (_what, answer, said) => {
    const proxy = await proxyThat((_request, socket) => socket.end(answer));
    await expect(connectThroughProxy({ proxy, host: 'a.test', port: 443, signal: signal() })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(said),
    });
  });

  it('fails where what is behind it does not speak TLS', async () => {
    const proxy = await proxyThat((_request, socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.once('data', () => socket.end('plain words'));
    });
    await expect(connectThroughProxy({ proxy, host: 'a.test', port: 443, tls: {}, signal: signal() })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('a.test'),
    });
  });
});
