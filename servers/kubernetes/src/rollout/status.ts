import type { Workload, WorkloadKind } from './workload.ts';

export interface RolloutStatus {
  state: 'complete' | 'progressing' | 'paused' | 'failed';
  message: string;
  desired: number;
  updated: number;
  ready: number;
}

/** How far a rollout is (kubernetes.io, "Deployment status"; the other kinds by their own counts). */
export function rolloutStatus(kind: WorkloadKind, workload: Workload): RolloutStatus {
  const { metadata, status = {}, spec = {} } = workload;
  const { desired, updated, ready, available, old } = countsOf(kind, workload);
  const say = (state: RolloutStatus['state'], message: string): RolloutStatus => ({ state, message, desired, updated, ready });
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) return say('progressing', 'the change has not been taken up yet');
  if (spec.paused === true) return say('paused', `${updated} of ${desired} are new`);
  const progress = (status.conditions ?? []).find(({ type }) => type === 'Progressing');
  if (progress?.reason === 'ProgressDeadlineExceeded') return say('failed', progress.message ?? 'its progress deadline is over');
  const { partition = 0 } = spec.updateStrategy?.rollingUpdate ?? {};
  const wanted = kind === 'statefulset' ? Math.max(0, desired - partition) : desired;
  if (updated < wanted) {
    const byHand = spec.updateStrategy?.type === 'OnDelete' ? '; the strategy is OnDelete: the others are new once they are deleted' : '';
    return say('progressing', `${updated} of ${wanted} are new${byHand}`);
  }
  if (old > 0) return say('progressing', `${old} old ones are still there`);
  if (available < desired) return say('progressing', `${available} of ${desired} are available`);
  return say(
    'complete',
    partition > 0 && kind === 'statefulset'
      ? `${updated} of ${desired} are new, as its partition says`
      : `${desired} of ${desired} are new and available`,
  );
}

function countsOf(kind: WorkloadKind, { spec = {}, status = {} }: Workload) {
  if (kind === 'daemonset') {
    const {
      desiredNumberScheduled: desired = 0,
      updatedNumberScheduled: updated = 0,
      numberReady: ready = 0,
      numberAvailable: available = 0,
    } = status;
    return { desired, updated, ready, available, old: 0 };
  }
  const { replicas = 0, readyReplicas: ready = 0, availableReplicas: available = 0 } = status;
  // a StatefulSet counts as updated only what differs from its current revision
  const isSettled = kind === 'statefulset' && status.updateRevision === status.currentRevision;
  const updated = isSettled ? replicas : (status.updatedReplicas ?? 0);
  return { desired: spec.replicas ?? 1, updated, ready, available, old: kind === 'deployment' ? Math.max(0, replicas - updated) : 0 };
}
