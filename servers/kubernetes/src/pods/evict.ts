import type { Cluster } from '../client/cluster.ts';
import type { KubeObject } from '../client/wire.ts';
import { selects, type LabelSelector } from '../client/label-selector.ts';
import { podKind, type Pod } from './pod.ts';

export interface DisruptionBudget extends KubeObject {
  spec?: { selector?: LabelSelector | null };
  status?: { disruptionsAllowed?: number };
}

export interface BudgetFacts {
  name: string;
  /** Pods that may go now. */
  allowed: number;
}

/** The disruption budgets (policy/v1) that a pod counts for. */
export async function budgetsOf(cluster: Cluster, pod: Pod, signal: AbortSignal): Promise<BudgetFacts[]> {
  const kind = await cluster.kind('policy/v1/poddisruptionbudgets', signal);
  const { namespace, labels = {} } = pod.metadata;
  const all = await cluster.listAll<DisruptionBudget>(kind, { namespace }, signal);
  return all
    .filter(({ spec }) => spec?.selector != null && selects(spec.selector, labels))
    .map(({ metadata, status }) => ({ name: metadata.name, allowed: status?.disruptionsAllowed ?? 0 }));
}

/**
 * Evicts a pod (kubernetes.io, "API-initiated Eviction"), only if it is still this one.
 *
 * @throws ToolError `conflict` with the reason DisruptionBudget where a budget holds it back
 */
export async function evict(
  cluster: Cluster,
  pod: Pick<Pod, 'metadata'>,
  { graceSeconds }: { graceSeconds?: number | undefined },
  signal: AbortSignal,
): Promise<void> {
  const { name, namespace = '', uid } = pod.metadata;
  await cluster.connection.json({
    method: 'POST',
    path: cluster.subresource('evict', await podKind(cluster, signal), { namespace, name }, 'eviction'),
    body: {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name, namespace },
      deleteOptions: { preconditions: { uid }, ...(graceSeconds === undefined ? {} : { gracePeriodSeconds: graceSeconds }) },
    },
    signal,
  });
}
