import { ToolError } from '@deployment-engine/shared/contracts';
import {
  engineInfo,
  inspectContainer,
  inspectImage,
  type Engine,
  type WireImageInspect,
  type WireInfo,
  type WireInspect,
} from '../client/index.ts';
import { pastEvents, type EventLine } from '../report/events.ts';
import type { Line } from '../report/lines.ts';
import { readLog } from '../report/log.ts';

/** What a diagnosis rests on. */
export interface Facts {
  container: WireInspect;
  /** Undefined when the engine no longer has it. */
  image: WireImageInspect | undefined;
  info: WireInfo | undefined;
  log: Line[];
  events: EventLine[];
  /** Unix milliseconds. */
  now: number;
}

export async function gather(engine: Engine, name: string, tail: number, signal: AbortSignal): Promise<Facts> {
  const container = await inspectContainer(engine, name, signal);
  const now = Date.now();
  const created = Date.parse(container.Created ?? '') / 1000;
  const since = Math.max(Number.isNaN(created) ? 0 : Math.floor(created) - 5, now / 1000 - 7 * 86_400);
  const [image, info, log, events] = await Promise.all([
    orNothing(inspectImage(engine, container.Image ?? container.Config?.Image ?? '', signal), signal),
    orNothing(engineInfo(engine, signal), signal),
    // some logging drivers cannot be read
    orNothing(readLog(engine, container, { tail }, signal), signal),
    orNothing(pastEvents(engine, { since, until: now / 1000, filters: { container: [container.Id] } }, 200, signal), signal),
  ]);
  return { container, image, info, log: log?.lines ?? [], events: events?.events ?? [], now };
}

/** A part that is missing makes a diagnosis poorer, not impossible. */
async function orNothing<T>(part: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  try {
    return await part;
  } catch (error) {
    if (signal.aborted || !(error instanceof ToolError)) throw error;
    return undefined;
  }
}
