import { setTimeout as delay } from 'node:timers/promises';
import { ToolError } from '@deployment-engine/shared/contracts';
import type { HttpStream } from '@deployment-engine/shared/platform';
import type { KubeList, KubeObject } from './wire.ts';

/** One change. `SYNCED` comes once the objects that were there at first have all been given. */
export type WatchEvent = { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: KubeObject } | { type: 'SYNCED' };

export interface WatchOptions {
  signal: AbortSignal;
}

interface Source {
  list(continueAt: string | undefined, signal: AbortSignal): Promise<KubeList>;
  open(resourceVersion: string, signal: AbortSignal): Promise<HttpStream>;
}

interface WireEvent {
  type: string;
  object: KubeObject & { code?: number };
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** A stream that ends sooner and gives nothing is a refusal. */
const SHORT_MS = 1_000;
/** Far more than etcd takes for one object. */
const LONGEST_LINE = 32 * 1024 * 1024;

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

/**
 * Lists, then watches from there, and goes on from the last version after every end of the stream (kubernetes.io, "Efficient detection of
 * changes"). When the server has forgotten that version (410) it lists again and gives what differs from what it gave before: nothing is
 * missed, and nothing is given twice. What was deleted meanwhile is given as it was last seen.
 *
 * @throws ToolError what keeps the first list from being read; later only what trying again does not mend, such as `forbidden`
 */
export async function* followList(source: Source, { signal }: WatchOptions): AsyncGenerator<WatchEvent> {
  const seen = new Map<string, KubeObject>();
  let version: string | undefined;
  let synced = false;
  let pause = 0;
  const longer = (): void => {
    pause = Math.min(LONGEST_PAUSE_MS, pause === 0 ? FIRST_PAUSE_MS : pause * 2);
  };
  while (!signal.aborted) {
    try {
      if (version === undefined) {
        const { items, resourceVersion } = await listAll(source, signal);
        yield* differences(seen, items);
        version = resourceVersion;
        if (!synced) yield { type: 'SYNCED' };
        synced = true;
      }
      const stream = await source.open(version, signal);
      const since = performance.now();
      let idle = true;
      for await (const { type, object } of eventsOf(stream)) {
        if (type === 'ERROR') {
          // 410: too old. Any other is taken the same way: the list is the truth.
          version = undefined;
          idle = true;
          break;
        }
        idle = false;
        pause = 0;
        version = object.metadata.resourceVersion ?? version;
        if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') yield* change(seen, type, object);
      }
      // a server that ends every stream at once is not asked again at once
      if (idle && performance.now() - since < SHORT_MS) longer();
    } catch (error) {
      if (signal.aborted) return;
      if (!synced || !(error instanceof ToolError) || !mayPass(error)) throw error;
      if ((error.details as { reason?: unknown } | undefined)?.reason === 'expired') version = undefined;
      longer();
    }
    if (pause > 0) await delay(pause * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
  }
}

/** What an event says that was not known before. */
function* change(seen: Map<string, KubeObject>, type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject): Generator<WatchEvent> {
  const key = keyOf(object);
  const before = seen.get(key);
  if (type === 'DELETED') {
    if (seen.delete(key)) yield { type, object };
    return;
  }
  if (before !== undefined && before.metadata.resourceVersion === object.metadata.resourceVersion) return;
  seen.set(key, object);
  if (before !== undefined && before.metadata.uid !== object.metadata.uid) {
    yield { type: 'DELETED', object: before };
    yield { type: 'ADDED', object };
  } else yield { type: before === undefined ? 'ADDED' : 'MODIFIED', object };
}

/** Failures after which the same request may go well. */
function mayPass({ code, details }: ToolError): boolean {
  const reason = (details as { reason?: unknown } | undefined)?.reason;
  return code === 'unavailable' || code === 'timeout' || code === 'rate_limited' || code === 'upstream_error' || reason === 'expired';
}

async function listAll(source: Source, signal: AbortSignal): Promise<{ items: KubeObject[]; resourceVersion: string }> {
  const items: KubeObject[] = [];
  let next: string | undefined;
  let resourceVersion = '';
  do {
    const page = await source.list(next, signal);
    items.push(...page.items);
    resourceVersion = page.metadata.resourceVersion ?? '';
    next = page.metadata.continue || undefined;
  } while (next !== undefined);
  return { items, resourceVersion };
}

function* differences(seen: Map<string, KubeObject>, items: readonly KubeObject[]): Generator<WatchEvent> {
  const there = new Set<string>();
  for (const object of items) {
    const key = keyOf(object);
    there.add(key);
    const before = seen.get(key);
    seen.set(key, object);
    if (before === undefined) yield { type: 'ADDED', object };
    else if (before.metadata.uid !== object.metadata.uid) {
      yield { type: 'DELETED', object: before };
      yield { type: 'ADDED', object };
    } else if (before.metadata.resourceVersion !== object.metadata.resourceVersion) yield { type: 'MODIFIED', object };
  }
  for (const [key, object] of seen) {
    if (there.has(key)) continue;
    seen.delete(key);
    yield { type: 'DELETED', object };
  }
}

/** One JSON object a line. What is left of a line when the stream ends is dropped: it comes again. */
async function* eventsOf(stream: HttpStream): AsyncGenerator<WireEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const part of stream.body) {
    const lines = (rest + decoder.decode(part, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) throw new ToolError('upstream_error', 'An event of a watch does not end.');
    for (const line of lines) if (line.trim() !== '') yield eventOf(line);
  }
}

function eventOf(line: string): WireEvent {
  try {
    const event = JSON.parse(line) as Partial<WireEvent>;
    if (typeof event.type === 'string' && (event.type === 'ERROR' || typeof event.object?.metadata === 'object')) return event as WireEvent;
  } catch {
    // falls through: whatever it is, it is no event
  }
  throw new ToolError('upstream_error', 'The API server sent something that is no event of a watch.', {
    hint: 'Check that the address points to the API server itself.',
  });
}
