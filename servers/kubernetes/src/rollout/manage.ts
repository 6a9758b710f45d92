import { isDeepStrictEqual } from 'node:util';
import { ToolError } from '@deployment-engine/shared/contracts';
import type { PatchOptions } from '../client/cluster.ts';
import { refusedWith } from '../client/failure.ts';
import type { ClusterContext } from '../tools/define.ts';
import { historyOf, revisionOf } from './history.ts';
import { demandNotPaused, type Place, type Workload, type WorkloadKind } from './workload.ts';

export const ACTIONS = ['undo', 'restart', 'pause', 'resume'] as const;

export interface Wish {
  kind: WorkloadKind;
  action: (typeof ACTIONS)[number];
  to_revision?: number | undefined;
}

/** A patch that is still to be made; without a body it is so already. */
export interface Change {
  body?: unknown;
  type: PatchOptions['type'];
  /** For the person who may be asked. */
  summary: string;
  /** Undo: which revision comes back. */
  revision?: number;
}

/** The annotation that kubectl uses too: any change of the template makes new pods. */
const RESTARTED = 'kubectl.kubernetes.io/restartedAt';

export async function changeFor(wish: Wish, place: Place, workload: Workload, context: ClusterContext): Promise<Change> {
  const { kind, action } = wish;
  switch (action) {
    case 'restart': {
      demandNotPaused(workload);
      const annotations = { [RESTARTED]: new Date().toISOString() };
      return { body: { spec: { template: { metadata: { annotations } } } }, type: 'merge', summary: `Restart ${place.name}` };
    }
    case 'pause':
    case 'resume': {
      if (kind !== 'deployment')
        throw new ToolError('unsupported', `Only a Deployment can be paused.`, {
          hint:
            kind === 'statefulset' ? 'Set spec.updateStrategy.rollingUpdate.partition instead.' : 'Set updateStrategy OnDelete instead.',
        });
      const paused = action === 'pause';
      const isSo = (workload.spec?.paused ?? false) === paused;
      return {
        ...(isSo ? {} : { body: { spec: { paused } } }),
        type: 'merge',
        summary: `${paused ? 'Pause' : 'Resume'} the rollout of ${place.name}`,
      };
    }
    case 'undo':
      demandNotPaused(workload);
      return undo(wish, place, workload, context);
  }
}

async function undo({ kind, to_revision: wanted }: Wish, place: Place, workload: Workload, context: ClusterContext): Promise<Change> {
  const history = await historyOf(kind, place, workload, context);
  // the newest revision is what runs, but for a change that its controller has not come to yet
  const comes = (workload.status?.observedGeneration ?? 0) < (workload.metadata.generation ?? 0);
  const kept = comes && !isDeepStrictEqual(history[0]?.template, workload.spec?.template) ? [undefined, ...history] : history;
  const [current, last] = kept;
  if (wanted === undefined && last === undefined)
    throw new ToolError('not_found', `${place.name} has no revision before this one.`, { hint: 'See rollout_read, view history.' });
  const { revision, template } = revisionOf(history, wanted ?? last?.revision ?? 0);
  const summary = `Roll ${place.name} back to revision ${revision}`;
  if (current?.revision === revision || isDeepStrictEqual(current?.template, template)) return { type: 'json', summary, revision };
  const body = [
    // in place of what was read, and of nothing that came meanwhile; the version would not do, as its status moves all the time
    { op: 'test', path: '/metadata/uid', value: workload.metadata.uid },
    { op: 'test', path: '/spec/template', value: workload.spec?.template },
    { op: 'replace', path: '/spec/template', value: template },
  ];
  return { body, type: 'json', summary, revision };
}

/** What a failed change means: a patch whose test fails is answered like a malformed one, only without a field. */
export function overtaken(error: unknown, { name }: Place, { type }: Change): unknown {
  const fields = error instanceof ToolError ? (error.details as { causes?: unknown } | undefined)?.causes : undefined;
  if (type !== 'json' || refusedWith(error) !== 422 || fields !== undefined) return error;
  return new ToolError('conflict', `The pod template of ${name} was changed meanwhile; nothing was rolled back.`, {
    hint: 'See what it is now with rollout_read, view history, and decide again.',
  });
}
