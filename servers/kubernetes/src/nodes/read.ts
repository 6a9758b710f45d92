import { ToolError } from '@deployment-engine/shared/contracts';
import type { Amounts } from '../client/pod-spec.ts';
import type { KubeObject } from '../client/wire.ts';
import { amountText, percent, quantity } from '../report/quantity.ts';
import { statusOf } from '../report/status.ts';
import { age } from '../report/text.ts';
import type { ClusterContext } from '../tools/define.ts';
import { taintText, type Node } from './change.ts';
import type { Summary } from './kubelet.ts';

interface NodeStatus {
  allocatable?: Amounts;
  nodeInfo?: { kubeletVersion?: string };
}

interface NodeMetrics extends KubeObject {
  usage?: Amounts;
}

/** Rows under a header. */
export interface Rows {
  columns: string[];
  rows: string[][];
}

const ROLE = 'node-role.kubernetes.io/';

const statusIn = (node: Node): NodeStatus => node['status'] ?? {};

async function nodes({ cluster, signal }: ClusterContext, labels: string | undefined): Promise<Node[]> {
  return cluster.listAll<Node>(await cluster.kind('v1/nodes', signal), { labelSelector: labels }, signal);
}

export async function nodeList(context: ClusterContext, labels: string | undefined): Promise<Rows> {
  const all = await nodes(context, labels);
  return {
    columns: ['NAME', 'STATUS', 'ROLES', 'TAINTS', 'CPU', 'MEMORY', 'PODS', 'VERSION', 'AGE'],
    rows: all.map((node) => {
      const { allocatable = {}, nodeInfo } = statusIn(node);
      const roles = Object.keys(node.metadata.labels ?? {}).flatMap((one) => (one.startsWith(ROLE) ? [one.slice(ROLE.length)] : []));
      return [
        node.metadata.name,
        statusOf({ ...node, kind: 'Node' }).status,
        roles.join(','),
        (node.spec?.taints ?? []).map(taintText).join(','),
        ...['cpu', 'memory', 'pods'].map((one) => amountText(one, quantity(allocatable[one]))),
        nodeInfo?.kubeletVersion ?? '',
        age(node.metadata.creationTimestamp),
      ];
    }),
  };
}

/** What the metrics API measures, against what can be allocated. */
export async function nodeTop(context: ClusterContext, labels: string | undefined): Promise<Rows> {
  const { cluster, signal } = context;
  cluster.access.demand({ verb: 'list', kind: { group: 'metrics.k8s.io', resource: 'nodes', namespaced: false } });
  const path = ['apis', 'metrics.k8s.io', 'v1beta1', 'nodes'];
  const [all, measured] = await Promise.all([
    nodes(context, labels),
    cluster.raw<{ items?: NodeMetrics[] }>(path, { signal, query: { labelSelector: labels } }).catch((error: unknown) => {
      if (!(error instanceof ToolError) || (error.code !== 'not_found' && error.code !== 'unavailable')) throw error;
      throw new ToolError('unsupported', `The cluster "${cluster.name}" measures nothing: it has no metrics API.`, {
        hint: 'Install metrics-server; capacity_report shows what is requested.',
      });
    }),
  ]);
  const usage = new Map((measured.items ?? []).map((one) => [one.metadata.name, one.usage ?? {}]));
  return {
    columns: ['NAME', 'CPU', 'CPU%', 'MEMORY', 'MEMORY%'],
    rows: all.map((node) => {
      const used = usage.get(node.metadata.name);
      const cells = ['cpu', 'memory'].flatMap((one) =>
        used === undefined
          ? ['?', '?']
          : [amountText(one, quantity(used[one])), percent(quantity(used[one]), quantity(statusIn(node).allocatable?.[one]))],
      );
      return [node.metadata.name, ...cells];
    }),
  };
}

/** The node's own usage first, then its pods by memory. */
export function statsRows({ node = {}, pods = [] }: Summary): Rows {
  const cells = (cpu: number | undefined, memory: number | undefined, disk: number | undefined): string[] => [
    cpu === undefined ? '?' : amountText('cpu', cpu / 1e9),
    memory === undefined ? '?' : amountText('memory', memory),
    disk === undefined ? '?' : amountText('storage', disk),
  ];
  const memoryOf = (one: (typeof pods)[number]): number => one.memory?.workingSetBytes ?? 0;
  return {
    columns: ['WHAT', 'CPU', 'MEMORY', 'DISK'],
    rows: [
      ['(node)', ...cells(node.cpu?.usageNanoCores, node.memory?.workingSetBytes, node.fs?.usedBytes)],
      ['(images)', '', '', ...cells(undefined, undefined, node.runtime?.imageFs?.usedBytes).slice(2)],
      ...pods
        .toSorted((a, b) => memoryOf(b) - memoryOf(a))
        .map((one) => [
          `${one.podRef?.namespace ?? ''}/${one.podRef?.name ?? ''}`,
          ...cells(one.cpu?.usageNanoCores, one.memory?.workingSetBytes, one['ephemeral-storage']?.usedBytes),
        ]),
    ],
  };
}
