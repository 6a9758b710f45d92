import { carries, selects } from '../client/label-selector.ts';
import { serviceKeysOf } from './dns.ts';
import { backendsOf } from './ingresses.ts';
import type { Pod } from './objects.ts';
import { podKey } from './pod-cause.ts';
import { keyOf, WORKLOADS, type World } from './world.ts';

/**
 * How many steps every object is from those that were asked about, on the ways on which trouble comes: an Ingress has that of its
 * Services, a Service that of its pods, a pod that of its node, its claims, and the Services that it calls.
 */
export function stepsFrom(world: World, targets: readonly string[]): Map<string, number> {
  const steps = new Map(targets.map((key) => [key, 0]));
  let edge = [...targets];
  for (let step = 1; edge.length > 0; step += 1) {
    const next = edge.flatMap((key) => leadsTo(world, key, step === 1)).filter((key) => !steps.has(key));
    for (const key of next) steps.set(key, step);
    edge = [...new Set(next)];
  }
  return steps;
}

function leadsTo(world: World, key: string, asked: boolean): string[] {
  const [kind = '', namespace = '', ...rest] = key.split('/');
  const name = rest.join('/');
  const own = ({ metadata }: { metadata: { name: string; namespace?: string } }): boolean =>
    metadata.name === name && (metadata.namespace ?? '') === namespace;
  switch (kind) {
    case 'Pod': {
      const pod = world.all('Pod').find(own);
      return pod === undefined ? [] : [world.workloadOf(pod), ...behindPod(world, pod)];
    }
    case 'Service': {
      const { selector = {} } = world.all('Service').find(own)?.spec ?? {};
      if (Object.keys(selector).length === 0) return [];
      const idle = WORKLOADS.flatMap((one) =>
        world
          .all(one)
          .filter(({ metadata, spec }) => metadata.namespace === namespace && carries(spec.template?.metadata?.labels, selector))
          .map((workload) => world.ownerOf(one, workload)),
      );
      return [...world.selected(namespace, selector).map((pod) => world.workloadOf(pod)), ...idle];
    }
    case 'Ingress': {
      const ingress = world.all('Ingress').find(own);
      return ingress === undefined
        ? []
        : backendsOf(ingress).flatMap(({ backend }) => (backend.service ? [keyOf('Service', namespace, backend.service.name)] : []));
    }
    case 'HorizontalPodAutoscaler': {
      const target = world.all('HorizontalPodAutoscaler').find(own)?.spec.scaleTargetRef;
      return target === undefined ? [] : [keyOf(target.kind, namespace, target.name)];
    }
    case 'PodDisruptionBudget': {
      const selector = world.all('PodDisruptionBudget').find(own)?.spec.selector ?? {};
      return world
        .all('Pod')
        .filter((pod) => pod.metadata.namespace === namespace && selects(selector, pod.metadata.labels))
        .map((pod) => world.workloadOf(pod));
    }
    case 'CronJob':
      return world
        .all('Job')
        .filter((job) => world.ownerOf('Job', job) === key)
        .map(({ metadata }) => keyOf('Job', namespace, metadata.name));
    case 'ReplicaSet': {
      const set = world.all('ReplicaSet').find(own);
      return set === undefined ? [] : [world.ownerOf('ReplicaSet', set)];
    }
    case 'PersistentVolumeClaim':
      return asked
        ? world
            .all('Pod')
            .filter((pod) => pod.metadata.namespace === namespace && claimsOf(pod).includes(key))
            .map((pod) => podKey(pod))
        : [];
    case 'Node':
      // the other pods of a node have nothing to do with the one that was asked about
      return asked
        ? world
            .all('Pod')
            .filter(({ spec }) => spec.nodeName === name)
            .map((pod) => world.workloadOf(pod))
        : [];
    case 'ValidatingWebhookConfiguration':
    case 'MutatingWebhookConfiguration':
      return (world.all(kind).find(own)?.webhooks ?? []).flatMap(({ clientConfig }) =>
        clientConfig?.service ? [keyOf('Service', clientConfig.service.namespace, clientConfig.service.name)] : [],
      );
    default:
      return [
        ...world.podsOf(key).flatMap((pod) => [podKey(pod), ...behindPod(world, pod)]),
        // who asks about a workload means how many there are of it too
        ...(asked ? scalersOf(world, key) : []),
      ];
  }
}

const scalersOf = (world: World, workload: string): string[] =>
  world
    .all('HorizontalPodAutoscaler')
    .filter(({ metadata: { namespace }, spec: { scaleTargetRef: target } }) => keyOf(target.kind, namespace, target.name) === workload)
    .map(({ metadata: { namespace, name } }) => keyOf('HorizontalPodAutoscaler', namespace, name));

const claimsOf = ({ spec, metadata }: Pod): string[] =>
  (spec.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) =>
    claim ? [keyOf('PersistentVolumeClaim', metadata.namespace, claim.claimName)] : [],
  );

const behindPod = (world: World, pod: Pod): string[] => [
  ...(pod.spec.nodeName ? [keyOf('Node', '', pod.spec.nodeName)] : []),
  ...claimsOf(pod),
  ...serviceKeysOf(world, pod),
];
