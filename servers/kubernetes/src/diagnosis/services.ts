import { carries } from '../client/label-selector.ts';
import type { Cause } from './cause.ts';
import type { Pod, Service, Workload } from './objects.ts';
import { getCall, listCall } from './pod-cause.ts';
import { keyOf, type World } from './world.ts';

/** Services that reach nobody: selector, endpoints, ports. */
export function serviceCauses(world: World): Cause[] {
  return world.all('Service').flatMap((service) => {
    const { selector, type } = service.spec;
    const pending = type === 'LoadBalancer' ? balancerCauses(world, service) : [];
    if (type === 'ExternalName' || selector === undefined || Object.keys(selector).length === 0) return pending;
    if (world.whole('Pod') === undefined) return pending;
    const pods = world
      .selected(service.metadata.namespace, selector)
      .filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed');
    return [...pending, ...(pods.length === 0 ? selectorCauses(world, service, selector) : endpointCauses(world, service, pods))];
  });
}

const keyFor = ({ metadata }: Service): string => keyOf('Service', metadata.namespace, metadata.name);
const words = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');

function selectorCauses(world: World, service: Service, selector: Readonly<Record<string, string>>): Cause[] {
  const { namespace, name } = service.metadata;
  const key = keyFor(service);
  const label = world.label(key);
  const runs = (['Deployment', 'StatefulSet', 'DaemonSet'] as const)
    .flatMap((kind) =>
      world.all(kind).map((workload): [string, Workload] => [keyOf(kind, workload.metadata.namespace, workload.metadata.name), workload]),
    )
    .filter(([, { metadata, spec }]) => metadata.namespace === namespace && carries(spec.template?.metadata?.labels, selector));
  const selected = `${label}: it selects ${words(selector)}, and there is no such pod.`;
  const idle = runs.find(([, { spec }]) => spec.replicas === 0);
  if (idle !== undefined)
    return [
      {
        cause: 'scaled_to_zero',
        title: `${world.label(idle[0])} is scaled to zero, so ${label} reaches nobody`,
        confidence: 'certain',
        object: idle[0],
        evidence: [
          `${world.label(idle[0])}: spec.replicas is 0.`,
          selected,
          ...world
            .eventsOf(idle[0])
            .slice(0, 1)
            .map((one) => world.said(one)),
        ],
        remedy: 'Scale it up again.',
        next: getCall(idle[0]),
        explains: [key],
        informational: true,
      },
    ];
  if (runs.length > 0)
    return [
      withoutEndpoints(
        world,
        service,
        runs.map(([owner]) => owner),
        [selected, `${runs.map(([owner]) => world.label(owner)).join(', ')} would make such pods, and has none.`],
      ),
    ];
  const alike = nearPods(world, service, selector);
  return [
    {
      cause: 'selector_mismatch',
      title: `${label} selects ${words(selector)}, and no pod has these labels`,
      confidence: alike.length > 0 ? 'certain' : 'likely',
      object: key,
      evidence: [
        selected,
        ...alike.slice(0, 3).map((pod) => `${world.labelOf('Pod', pod)} has ${words(ownLabels(pod))}.`),
        ...(alike.length === 0
          ? [`There are ${world.all('Pod').filter(({ metadata }) => metadata.namespace === namespace).length} pods in its namespace.`]
          : []),
      ],
      remedy: 'Correct spec.selector of the Service, or the labels in the template of the pods.',
      next: listCall('Pod', namespace, { view: 'json', fields: ['.metadata.name', '.metadata.labels'] }),
      // a Service without a like is often only left over
      ...(alike.length === 0 && world.question.name !== name ? { informational: true } : {}),
    },
  ];
}

const ownLabels = ({ metadata }: Pod): Record<string, string> =>
  Object.fromEntries(
    Object.entries(metadata.labels ?? {}).filter(
      ([key]) => !/hash|statefulset\.kubernetes\.io|apps\.kubernetes\.io|batch\.kubernetes\.io|controller-uid|job-name/.test(key),
    ),
  );

/** Pods that the Service probably means: they share a label with it, or are called like it. One of each workload. */
function nearPods(world: World, { metadata }: Service, selector: Readonly<Record<string, string>>): Pod[] {
  const seen = new Set<string>();
  return world.all('Pod').filter((pod) => {
    if (pod.metadata.namespace !== metadata.namespace || pod.status?.phase === 'Succeeded') return false;
    const owner = world.workloadOf(pod);
    const shares = Object.entries(selector).some(([key, value]) => pod.metadata.labels?.[key] === value);
    const called = owner.split('/').at(-1) === metadata.name || Object.values(pod.metadata.labels ?? {}).includes(metadata.name);
    return (shares || called) && !seen.has(owner) && seen.add(owner);
  });
}

function withoutEndpoints(world: World, service: Service, owners: string[], evidence: string[]): Cause {
  const key = keyFor(service);
  return {
    cause: 'service_without_endpoints',
    title: `${world.label(key)} has no ready endpoint: none of its pods is ready`,
    confidence: 'certain',
    object: key,
    evidence,
    remedy: 'Mend its pods.',
    next: listCall('Pod', service.metadata.namespace, { labels: words(service.spec.selector ?? {}), view: 'status' }),
    because: owners.flatMap((owner) => [owner, ...behind(world, owner)]),
  };
}

/** What stands behind a workload, and may be at fault instead of it. */
function behind(world: World, owner: string): string[] {
  const keys = world
    .podsOf(owner)
    .flatMap((pod) => [
      ...(pod.spec.nodeName ? [keyOf('Node', '', pod.spec.nodeName)] : []),
      ...(pod.spec.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) =>
        claim ? [keyOf('PersistentVolumeClaim', pod.metadata.namespace, claim.claimName)] : [],
      ),
    ]);
  return [...new Set(keys)];
}

function endpointCauses(world: World, service: Service, pods: readonly Pod[]): Cause[] {
  const { namespace, name } = service.metadata;
  const slices = world
    .whole('EndpointSlice')
    ?.filter(({ metadata }) => metadata.namespace === namespace && metadata.labels?.['kubernetes.io/service-name'] === name);
  const ready =
    slices === undefined
      ? pods.filter((pod) => world.isReady(pod)).length
      : slices.flatMap(({ endpoints }) => endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false).length;
  const wrong = portCauses(world, service, pods);
  if (ready > 0 || wrong.some(({ confidence }) => confidence === 'certain')) return wrong;
  const owners = [...new Set(pods.map((pod) => world.workloadOf(pod)))];
  const well = pods.filter((pod) => world.isReady(pod)).length;
  const label = world.label(keyFor(service));
  return [
    ...wrong,
    withoutEndpoints(world, service, owners, [
      `${label}: it selects ${pods.length} pods, of which ${well} are ready, and has no ready endpoint.`,
    ]),
  ];
}

function portCauses(world: World, service: Service, pods: readonly Pod[]): Cause[] {
  const key = keyFor(service);
  const label = world.label(key);
  const ports = pods.flatMap(({ spec }) => [...(spec.containers ?? []), ...(spec.initContainers ?? [])].flatMap((one) => one.ports ?? []));
  const declared = [...new Set(ports.map(({ name, containerPort }) => (name ? `${containerPort} (${name})` : String(containerPort))))];
  return (service.spec.ports ?? []).flatMap(({ port, targetPort = port }): Cause[] => {
    const named = typeof targetPort === 'string' && !/^\d+$/.test(targetPort);
    if (!named && declared.length === 0) return [];
    if (ports.some(({ name, containerPort }) => (named ? name === targetPort : containerPort === Number(targetPort)))) return [];
    const [pod] = pods;
    return [
      {
        cause: 'target_port_wrong',
        title: named
          ? `${label} sends to the port "${targetPort}", and its pods have no port of that name`
          : `${label} sends to port ${targetPort}, which its pods do not declare`,
        // a program may listen where it declares nothing
        confidence: named ? 'certain' : 'likely',
        object: key,
        evidence: [
          `${label}: port ${port} has the targetPort ${targetPort}.`,
          `${pod ? world.labelOf('Pod', pod) : 'Its pods'}: declares ${declared.join(', ') || 'no port'}.`,
        ],
        remedy: 'Correct targetPort, or the port of the container.',
        next: getCall(key),
      },
    ];
  });
}

function balancerCauses(world: World, service: Service): Cause[] {
  const key = keyFor(service);
  if ((service.status?.loadBalancer?.ingress?.length ?? 0) > 0) return [];
  const event = world.eventsOf(key).find(({ type }) => type === 'Warning');
  // making one takes a while, but a failure is said at once
  if (event === undefined && world.minutes(service.metadata.creationTimestamp) < 3) return [];
  return [
    {
      cause: 'load_balancer_pending',
      title: `${world.label(key)} still has no load balancer`,
      confidence: event ? 'certain' : 'likely',
      object: key,
      evidence: [`${world.label(key)}: status.loadBalancer is empty.`, ...(event ? [world.said(event)] : [])],
      remedy: 'See whether the cluster has a controller for load balancers.',
      next: getCall(key),
    },
  ];
}
