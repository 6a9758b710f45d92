import { z } from 'zod';
import { settled } from '../change/wait.ts';
import { ACTIONS, changeFor, overtaken } from '../rollout/manage.ts';
import { rolloutStatus } from '../rollout/status.ts';
import { workloadInput, workloadOf, type Workload } from '../rollout/workload.ts';
import { writeTool } from './define.ts';

export const rolloutManage = writeTool({
  name: 'rollout_manage',
  title: 'Roll back or restart a deployment',
  description: 'Undo a rollout to a revision, restart all pods, pause or resume; may wait until it is through. See rollout_read first.',
  toolset: 'rollouts',
  deadlineMs: 930_000,
  input: {
    action: z.enum(ACTIONS).describe('undo: to the revision before, or to_revision'),
    ...workloadInput,
    to_revision: z.int().min(1).optional().describe('For undo'),
    wait_seconds: z.int().min(0).max(900).default(0).describe('Wait until it is through'),
  },
  output: {
    changed: z.boolean(),
    to_revision: z.number().optional(),
    state: z.enum(['complete', 'progressing', 'paused', 'failed']),
    message: z.string(),
    desired: z.number(),
    updated: z.number(),
    ready: z.number(),
    waited_ms: z.number(),
  },
  async handler({ wait_seconds: seconds, ...wish }, context) {
    const { cluster, signal, progress } = context;
    const { place, workload } = await workloadOf(wish, context);
    const { kind, name, namespace } = place;
    const change = await changeFor(wish, place, workload, context);
    let last = workload;
    if (change.body !== undefined) {
      cluster.access.consent({ verb: 'patch', kind, name, namespace }, `${change.summary} in ${namespace}.`, context);
      last = await cluster
        .patch<Workload>(kind, { name, namespace }, change.body, { type: change.type }, signal)
        .catch((error: unknown) => Promise.reject(overtaken(error, place, change)));
    }
    const began = Date.now();
    if (seconds > 0) {
      const { objects } = await settled({
        cluster,
        kind,
        selection: { namespace, fieldSelector: `metadata.name=${name}` },
        met: ([one]) => one !== undefined && rolloutStatus(wish.kind, one).state !== 'progressing',
        onChange([one]) {
          if (one === undefined) return;
          const { message } = rolloutStatus(wish.kind, one);
          progress({ progress: Date.now() - began, total: seconds * 1000, message });
        },
        timeoutMs: seconds * 1000,
        signal,
      });
      last = objects[0] ?? last;
    }
    return {
      changed: change.body !== undefined,
      ...(change.revision === undefined ? {} : { to_revision: change.revision }),
      ...rolloutStatus(wish.kind, last),
      waited_ms: seconds > 0 ? Date.now() - began : 0,
    };
  },
  render: ({ context, changed, to_revision: revision, state, message }) => ({
    summary: `${changed ? 'Changed' : 'It was so already'}${revision === undefined ? '' : `, revision ${revision}`}, in ${context}. Rollout: ${state}, ${message}.`,
  }),
});
