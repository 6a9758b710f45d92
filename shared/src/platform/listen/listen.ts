import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ToolError } from '../../contracts/index.ts';

export type { IncomingMessage, ServerResponse } from 'node:http';

export interface ListenOptions {
  host: string;
  /** 0 lets the system choose. */
  port: number;
  onRequest: (request: IncomingMessage, response: ServerResponse) => void;
}

export interface Listener {
  /** `http://host:port` */
  url: string;
  host: string;
  port: number;
  /** Takes no new connections, lets requests in flight end, and cuts them off after `graceMs`. */
  close(graceMs?: number): Promise<void>;
}

/** Opens an HTTP/1.1 listener. A busy port is one clear `unavailable` error. */
export async function listen({ host, port, onRequest }: ListenOptions): Promise<Listener> {
  const server = createServer({ keepAliveTimeout: 30_000, requestTimeout: 0, headersTimeout: 15_000, maxHeaderSize: 32 * 1024 }, onRequest);
  // one that sends garbage gets a plain 400, and never takes the process with it
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
  });
  await opened(server, host, port);
  const address = server.address() as AddressInfo;
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${shown}:${address.port}`,
    host: address.address,
    port: address.port,
    close: (graceMs = 5_000) => closed(server, graceMs),
  };
}

function opened(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const where = `${host}:${port}`;
      if (error.code === 'EADDRINUSE') reject(new ToolError('unavailable', `${where} is already in use.`, { hint: 'End the program that listens there, or choose another port.', cause: error }));
      else if (error.code === 'EACCES') reject(new ToolError('forbidden', `This user may not listen on ${where}.`, { hint: 'Choose a port above 1023.', cause: error }));
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
