import { ToolError } from '@deployment-engine/shared/contracts';
import { z } from 'zod';
import type { Kind } from '../client/discovery.ts';
import type { KubeObject } from '../client/wire.ts';
import { podKind, type Container, type Pod } from '../pods/pod.ts';
import { fit } from '../report/budget.ts';
import { amountText, percent, quantity } from '../report/quantity.ts';
import { count } from '../report/text.ts';
import { readTool, type ClusterContext } from './define.ts';
import * as fields from './fields.ts';

/** PodMetrics (metrics.k8s.io/v1beta1). */
interface PodMetrics extends KubeObject {
  containers?: { name: string; usage?: Record<string, string> }[];
}

interface Use {
  namespace: string;
  pod: string;
  container: string;
  cpu: number;
  memory: number;
  /** Of the limit, or of the request where there is none. */
  cpuOf: number;
  memoryOf: number;
}

async function metricsKind({ cluster, signal }: ClusterContext): Promise<Kind> {
  try {
    return await cluster.kind('metrics.k8s.io/v1beta1/pods', signal);
  } catch (error) {
    if (!(error instanceof ToolError) || error.code !== 'not_found') throw error;
    throw new ToolError('missing_dependency', `${cluster.name} has no metrics server, so nobody knows what pods use.`, {
      hint: 'Install metrics-server in the cluster; capacity_report shows what is requested.',
      cause: error,
    });
  }
}

const bound = (container: Container | undefined, resource: string): number =>
  quantity(container?.resources?.limits?.[resource] ?? container?.resources?.requests?.[resource]);

function usesOf({ metadata, containers = [] }: PodMetrics, pod: Pod | undefined): Use[] {
  return containers.map(({ name, usage = {} }) => {
    const spec = pod?.spec?.containers?.find((one) => one.name === name);
    return {
      namespace: metadata.namespace ?? '',
      pod: metadata.name,
      container: name,
      cpu: quantity(usage['cpu']),
      memory: quantity(usage['memory']),
      cpuOf: bound(spec, 'cpu'),
      memoryOf: bound(spec, 'memory'),
    };
  });
}

/** One line a pod. A part of a sum of bounds says nothing where a container has none. */
function summed(uses: readonly Use[]): Use[] {
  const [first] = uses;
  if (first === undefined) return [];
  const sum = (field: 'cpu' | 'memory' | 'cpuOf' | 'memoryOf') => uses.reduce((total, one) => total + one[field], 0);
  const all = (field: 'cpuOf' | 'memoryOf') => (uses.every((one) => one[field] > 0) ? sum(field) : 0);
  return [{ ...first, container: '', cpu: sum('cpu'), memory: sum('memory'), cpuOf: all('cpuOf'), memoryOf: all('memoryOf') }];
}

export const podsTop = readTool({
  name: 'pods_top',
  title: 'CPU and memory that pods use',
  description:
    'CPU and memory that pods use now, the most first, beside their limits. Needs a metrics server; for what is requested use capacity_report.',
  toolset: 'pods',
  input: {
    namespace: fields.namespaces,
    labels: fields.labelSelector,
    sort_by: z.enum(['cpu', 'memory']).default('cpu').describe('Order'),
    containers: z.boolean().default(false).describe('A line for each container'),
    limit: fields.limit(1_000, 100).describe('Lines'),
  },
  output: {
    columns: z.array(z.string()),
    rows: z.array(z.array(z.string())),
    total: z.number(),
    left: z.number(),
  },
  async handler({ namespace: wanted, labels, sort_by, containers, limit }, context) {
    const { cluster, signal, bytes } = context;
    const namespace = fields.selected(wanted, { namespaced: true }, cluster.namespace);
    const selection = { namespace, labelSelector: labels };
    const kind = await metricsKind(context);
    const [metrics, pods] = await Promise.all([
      cluster.listAll<PodMetrics>(kind, selection, signal),
      cluster.listAll<Pod>(await podKind(cluster, signal), selection, signal),
    ]);
    const byName = new Map(pods.map((pod) => [`${pod.metadata.namespace}/${pod.metadata.name}`, pod]));
    const uses = metrics.flatMap((one) => {
      const all = usesOf(one, byName.get(`${one.metadata.namespace}/${one.metadata.name}`));
      return containers ? all : summed(all);
    });
    const rows = uses
      .toSorted((a, b) => b[sort_by] - a[sort_by])
      .map((one) => [
        ...(namespace === undefined ? [one.namespace] : []),
        one.pod,
        ...(containers ? [one.container] : []),
        amountText('cpu', one.cpu),
        percent(one.cpu, one.cpuOf),
        amountText('memory', one.memory),
        percent(one.memory, one.memoryOf),
      ]);
    const { items } = fit(rows.slice(0, limit), bytes);
    return {
      columns: [
        ...(namespace === undefined ? ['NAMESPACE'] : []),
        'POD',
        ...(containers ? ['CONTAINER'] : []),
        'CPU',
        'CPU%',
        'MEMORY',
        'MEMORY%',
      ],
      rows: items,
      total: rows.length,
      left: rows.length - items.length,
    };
  },
  render: ({ context, columns, rows, total, left }) => ({
    summary: `${count(total, 'line')} of what is used in ${context}; % is of the limit, or of the request.${left > 0 ? ` ${left} left out.` : ''}`,
    data: [columns, ...rows].map((row) => row.join('\t')).join('\n'),
  }),
});
