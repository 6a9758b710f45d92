import { ToolError } from '@deployment-engine/shared/contracts';
import type { Cluster } from '../client/cluster.ts';
import type { KubeObject } from '../client/wire.ts';
import { oneLine } from './text.ts';

/** Events of one object that say the same. */
export interface EventGroup {
  type: string;
  reason: string;
  count: number;
  /** ISO time of the latest. */
  last: string;
  /** Of the latest. */
  message: string;
}

interface WireEvent extends KubeObject {
  type?: string;
  reason?: string;
  message?: string;
  count?: number;
  series?: { count?: number; lastObservedTime?: string };
  lastTimestamp?: string | null;
  eventTime?: string | null;
  involvedObject?: { uid?: string };
}

const MOST = 2_000;

/** The events of an object by what they say, the latest first; none where they may not be seen. */
export async function eventsOf(cluster: Cluster, object: KubeObject, signal: AbortSignal): Promise<EventGroup[]> {
  const { name, namespace, uid } = object.metadata;
  let events: WireEvent[];
  try {
    const kind = await cluster.kind('v1/events', signal);
    // those of what has no namespace are kept in the default one
    const selection = {
      namespace: namespace ?? 'default',
      fieldSelector: `involvedObject.kind=${object.kind ?? ''},involvedObject.name=${name}`,
    };
    events = await cluster.listAll<WireEvent>(kind, selection, signal, MOST);
  } catch (error) {
    if (!(error instanceof ToolError) || signal.aborted) throw error;
    return [];
  }
  const groups = new Map<string, EventGroup>();
  // kubelets give the name of a node as its uid
  for (const event of events.filter(({ involvedObject }) => [uid, name, undefined, ''].includes(involvedObject?.uid))) {
    const { type = 'Normal', reason = '' } = event;
    const last = event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? '';
    const key = `${type}/${reason}`;
    const known = groups.get(key);
    const amount = (known?.count ?? 0) + (event.series?.count ?? event.count ?? 1);
    const isLater = known === undefined || Date.parse(last) >= Date.parse(known.last);
    groups.set(key, {
      type,
      reason,
      count: amount,
      last: isLater ? last : known.last,
      message: isLater ? oneLine(event.message ?? '', 300) : known.message,
    });
  }
  return [...groups.values()].toSorted((a, b) => Date.parse(b.last) - Date.parse(a.last));
}
