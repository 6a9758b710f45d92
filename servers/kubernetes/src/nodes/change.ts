import { ToolError } from '@deployment-engine/shared/contracts';
import type { KubeObject } from '../client/wire.ts';

export interface Taint {
  key: string;
  value?: string | undefined;
  effect: string;
}

export interface Node extends KubeObject {
  spec?: { unschedulable?: boolean; taints?: Taint[]; providerID?: string };
}

export type NodeChange =
  | { action: 'cordon' | 'uncordon' }
  | { action: 'taint' | 'untaint'; key?: string | undefined; value?: string | undefined; effect?: string | undefined }
  | { action: 'label'; labels?: Record<string, string | null> | undefined };

export const taintText = ({ key, value, effect }: Taint): string => `${key}${value ? `=${value}` : ''}:${effect}`;

/**
 * A merge patch that makes the change; undefined where it is so already.
 *
 * @throws ToolError `invalid_input` for what the action lacks
 */
export function patchFor({ metadata, spec = {} }: Node, change: NodeChange): object | undefined {
  switch (change.action) {
    case 'cordon':
      return spec.unschedulable === true ? undefined : { spec: { unschedulable: true } };
    case 'uncordon':
      return spec.unschedulable === true ? { spec: { unschedulable: null } } : undefined;
    case 'taint':
    case 'untaint':
      return taintPatch(metadata.resourceVersion, spec.taints ?? [], change);
    case 'label': {
      const { labels } = change;
      if (labels === undefined) throw new ToolError('invalid_input', 'label needs labels.', { hint: 'For example {"zone": "a"}.' });
      const same = Object.entries(labels).every(([key, value]) => (metadata.labels?.[key] ?? null) === value);
      return same ? undefined : { metadata: { labels } };
    }
  }
}

function taintPatch(
  resourceVersion: string | undefined,
  taints: readonly Taint[],
  { action, key, value, effect }: Extract<NodeChange, { key?: string | undefined }>,
): object | undefined {
  if (key === undefined) throw new ToolError('invalid_input', `${action} needs key.`, { hint: 'Give the key of the taint.' });
  if (action === 'taint' && effect === undefined)
    throw new ToolError('invalid_input', 'taint needs effect.', { hint: 'NoSchedule or PreferNoSchedule.' });
  if (action === 'taint' && effect === 'NoExecute')
    throw new ToolError('unsupported', 'NoExecute ends the pods of the node without regard to their budgets.', {
      hint: 'Set NoSchedule, then move the pods with nodes_drain.',
    });
  const rest = taints.filter((one) => one.key !== key || (effect !== undefined && one.effect !== effect));
  const next = action === 'untaint' || effect === undefined ? rest : [...rest, { key, ...(value === undefined ? {} : { value }), effect }];
  const same = new Set(taints.map(taintText));
  if (next.length === taints.length && next.every((one) => same.has(taintText(one)))) return undefined;
  // the list is replaced whole, so only as it was read
  return { metadata: { resourceVersion }, spec: { taints: next.length === 0 ? null : next } };
}
