import { ToolError } from '@deployment-engine/shared/contracts';
import { selectorText } from '../client/label-selector.ts';
import type { KubeObject } from '../client/wire.ts';
import type { ClusterContext } from '../tools/define.ts';
import type { Place, Workload, WorkloadKind } from './workload.ts';

/** One state of a workload's pod template. */
export interface Revision {
  revision: number;
  /** The ReplicaSet or ControllerRevision that keeps it. */
  name: string;
  created: string;
  cause?: string;
  /** Metadata and spec of the pods. */
  template: Template;
}

export interface Template {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  spec?: object;
}

const REVISION = 'deployment.kubernetes.io/revision';
const CAUSE = 'kubernetes.io/change-cause';
/** The label by which a Deployment tells its ReplicaSets apart: no part of what was written. */
const HASH = 'pod-template-hash';

/** The revisions that the cluster still keeps, the newest first (spec.revisionHistoryLimit). */
export async function historyOf(kind: WorkloadKind, place: Place, workload: Workload, context: ClusterContext): Promise<Revision[]> {
  const { cluster, signal } = context;
  const keeper = await cluster.kind(kind === 'deployment' ? 'apps/v1/replicasets' : 'apps/v1/controllerrevisions', signal);
  const selection = { namespace: place.namespace, labelSelector: selectorText(workload.spec?.selector ?? {}) };
  const kept = (await cluster.listAll(keeper, selection, signal)).filter(({ metadata }) =>
    (metadata.ownerReferences ?? []).some(({ uid }) => uid === workload.metadata.uid),
  );
  return kept.map(kind === 'deployment' ? ofReplicaSet : ofControllerRevision).toSorted((a, b) => b.revision - a.revision);
}

const common = ({ metadata }: KubeObject) => {
  const cause = metadata.annotations?.[CAUSE];
  return { name: metadata.name, created: metadata.creationTimestamp ?? '', ...(cause === undefined ? {} : { cause }) };
};

function ofReplicaSet(set: KubeObject): Revision {
  const template = ((set['spec'] ?? {}) as { template?: Template }).template ?? {};
  const { [HASH]: _hash, ...labels } = template.metadata?.labels ?? {};
  return {
    revision: Number(set.metadata.annotations?.[REVISION] ?? 0),
    ...common(set),
    template: { ...template, metadata: { ...template.metadata, labels } },
  };
}

function ofControllerRevision(kept: KubeObject): Revision {
  const { spec } = (kept['data'] ?? {}) as { spec?: { template?: Template & { $patch?: string } } };
  const { $patch: _patch, ...template } = spec?.template ?? {};
  return { revision: Number(kept['revision'] ?? 0), ...common(kept), template };
}

/** @throws ToolError `not_found` with the revisions that there are */
export function revisionOf(revisions: readonly Revision[], wanted: number): Revision {
  const found = revisions.find(({ revision }) => revision === wanted);
  if (found !== undefined) return found;
  throw new ToolError('not_found', `There is no revision ${wanted}.`, {
    hint:
      revisions.length === 0
        ? 'None is kept.'
        : `There are: ${revisions
            .map(({ revision }) => revision)
            .slice(0, 20)
            .join(', ')}.`,
  });
}
