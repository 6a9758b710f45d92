import type { Cluster } from '../client/cluster.ts';
import { gather } from '../client/gather.ts';
import { controllerOf, hasEnded, type Pod } from '../client/pod-spec.ts';
import type { KubeObject } from '../client/wire.ts';
import type { DisruptionBudget } from '../pods/evict.ts';
import { selects } from '../client/label-selector.ts';

/** What becomes of a pod when its node is emptied. */
export type Fate = 'evict' | 'keep' | 'refuse';

export interface Doomed {
  pod: Pod;
  fate: Fate;
  /** Why it is kept or refused; for one that goes, the budget that holds it back at this moment. */
  why?: string;
}

export interface DrainWish {
  /** Also pods that nothing makes again. */
  force: boolean;
  /** Also pods that lose what an emptyDir holds. */
  delete_empty_dir: boolean;
}

export const podText = ({ metadata: { namespace = '', name } }: KubeObject): string => `${namespace}/${name}`;

/** The kubelet runs it from a file; the API server only shows it (kubernetes.io, "Static Pods"). */
const isStatic = ({ metadata }: Pod): boolean => metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;

function fateOf(pod: Pod, { force, delete_empty_dir }: DrainWish, daemonSets: ReadonlySet<string>): Omit<Doomed, 'pod'> {
  if (isStatic(pod)) return { fate: 'keep', why: 'a static pod: the node itself runs it' };
  const owner = controllerOf(pod);
  if (owner?.kind === 'DaemonSet' && daemonSets.has(owner.uid)) return { fate: 'keep', why: `of the DaemonSet ${owner.name}` };
  if (hasEnded(pod)) return { fate: 'evict' };
  if (owner === undefined && !force) return { fate: 'refuse', why: 'nothing makes it again: needs force' };
  if (owner?.kind === 'DaemonSet' && !force) return { fate: 'refuse', why: `its DaemonSet ${owner.name} is gone: needs force` };
  const volume = (pod.spec.volumes ?? []).find((one) => one['emptyDir'] !== undefined);
  if (volume !== undefined && !delete_empty_dir)
    return { fate: 'refuse', why: `its emptyDir ${volume.name} would be lost: needs delete_empty_dir` };
  return { fate: 'evict' };
}

/** The pods of a node and what a drain makes of each, in the order of their names. */
export async function drainPlan(cluster: Cluster, node: string, wish: DrainWish, signal: AbortSignal): Promise<Doomed[]> {
  const pods = await podsOn(cluster, node, signal);
  const spaces = new Set(pods.map(({ metadata }) => metadata.namespace));
  const { found } = await gather(cluster, ['poddisruptionbudgets.policy', 'daemonsets.apps'], {}, signal);
  const daemonSets = new Set(found['daemonsets.apps'].map(({ metadata }) => metadata.uid ?? ''));
  const budgets = (found['poddisruptionbudgets.policy'] as DisruptionBudget[]).filter(({ metadata }) => spaces.has(metadata.namespace));
  return pods
    .map((pod): Doomed => {
      const fate = fateOf(pod, wish, daemonSets);
      if (fate.fate !== 'evict' || hasEnded(pod)) return { pod, ...fate };
      const holding = budgets.filter(
        ({ metadata, spec, status }) =>
          metadata.namespace === pod.metadata.namespace &&
          spec?.selector != null &&
          selects(spec.selector, pod.metadata.labels ?? {}) &&
          (status?.disruptionsAllowed ?? 0) === 0,
      );
      return holding.length === 0
        ? { pod, ...fate }
        : { pod, ...fate, why: `held back by the budget ${holding.map(({ metadata }) => metadata.name).join(', ')}` };
    })
    .toSorted((a, b) => (podText(a.pod) < podText(b.pod) ? -1 : 1));
}

export async function podsOn(cluster: Cluster, node: string, signal: AbortSignal): Promise<Pod[]> {
  return cluster.listAll<Pod>(await cluster.kind('v1/pods', signal), { fieldSelector: `spec.nodeName=${node}` }, signal);
}
