import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { bound } from './listen.ts';

export interface LoopbackOptions {
  /** 0 lets the system choose. */
  port: number;
  /** A connection; it is half-open: the end of its input leaves its output as it is. Whoever takes it ends it. */
  onConnection: (connection: Duplex) => void;
  /** Connections at once; more are closed as they come. */
  most: number;
}

export interface LoopbackListener {
  /** Always this machine's own address, which no other machine reaches. */
  readonly host: '127.0.0.1';
  readonly port: number;
  /** Connections that are open now. */
  readonly open: number;
  /** Takes no new connections and cuts those that are open. */
  close(): Promise<void>;
}

/** Opens a TCP listener that only this machine can reach. A busy port is one clear `unavailable` error. */
export async function listenOnLoopback({ port, onConnection, most }: LoopbackOptions): Promise<LoopbackListener> {
  const host = '127.0.0.1';
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    // a peer that breaks off is its own end, and no failure of this program
    socket.on('error', () => undefined);
    if (sockets.size >= most) return void socket.destroy();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  await bound(server, host, port);
  server.on('error', () => undefined);
  return {
    host,
    port: (server.address() as AddressInfo).port,
    get open() {
      return sockets.size;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
