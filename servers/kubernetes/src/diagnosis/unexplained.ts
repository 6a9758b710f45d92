import type { KubeObject } from '../client/wire.ts';
import { statusOf } from '../report/status.ts';
import { oneLine } from '../report/text.ts';
import type { Cause } from './cause.ts';
import { getCall, podKey } from './pod-cause.ts';
import { keyOf, type World } from './world.ts';

/** A pod may take so many minutes to start before that is worth saying. */
const STARTING = 2;

/** What is not well, and of which no analyser has said why: its status and its last warning, marked as a guess. */
export function unexplained(world: World, causes: readonly Cause[]): Cause[] {
  const known = new Set(causes.flatMap(({ object, explains = [] }) => [object, ...explains]));
  const pods = world
    .all('Pod')
    .filter((pod) => !world.isReady(pod) && pod.status?.phase !== 'Failed' && pod.metadata.deletionTimestamp === undefined)
    .filter((pod) => world.minutes(pod.status?.startTime ?? pod.metadata.creationTimestamp) > STARTING)
    .filter((pod) => !known.has(podKey(pod)) && !known.has(world.workloadOf(pod)));
  return [
    ...[...Map.groupBy(pods, (pod) => world.workloadOf(pod))].map(([owner, [pod]]): Cause => {
      const { status, detail } = statusOf({ kind: 'Pod', ...(pod as KubeObject) });
      const key = pod === undefined ? owner : podKey(pod);
      return {
        cause: 'pods_not_ready',
        title: `Pods of ${world.label(owner)} are not ready`,
        confidence: 'possible',
        object: owner,
        evidence: [`${world.label(key)}: ${status}${detail ? `: ${oneLine(detail)}` : ''}`, ...warning(world, key)],
        remedy: 'See the events and the log of the pod.',
        next: {
          tool: 'events_list',
          arguments: {
            ...(pod?.metadata.namespace ? { namespace: pod.metadata.namespace } : {}),
            kind: 'Pod',
            name: pod?.metadata.name ?? '',
          },
        },
        because: pod?.spec.nodeName ? [keyOf('Node', '', pod.spec.nodeName)] : [],
      };
    }),
    ...withoutPods(world, known),
  ];
}

function withoutPods(world: World, known: ReadonlySet<string>): Cause[] {
  return (['Deployment', 'StatefulSet'] as const).flatMap((kind) =>
    world.all(kind).flatMap((one): Cause[] => {
      const key = keyOf(kind, one.metadata.namespace, one.metadata.name);
      if (known.has(key) || (one.spec.replicas ?? 1) === 0 || (one.status?.replicas ?? 0) > 0 || world.podsOf(key).length > 0) return [];
      if (world.minutes(one.metadata.creationTimestamp) < STARTING || world.whole('Pod') === undefined) return [];
      return [
        {
          cause: 'no_pods_made',
          title: `${world.label(key)} has no pods, and nothing says why`,
          confidence: 'possible',
          object: key,
          evidence: [`${world.label(key)}: ${one.spec.replicas ?? 1} wanted, none there.`, ...warning(world, key)],
          remedy: 'See whether the controller manager of the cluster works.',
          next: getCall(key),
        },
      ];
    }),
  );
}

function warning(world: World, key: string): string[] {
  const event = world.recent(key, /^/, 60);
  const warned = world.eventsOf(key).find(({ type, last }) => type === 'Warning' && world.now - last < 3_600_000);
  const said = warned ?? event;
  return said === undefined ? [] : [world.said(said)];
}

/** An object of a kind that no analyser knows, by its own conditions and events. */
export function ownWords(world: World, target: KubeObject, key: string): Cause[] {
  const { status, detail, well } = statusOf(target);
  const ailing = !well;
  const events = world.eventsOf(key).some(({ type, last }) => type === 'Warning' && world.now - last < 3_600_000);
  if (!ailing && !events) return [];
  return [
    {
      cause: ailing ? 'not_ready' : 'warning_events',
      title: ailing ? `${world.label(key)} is ${status}` : `There are warnings about ${world.label(key)}`,
      confidence: 'possible',
      object: key,
      evidence: [...(ailing ? [`${world.label(key)}: ${status}${detail ? `: ${oneLine(detail)}` : ''}`] : []), ...warning(world, key)],
      remedy: 'See its status and its events.',
      next: getCall(key),
    },
  ];
}
