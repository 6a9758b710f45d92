import type { Cluster, Selection } from '../client/cluster.ts';
import type { Kind } from '../client/discovery.ts';
import type { KubeObject } from '../client/wire.ts';

export interface WaitFor {
  cluster: Cluster;
  kind: Kind;
  selection: Selection;
  /** What of an object is looked at and given back; all of it unless given. */
  view?(object: KubeObject): KubeObject;
  /** Held against the objects that are there, each time one of them changes. */
  met(objects: readonly KubeObject[]): boolean;
  /** Told the objects after each change that did not meet it. */
  onChange?(objects: readonly KubeObject[]): void;
  timeoutMs: number;
  signal: AbortSignal;
}

export interface Outcome {
  met: boolean;
  /** The objects as they were last seen. */
  objects: KubeObject[];
  waitedMs: number;
}

/** Watches until a condition holds or the time is over; the caller's signal ends it as an error. */
export async function settled({
  cluster,
  kind,
  selection,
  view = (object) => object,
  met,
  onChange,
  timeoutMs,
  signal,
}: WaitFor): Promise<Outcome> {
  const began = Date.now();
  const there = new Map<string, KubeObject>();
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), timeoutMs);
  const end = (isMet: boolean): Outcome => ({ met: isMet, objects: [...there.values()], waitedMs: Date.now() - began });
  let synced = false;
  try {
    for await (const event of cluster.watch(kind, selection, { signal: AbortSignal.any([signal, over.signal]) })) {
      if (event.type === 'SYNCED') synced = true;
      else {
        const key = `${event.object.metadata.namespace ?? ''}/${event.object.metadata.name}`;
        if (event.type === 'DELETED') there.delete(key);
        // items of a list carry no kind, and what an object is like depends on it
        else there.set(key, view({ kind: kind.kind, ...event.object }));
      }
      if (!synced) continue;
      const objects = [...there.values()];
      if (met(objects)) return end(true);
      onChange?.(objects);
    }
    signal.throwIfAborted();
    return end(false);
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}
