import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Above lies Linux's ephemeral range, where any outgoing connection may take a port between our finding it and its use.
const LOWEST = 20_000;
const END = 32_768;

const given = new Set<number>();

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A free port on 127.0.0.1 below 32768 that this process has not given out yet; `wish` if it is still free. */
export async function freePort(wish?: number): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const port = tries === 0 && wish !== undefined ? wish : randomInt(LOWEST, END);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port between ${LOWEST} and ${END - 1} on 127.0.0.1`);
}
