import { oneLine } from '../report/text.ts';
import type { Cause } from './cause.ts';
import { getCall, podKey } from './pod-cause.ts';
import { keyOf, type World } from './world.ts';

const PRESSURES: Record<string, [cause: string, words: string, remedy: string]> = {
  DiskPressure: [
    'disk_pressure',
    'has too little disk space, so it evicts pods and takes no new ones',
    'Free space on the node: images, logs, emptyDir volumes.',
  ],
  MemoryPressure: ['memory_pressure', 'has too little memory, so it evicts pods', 'Find what uses it, and set requests and limits.'],
  PIDPressure: ['pid_pressure', 'has too many processes', 'Find what starts them.'],
  NetworkUnavailable: ['node_network_unavailable', 'has no network for pods', 'See the network plug-in (CNI) of the node.'],
};

/** Nodes that are not well. */
export function nodeCauses(world: World): Cause[] {
  return world.all('Node').flatMap((node) => {
    const { name } = node.metadata;
    const key = keyOf('Node', '', name);
    const label = world.labelOf('Node', node);
    const pods = world.all('Pod').filter(({ spec }) => spec.nodeName === name);
    const explains = [...new Set(pods.flatMap((pod) => [podKey(pod), world.workloadOf(pod)]))];
    const affected = pods.length > 0 ? [`${label}: ${pods.length} of the pods that were looked at are there.`] : [];
    const make = (cause: string, title: string, remedy: string, fact: string, more: Partial<Cause> = {}): Cause => ({
      cause,
      title: `${label} ${title}`,
      confidence: 'certain',
      object: key,
      evidence: [`${label}: ${fact}`, ...affected],
      remedy,
      next: getCall(key),
      explains,
      ...more,
    });
    const conditions = node.status?.conditions ?? [];
    const ready = conditions.find(({ type }) => type === 'Ready');
    if (ready !== undefined && ready.status !== 'True') {
      const silent = ready.status === 'Unknown';
      return [
        make(
          'node_not_ready',
          silent ? 'does not report any more: its pods count as lost' : 'is not ready',
          silent ? 'See whether the machine runs and its kubelet reaches the API server.' : 'Mend what its kubelet names.',
          `Ready is ${ready.status} (${ready.reason ?? ''}): ${oneLine(ready.message ?? '')}`,
        ),
      ];
    }
    const pressed = conditions.flatMap(({ type, status, reason = '', message = '' }) => {
      const known = PRESSURES[type];
      return known === undefined || status !== 'True' ? [] : [make(...known, `${type}: ${reason} ${oneLine(message)}`)];
    });
    const cordoned =
      node.spec.unschedulable === true
        ? [
            make(
              'node_cordoned',
              'takes no new pods (cordoned)',
              'Uncordon it when it is back in service.',
              'spec.unschedulable is true.',
              { informational: true },
            ),
          ]
        : [];
    return [...pressed, ...cordoned];
  });
}

/** Pods that their node has thrown out, or that cannot end. */
export function evictionCauses(world: World): Cause[] {
  return world.all('Pod').flatMap((pod): Cause[] => {
    const key = podKey(pod);
    const owner = world.workloadOf(pod);
    const because = pod.spec.nodeName === undefined ? [] : [keyOf('Node', '', pod.spec.nodeName)];
    const { deletionTimestamp, finalizers = [] } = pod.metadata;
    if (pod.status?.reason === 'Evicted')
      return [
        {
          cause: 'evicted',
          title: `Pods of ${world.label(owner)} were evicted by their node`,
          confidence: 'certain',
          object: owner,
          evidence: [`${world.label(key)}: ${oneLine(pod.status.message ?? 'Evicted', 400)}`],
          remedy: 'Set requests that match what it uses; give the node room.',
          next: getCall(key),
          explains: [key],
          because,
          // the followers do its work
          ...(world.podsOf(owner).some((one) => world.isReady(one)) || world.podsOf(owner).length === 1 ? { informational: true } : {}),
        },
      ];
    if (deletionTimestamp !== undefined && world.minutes(deletionTimestamp) > 5)
      return [
        {
          cause: finalizers.length > 0 ? 'finalizer_stuck' : 'pod_does_not_end',
          title: `${world.label(key)} is being deleted and does not go`,
          confidence: finalizers.length > 0 ? 'certain' : 'likely',
          object: key,
          evidence: [
            `${world.label(key)}: deletion was asked for at ${deletionTimestamp}; finalizers: ${finalizers.join(', ') || 'none'}.`,
          ],
          remedy: finalizers.length > 0 ? 'See why the controller of the finalizer does not act.' : 'See whether its node still answers.',
          next: getCall(key),
          because,
        },
      ];
    return [];
  });
}
