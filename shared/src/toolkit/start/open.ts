import type { Listing } from './listing.ts';
import { type Opened, openStdio } from './open-stdio.ts';

/** A client that lists goes on within this time; one that does not is served without waiting for it. */
const PATIENCE_MS = 100;

/** Answers the opening of this process's own client, until a signal ends it. */
export async function open(listing: Listing): Promise<Opened> {
  const stopped = new AbortController();
  const stop = (): void => stopped.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  try {
    const { stdin: input, stdout: output } = process;
    return await openStdio({ listing, input, output, patience: PATIENCE_MS, signal: stopped.signal });
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}
