import { isSecretVariable, maskText } from '@deployment-engine/shared/platform';
import { z } from 'zod';
import { engineEvents, recordsOf, type Engine, type Filters, type WireEvent } from '../client/index.ts';
import { compact, short } from './words.ts';

export const EventLine = z.object({
  time: z.string(),
  type: z.string(),
  action: z.string(),
  name: z.string().optional(),
  id: z.string().optional(),
  exit_code: z.number().optional(),
  signal: z.string().optional(),
  image: z.string().optional(),
});

export type EventLine = z.output<typeof EventLine>;

/** What an engine may remember: it keeps the last 256 events, and some keep more. */
const MOST = 5000;

/** Events between two times that lie in the past, newest last. The engine ends such a stream by itself. */
export async function pastEvents(
  engine: Engine,
  query: { since: number; until: number; filters: Filters },
  keep: number,
  signal: AbortSignal,
): Promise<{ events: EventLine[]; dropped: number }> {
  const stream = await engineEvents(engine, query, signal);
  let events: EventLine[] = [];
  let seen = 0;
  try {
    for await (const record of recordsOf<WireEvent>(stream)) {
      events.push(lineOf(record));
      seen += 1;
      if (events.length > 2 * keep) events = events.slice(-keep);
      if (seen >= MOST) break;
    }
  } catch (error) {
    throw engine.failure(error, signal);
  } finally {
    stream.destroy();
  }
  const kept = events.slice(-keep);
  return { events: kept, dropped: seen - kept.length };
}

function lineOf({ Type = '', Action = '', Actor, time = 0, timeNano }: WireEvent): EventLine {
  const attributes = Actor?.Attributes ?? {};
  const exit = attributes['exitCode'];
  const name = attributes['name'];
  const optional = compact({
    name: name === undefined || isSecretVariable(name) ? undefined : name,
    id: Actor?.ID === undefined ? undefined : /^(?:sha256:)?[0-9a-f]{64}$/.test(Actor.ID) ? short(Actor.ID) : Actor.ID.slice(0, 200),
    exit_code: exit === undefined ? undefined : Number(exit),
    signal: attributes['signal'],
    image: Type === 'container' ? attributes['image'] : undefined,
  });
  return {
    time: new Date(timeNano === undefined ? time * 1000 : timeNano / 1e6).toISOString(),
    type: Type,
    // an exec's action carries its whole command
    action: maskText(Action).slice(0, 200),
    ...optional,
  };
}
