import { carries, meets } from '../client/label-selector.ts';
import type { Node, NodeTerm, PodSpec, Toleration } from './objects.ts';

type Taint = NonNullable<Node['spec']['taints']>[number];

/** Whether a node has the labels that a pod demands (nodeSelector, required node affinity). */
export function fitsLabels({ metadata }: Node, { nodeSelector = {}, affinity }: PodSpec): boolean {
  const labels = metadata.labels ?? {};
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const fits = ({ matchExpressions = [], matchFields = [] }: NodeTerm): boolean =>
    matchExpressions.every((one) => meets(labels, one)) && matchFields.every((one) => meets({ 'metadata.name': metadata.name }, one));
  return carries(labels, nodeSelector) && (terms === undefined || terms.some(fits));
}

/** The taints of a node that keep a pod off it. */
export function untolerated({ spec }: Node, { tolerations = [] }: PodSpec): Taint[] {
  return (spec.taints ?? []).filter((taint) => taint.effect !== 'PreferNoSchedule' && !tolerations.some((one) => tolerates(one, taint)));
}

function tolerates({ key, operator = 'Equal', value = '', effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (!key) return operator === 'Exists';
  return key === taint.key && (operator === 'Exists' || value === (taint.value ?? ''));
}

/** Taints that the control plane sets for a condition of the node (kubernetes.io, "Taint Nodes by Condition"). */
export const BY_CONDITION = /^node\.kubernetes\.io\/|^node\.cloudprovider\.kubernetes\.io\//;
