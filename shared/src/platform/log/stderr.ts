import type { DestinationStream } from 'pino';

type Pino = typeof import('pino').pino;

/** Clients may leave stderr unread (MCP, transports, stdio): that keeps no process from ending, and costs no more memory than this. */
const UNREAD_MS = 1_000;
const UNREAD_BYTES = 4 * 1024 * 1024;

export interface StderrDestination {
  stream: DestinationStream;
  /** Settles when what was logged so far is written, or when nobody has read it for a second. */
  flush(): Promise<void>;
}

/**
 * Where lines of the log go: as they come, without blocking on a reader who does not read. What comes once 4 MB are unread is dropped.
 * What is unwritten when the process exits gets a second more.
 */
export function stderrDestination(pino: Pino): StderrDestination {
  let patience = UNREAD_MS;
  let deadline = Infinity;
  const retryEAGAIN = (): boolean => performance.now() < deadline;
  // with a minLength of 0 `flush` would not wait
  const stream = pino.destination({ dest: 2, sync: false, minLength: 1, maxLength: UNREAD_BYTES, retryEAGAIN });
  // before pino's own listener, which would try for ever
  process.prependListener('exit', () => {
    deadline = performance.now() + patience;
    try {
      stream.flushSync();
    } catch {
      stream.destroy();
    }
  });
  return {
    stream,
    async flush() {
      const { promise: done, resolve } = Promise.withResolvers<void>();
      const late = setTimeout(() => {
        patience = 0;
        resolve();
      }, UNREAD_MS);
      stream.flush(() => resolve());
      await done;
      clearTimeout(late);
    },
  };
}
