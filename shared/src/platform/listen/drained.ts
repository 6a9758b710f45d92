import type { Writable } from 'node:stream';

/** Until a stream takes more, or is closed. Nothing of the waiting stays on it. */
export function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off('drain', done).off('close', done);
      resolve();
    };
    stream.on('drain', done).on('close', done);
  });
}
