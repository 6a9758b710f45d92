import type { Writable } from 'node:stream';
import { STOP_SIGNALS } from './until-stopped.ts';

/** A client that has closed its end may be slow to read what it asked for. */
const PATIENCE_MS = 30_000;
/** One that has sent a signal sends another one soon, which cannot be heeded (the SDKs: two seconds later). */
const ASKED_PATIENCE_MS = 1_000;

/** What a stream is that goes to a pipe, a socket or a terminal. */
interface Timed {
  setTimeout(ms: number, listener: () => void): unknown;
}

export interface UntilReadOptions {
  /** The signal that ended the process, if one did. */
  signal?: NodeJS.Signals | undefined;
  /** How long nothing may be read, in milliseconds; by default 30,000, and 1,000 after a signal. */
  patienceMs?: number;
  streams?: readonly Writable[];
}

/**
 * Settles once what was written to the standard streams has been read: a process that exits before loses it. False once nothing of it was
 * read for too long, or a signal comes: a reader who does not read must not keep a process that was told to end.
 */
export async function untilRead(options: UntilReadOptions = {}): Promise<boolean> {
  const { signal, streams = [process.stdout, process.stderr] } = options;
  const { patienceMs = signal === undefined ? PATIENCE_MS : ASKED_PATIENCE_MS } = options;
  const { promise: givenUp, resolve } = Promise.withResolvers<boolean>();
  const giveUp = (): void => resolve(false);
  for (const one of STOP_SIGNALS) process.on(one, giveUp);
  // what the reader takes out of a socket's queue counts as activity, even of one long write
  const sockets = streams.filter((stream) => 'setTimeout' in stream) as (Writable & Timed)[];
  for (const socket of sockets) socket.setTimeout(patienceMs, giveUp);
  const written = streams.map((stream) => new Promise<void>((done) => void stream.write('', () => done())));
  const read = await Promise.race([givenUp, Promise.all(written).then(() => true)]);
  for (const one of STOP_SIGNALS) process.off(one, giveUp);
  for (const socket of sockets) socket.setTimeout(0, giveUp);
  return read;
}
