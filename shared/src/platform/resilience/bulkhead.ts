import { ToolError } from '../../contracts/error.ts';
import { abortFailure } from './abort.ts';

export interface Bulkhead {
  readonly active: number;
  readonly waiting: number;
  /** Waits for a place; the answer gives it back (once). Throws `rate_limited` when the queue is full, and what the signal says. */
  enter(signal: AbortSignal): Promise<() => void>;
}

interface Waiter {
  admit: () => void;
}

/**
 * Bounds how many calls run at once and how many wait. (cockatiel has one too; a cancelled call keeps its place in that queue until its
 * turn comes, so cancelled calls could fill it.)
 */
export const createBulkhead = (name: string, concurrency: number, queue: number): Bulkhead => {
  let active = 0;
  const waiters = new Set<Waiter>();

  const leaveOnce = (): (() => void) => {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const [next] = waiters;
      if (next === undefined) active -= 1;
      else next.admit();
    };
  };

  return {
    get active() {
      return active;
    },
    get waiting() {
      return waiters.size;
    },
    enter(signal) {
      if (signal.aborted) return Promise.reject(abortFailure(signal));
      if (active < concurrency) {
        active += 1;
        return Promise.resolve(leaveOnce());
      }
      if (waiters.size >= queue)
        return Promise.reject(
          new ToolError('rate_limited', `${name} has ${active} calls running and ${waiters.size} waiting.`, {
            hint: 'Wait for some to finish, then try again.',
            retryAfterMs: 1000,
          }),
        );
      return new Promise((resolve, reject) => {
        const waiter: Waiter = {
          admit: () => {
            waiters.delete(waiter);
            signal.removeEventListener('abort', onAbort);
            resolve(leaveOnce());
          },
        };
        const onAbort = (): void => {
          waiters.delete(waiter);
          reject(abortFailure(signal));
        };
        signal.addEventListener('abort', onAbort, { once: true });
        waiters.add(waiter);
      });
    },
  };
};
