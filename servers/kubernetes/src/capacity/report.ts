import type { Cluster } from '../client/cluster.ts';
import { gather } from '../client/gather.ts';
import { hasEnded, type Amounts, type Pod } from '../client/pod-spec.ts';
import type { KubeObject } from '../client/wire.ts';
import { amountText, percent, quantity } from '../report/quantity.ts';
import { nothing, plus, podSum, RESOURCES, unrequested, type Sum } from './requests.ts';

/** What pods ask for, together. */
export interface Tally {
  pods: number;
  requests: Sum;
  limits: Sum;
}

export interface NodeCapacity extends Tally {
  name: string;
  allocatable: Sum;
  allocatablePods: number;
}

export interface Capacity {
  nodes: NodeCapacity[];
  namespaces: ({ name: string } & Tally)[];
  /** Not on any node yet. */
  waiting: Tally;
  quotas: { object: string; resource: string; used: string; hard: string; percent: string }[];
  /** Pods with a container that requests no CPU or no memory: `namespace/name (cpu)`. */
  without: string[];
  unread: string[];
}

interface Quota extends KubeObject {
  status?: { hard?: Amounts; used?: Amounts };
}

const tally = (): Tally => ({ pods: 0, requests: nothing(), limits: nothing() });

function add(to: Tally, { spec }: Pod): void {
  to.pods += 1;
  to.requests = plus(to.requests, podSum(spec, 'requests'));
  to.limits = plus(to.limits, podSum(spec, 'limits'));
}

const KINDS = ['nodes', 'pods', 'resourcequotas'] as const;

/** Of all pods that have not ended. For one namespace there are no nodes: the pods of others count on them too. */
export async function capacityOf(cluster: Cluster, namespace: string | undefined, signal: AbortSignal): Promise<Capacity> {
  const kinds = namespace === undefined ? KINDS : KINDS.slice(1);
  const { found, unread } = await gather<(typeof KINDS)[number]>(cluster, kinds, { namespace }, signal);
  const nodes = new Map(
    (found.nodes ?? []).map(({ metadata: { name }, status }): [string, NodeCapacity] => {
      const { allocatable = {} } = (status ?? {}) as { allocatable?: Amounts };
      const room = { cpu: quantity(allocatable['cpu']), memory: quantity(allocatable['memory']) };
      return [name, { name, ...tally(), allocatable: room, allocatablePods: quantity(allocatable['pods']) }];
    }),
  );
  const spaces = new Map<string, { name: string } & Tally>();
  const waiting = tally();
  const without: string[] = [];
  for (const pod of found.pods as Pod[]) {
    if (hasEnded(pod)) continue;
    const { name, namespace: space = '' } = pod.metadata;
    const own = spaces.get(space) ?? { name: space, ...tally() };
    spaces.set(space, own);
    add(own, pod);
    if (pod.spec.nodeName === undefined) add(waiting, pod);
    else {
      const node = nodes.get(pod.spec.nodeName);
      if (node !== undefined) add(node, pod);
    }
    const missing = unrequested(pod.spec);
    if (missing.length > 0) without.push(`${space}/${name} (${missing.join(', ')})`);
  }
  return {
    nodes: [...nodes.values()].toSorted((a, b) => fullness(b) - fullness(a)),
    namespaces: [...spaces.values()].toSorted((a, b) => b.requests.cpu - a.requests.cpu || b.pods - a.pods),
    waiting,
    quotas: found.resourcequotas.flatMap(quotaRows).toSorted((a, b) => Number.parseInt(b.percent, 10) - Number.parseInt(a.percent, 10)),
    without: without.toSorted(),
    unread,
  };
}

const fullness = ({ requests, allocatable }: NodeCapacity): number =>
  Math.max(...RESOURCES.map((one) => (allocatable[one] > 0 ? requests[one] / allocatable[one] : 0)));

function quotaRows({ metadata: { namespace, name }, status }: Quota): Capacity['quotas'] {
  return Object.entries(status?.hard ?? {}).map(([resource, hard]) => {
    const used = status?.used?.[resource] ?? '0';
    return { object: `${namespace ?? ''}/${name}`, resource, used, hard, percent: percent(quantity(used), quantity(hard)) };
  });
}

const pair = (sum: Sum): string[] => RESOURCES.map((one) => amountText(one, sum[one]));

export const NODE_COLUMNS = ['NODE', 'PODS', 'CPU REQ', 'CPU LIM', 'CPU', 'MEM REQ', 'MEM LIM', 'MEM', 'OVERCOMMIT'];

/** Requests and limits, each with its part of what the node can give. */
export function nodeRow({ name, pods, requests, limits, allocatable, allocatablePods }: NodeCapacity): string[] {
  const over = RESOURCES.filter((one) => limits[one] > allocatable[one]).map((one) => `${one} ${percent(limits[one], allocatable[one])}`);
  return [
    name,
    `${pods}/${allocatablePods}`,
    ...RESOURCES.flatMap((one) => [
      ...[requests, limits].map((sum) => `${amountText(one, sum[one])} (${percent(sum[one], allocatable[one])})`),
      amountText(one, allocatable[one]),
    ]),
    over.join(', '),
  ];
}

export const SPACE_COLUMNS = ['NAMESPACE', 'PODS', 'CPU REQ', 'MEM REQ', 'CPU LIM', 'MEM LIM'];

export const spaceRow = ({ name, pods, requests, limits }: { name: string } & Tally): string[] => [
  name,
  String(pods),
  ...pair(requests),
  ...pair(limits),
];
