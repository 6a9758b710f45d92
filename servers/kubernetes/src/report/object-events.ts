import { ToolError } from '@deployment-engine/shared/contracts';
import type { Cluster } from '../client/cluster.ts';
import type { KubeObject } from '../client/wire.ts';
import { eventFact, groupEvents, type EventGroup, type WireEvent } from './events.ts';

const MOST = 2_000;

/** The events of one object by what they say; none where they may not be seen. */
export async function eventsOf(cluster: Cluster, object: KubeObject, signal: AbortSignal): Promise<EventGroup[]> {
  const { name, namespace, uid } = object.metadata;
  try {
    const kind = await cluster.kind('v1/events', signal);
    // those of what has no namespace are kept in the default one
    const selection = {
      namespace: namespace ?? 'default',
      fieldSelector: `involvedObject.kind=${object.kind ?? ''},involvedObject.name=${name}`,
    };
    const events = await cluster.listAll<WireEvent>(kind, selection, signal, MOST);
    // not those of an object that had the name before; kubelets give the name of a node as its uid
    const own = events.filter(({ involvedObject }) => [uid, name, undefined, ''].includes(involvedObject?.uid));
    return groupEvents(own.map(eventFact), false);
  } catch (error) {
    if (!(error instanceof ToolError) || signal.aborted) throw error;
    return [];
  }
}
