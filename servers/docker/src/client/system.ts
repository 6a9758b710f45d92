import type { Readable } from 'node:stream';
import type { Filters } from './containers.ts';
import type { Engine } from './engine.ts';
import type { WireDiskUsage, WireInfo, WireVersion } from './wire.ts';

export function engineVersion(engine: Engine, signal: AbortSignal): Promise<WireVersion> {
  return engine.json({ path: ['version'], signal });
}

export function engineInfo(engine: Engine, signal: AbortSignal): Promise<WireInfo> {
  return engine.json({ path: ['info'], signal });
}

export function diskUsage(engine: Engine, signal: AbortSignal): Promise<WireDiskUsage> {
  return engine.json({ path: ['system', 'df'], signal });
}

/** Events between two times (Unix seconds); the stream ends by itself at `until`, or never without it. */
export function engineEvents(
  engine: Engine,
  query: { since?: number; until?: number; filters?: Filters },
  signal: AbortSignal,
): Promise<Readable> {
  return engine.stream({ path: ['events'], query, signal });
}
