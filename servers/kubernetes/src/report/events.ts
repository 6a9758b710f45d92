import type { KubeObject } from '../client/wire.ts';

/** core/v1 Event, also as events.k8s.io/v1 writers fill it. */
export interface WireEvent extends KubeObject {
  type?: string;
  reason?: string;
  message?: string;
  count?: number;
  firstTimestamp?: string | null;
  lastTimestamp?: string | null;
  eventTime?: string | null;
  series?: { count?: number; lastObservedTime?: string } | null;
  involvedObject?: { uid?: string; kind?: string; namespace?: string; name?: string; fieldPath?: string };
}

/** One event, whichever of the two ways it was written. Times are Unix milliseconds. */
export interface EventFact {
  type: string;
  reason: string;
  kind: string;
  namespace: string;
  name: string;
  message: string;
  count: number;
  first: number;
  last: number;
}

export function eventFact(event: WireEvent): EventFact {
  const { involvedObject: about = {}, series, metadata } = event;
  const first = time(event.firstTimestamp ?? event.eventTime ?? metadata.creationTimestamp);
  return {
    type: event.type ?? 'Normal',
    reason: event.reason ?? '',
    kind: about.kind ?? '',
    namespace: about.namespace ?? '',
    name: about.name ?? '',
    message: event.message ?? '',
    count: Math.max(1, series?.count ?? event.count ?? 1),
    first,
    last: Math.max(first, time(series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? metadata.creationTimestamp)),
  };
}

function time(text: string | null | undefined): number {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? 0 : at;
}

/** Events that say the same thing: one type, one reason, one kind of object, one message but for names and numbers. */
export interface EventGroup {
  type: string;
  reason: string;
  kind: string;
  /** How often, over all objects. */
  count: number;
  first: number;
  last: number;
  /** The last one's. */
  message: string;
  /** How often by object; `namespace/name` where several namespaces are shown. */
  objects: Map<string, number>;
}

/** Warnings first, then what happened last. */
export function groupEvents(events: readonly EventFact[], spans: boolean): EventGroup[] {
  const groups = new Map<string, EventGroup>();
  for (const one of events) {
    const key = [one.type, one.reason, one.kind, signature(one)].join('\0');
    const name = spans && one.namespace !== '' ? `${one.namespace}/${one.name}` : one.name;
    const group = groups.get(key);
    if (group === undefined) {
      const { type, reason, kind, count, first, last, message } = one;
      groups.set(key, { type, reason, kind, count, first, last, message, objects: new Map([[name, count]]) });
      continue;
    }
    group.count += one.count;
    group.first = Math.min(group.first, one.first);
    if (one.last >= group.last) group.message = one.message;
    group.last = Math.max(group.last, one.last);
    group.objects.set(name, (group.objects.get(name) ?? 0) + one.count);
  }
  const rank = ({ type }: EventGroup): number => (type === 'Normal' ? 1 : 0);
  return [...groups.values()].toSorted((a, b) => rank(a) - rank(b) || b.last - a.last || b.count - a.count);
}

/** What stays of a message when names, numbers and quoted parts are taken out. */
function signature({ message, name }: EventFact): string {
  const bare = name === '' ? message : message.replaceAll(name, '#');
  return bare
    .replace(/"[^"]*"|[0-9a-f]{8,}|\d+/g, '#')
    .replace(/\S*#\S*/g, '#')
    .slice(0, 60);
}
