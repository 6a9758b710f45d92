import { z } from 'zod';
import { chunksOf, containerLogs, inspectContainer, type Engine, type WireInspect } from '../client/index.ts';
import { collect, type Collected } from './lines.ts';

/** What is read of one log at most, also where only a few matching lines of it are kept. */
const MOST_BYTES = 64 * 1024 ** 2;

export const LogLine = z.object({ stream: z.enum(['stdout', 'stderr']), time: z.string().optional(), text: z.string() });

export interface LogWish {
  tail: number;
  characters?: number;
  since?: number | undefined;
  until?: number | undefined;
  only?: 'stdout' | 'stderr' | undefined;
  timestamps?: boolean;
  grep?: string | undefined;
}

/** The last lines of a container's log. */
export async function readLog(engine: Engine, container: string | WireInspect, wish: LogWish, signal: AbortSignal): Promise<Collected> {
  const { tail, characters = 60_000, since, until, only, timestamps = false, grep } = wish;
  const facts = typeof container === 'string' ? await inspectContainer(engine, container, signal) : container;
  const stream = await containerLogs(
    engine,
    facts.Id,
    // the engine counts before it filters, so that with a filter all must be read; one line more tells whether something was left out
    {
      tail: grep === undefined && only === undefined ? tail + 1 : undefined,
      since,
      until,
      stdout: only !== 'stderr',
      stderr: only !== 'stdout',
      timestamps,
    },
    signal,
  );
  try {
    return await collect(chunksOf(stream, facts.Config?.Tty ?? false), { lines: tail, characters, bytes: MOST_BYTES, timestamps, grep });
  } catch (error) {
    throw engine.failure(error, signal);
  } finally {
    stream.destroy();
  }
}
