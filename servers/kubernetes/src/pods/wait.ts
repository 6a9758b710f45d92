import { ToolError } from '@deployment-engine/shared/contracts';
import type { Cluster } from '../client/cluster.ts';
import { abortedBy } from '../client/socket.ts';
import { podKind, type Pod } from './pod.ts';

/** Watches a pod until `done` finds what it looks for; undefined when the time is over first. `done` may throw. */
export async function waitForPod<T>(
  cluster: Cluster,
  namespace: string,
  name: string,
  done: (pod: Pod) => T | undefined,
  { signal, time }: { signal: AbortSignal; time: AbortSignal },
): Promise<T | undefined> {
  const kind = await podKind(cluster, signal);
  const end = new AbortController();
  const events = cluster.watch(
    kind,
    { namespace, fieldSelector: `metadata.name=${name}` },
    { signal: AbortSignal.any([signal, time, end.signal]) },
  );
  try {
    for await (const event of events) {
      if (event.type === 'SYNCED') continue;
      if (event.type === 'DELETED')
        throw new ToolError('conflict', `The pod ${name} was removed meanwhile.`, { hint: 'See events_list for who did it.' });
      const found = done(event.object);
      if (found !== undefined) return found;
    }
  } finally {
    end.abort();
  }
  if (signal.aborted) throw abortedBy(signal);
  return undefined;
}
