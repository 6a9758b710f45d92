import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { ToolError } from '../../contracts/index.ts';

export type { IncomingMessage, ServerResponse } from 'node:http';

export interface ListenOptions {
  host: string;
  /** 0 lets the system choose. */
  port: number;
  onRequest: (request: IncomingMessage, response: ServerResponse) => void;
  /** Milliseconds for a whole request to arrive, 60,000 by default; answers may take as long as they need. */
  requestTimeoutMs?: number;
}

export interface Listener {
  /** `http://host:port` */
  url: string;
  host: string;
  port: number;
  /** Takes no new connections, lets requests in flight end, and cuts them off after `graceMs`. */
  close(graceMs?: number): Promise<void>;
}

const REFUSALS: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

/** Opens an HTTP/1.1 listener. A busy port is one clear `unavailable` error. */
export async function listen({ host, port, onRequest, requestTimeoutMs = 60_000 }: ListenOptions): Promise<Listener> {
  let closing = false;
  const server = createServer(
    {
      keepAliveTimeout: 30_000,
      // who sends a byte a minute must not hold a connection for ever
      requestTimeout: requestTimeoutMs,
      headersTimeout: Math.min(15_000, requestTimeoutMs),
      connectionsCheckingInterval: Math.min(5_000, requestTimeoutMs),
      maxHeaderSize: 32 * 1024,
    },
    (request, response) => {
      // a connection that the client would keep open must not hold back the end
      response.once('close', () => closing && setImmediate(() => server.closeIdleConnections()));
      onRequest(request, response);
    },
  );
  // one that sends garbage gets a plain refusal, and never takes the process with it
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (socket.writable) socket.end(`HTTP/1.1 ${REFUSALS[error.code ?? ''] ?? '400 Bad Request'}\r\nConnection: close\r\n\r\n`);
    else socket.destroy();
  });
  await bound(server, host, port);
  // a failing accept (too many open files) is no reason to end
  server.on('error', () => undefined);
  const address = server.address() as AddressInfo;
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${shown}:${address.port}`,
    host: address.address,
    port: address.port,
    close: (graceMs = 5_000) => {
      closing = true;
      return closed(server, graceMs);
    },
  };
}

/** Binds a server to its address; failures read the same for every kind of listener. */
export function bound(server: NetServer, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const where = `${host}:${port}`;
      if (error.code === 'EADDRINUSE')
        reject(
          new ToolError('unavailable', `${where} is already in use.`, {
            hint: 'End the program that listens there, or choose another port.',
            cause: error,
          }),
        );
      else if (error.code === 'EACCES')
        reject(new ToolError('forbidden', `This user may not listen on ${where}.`, { hint: 'Choose a port above 1023.', cause: error }));
      else reject(new ToolError('unavailable', `Cannot listen on ${where} (${error.code ?? 'unknown reason'}).`, { cause: error }));
    });
    server.listen(port, host, () => resolve());
  });
}

function closed(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** True for addresses that only this machine can reach. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
