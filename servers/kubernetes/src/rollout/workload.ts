import { ToolError } from '@deployment-engine/shared/contracts';
import { z } from 'zod';
import type { Kind } from '../client/discovery.ts';
import type { KubeObject } from '../client/wire.ts';
import * as fields from '../tools/fields.ts';
import type { ClusterContext } from '../tools/define.ts';

export const WORKLOAD_KINDS = ['deployment', 'statefulset', 'daemonset'] as const;
export type WorkloadKind = (typeof WORKLOAD_KINDS)[number];

/** Which workload a call means. */
export const workloadInput = {
  kind: z.enum(WORKLOAD_KINDS).default('deployment').describe('Kind'),
  name: fields.name,
  namespace: fields.namespace,
};

export interface Named {
  kind: WorkloadKind;
  name: string;
  namespace?: string | undefined;
}

/** A Deployment, StatefulSet or DaemonSet, as far as rollouts are concerned. */
export interface Workload extends KubeObject {
  spec?: {
    paused?: boolean;
    replicas?: number;
    selector?: object;
    template?: object;
    updateStrategy?: { type?: string; rollingUpdate?: { partition?: number } };
  };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    currentRevision?: string;
    updateRevision?: string;
    desiredNumberScheduled?: number;
    updatedNumberScheduled?: number;
    numberReady?: number;
    numberAvailable?: number;
    conditions?: { type: string; status: string; reason?: string; message?: string }[];
  };
}

export interface Place {
  kind: Kind;
  name: string;
  namespace: string;
}

export async function workloadOf({ kind: wanted, name, namespace }: Named, { cluster, signal }: ClusterContext) {
  const kind = await cluster.kind(`apps/v1/${wanted}`, signal);
  const place: Place = { kind, name, namespace: namespace ?? cluster.namespace };
  return { place, workload: await cluster.get<Workload>(kind, place, signal) };
}

/** @throws ToolError `conflict` while nothing is rolled out anyway */
export function demandNotPaused({ spec, metadata }: Workload): void {
  if (spec?.paused !== true) return;
  throw new ToolError('conflict', `The rollout of ${metadata.name} is paused.`, {
    hint: 'Resume it first (rollout_manage, action resume).',
  });
}
