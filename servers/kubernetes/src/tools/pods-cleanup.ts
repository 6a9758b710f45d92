import { ToolError } from '@deployment-engine/shared/contracts';
import { z } from 'zod';
import { durationOf } from '../pods/moment.ts';
import { podKind, type Pod } from '../pods/pod.ts';
import { fit } from '../report/budget.ts';
import { statusOf } from '../report/status.ts';
import { age, count } from '../report/text.ts';
import { destroyTool, type ClusterContext } from './define.ts';
import * as fields from './fields.ts';

const STATES = ['succeeded', 'failed', 'evicted'] as const;

interface Wish {
  namespace?: string | undefined;
  labels?: string | undefined;
  states: (typeof STATES)[number][];
  older_than: string;
  limit: number;
}

const stateOf = ({ status }: Pod): (typeof STATES)[number] =>
  status?.phase === 'Succeeded' ? 'succeeded' : status?.reason === 'Evicted' ? 'evicted' : 'failed';

/** When its last container ended, as far as it is known. */
function endOf(pod: Pod): number {
  const ends = (pod.status?.containerStatuses ?? []).map(({ state }) => Date.parse(state?.terminated?.finishedAt ?? ''));
  const known = ends.filter((one) => !Number.isNaN(one));
  return known.length > 0 ? Math.max(...known) : Date.parse(pod.metadata.creationTimestamp ?? '');
}

async function finished(wish: Wish, { cluster, signal }: ClusterContext) {
  const olderMs = durationOf(wish.older_than);
  if (olderMs === undefined)
    throw new ToolError('invalid_input', 'older_than is no length of time.', { hint: 'Write 0s, 30m, 12h or 7d.' });
  const namespace = wish.namespace === '*' ? undefined : (wish.namespace ?? cluster.namespace);
  const phases = [
    ...(wish.states.includes('succeeded') ? ['Succeeded'] : []),
    ...(wish.states.some((one) => one !== 'succeeded') ? ['Failed'] : []),
  ];
  const kind = await podKind(cluster, signal);
  const lists = await Promise.all(
    phases.map((phase) =>
      cluster.listAll<Pod>(kind, { namespace, labelSelector: wish.labels, fieldSelector: `status.phase=${phase}` }, signal),
    ),
  );
  const pods = lists
    .flat()
    .filter((pod) => pod.metadata.deletionTimestamp === undefined && wish.states.includes(stateOf(pod)))
    .filter((pod) => Date.now() - endOf(pod) >= olderMs)
    .toSorted((a, b) => endOf(a) - endOf(b));
  const oldest = pods.slice(0, wish.limit);
  const deeds = oldest.map(({ metadata: { namespace: space, name } }) => ({ verb: 'delete', kind, namespace: space, name }));
  return { kind, pods: oldest, left: pods.length - oldest.length, deeds };
}

const nameOf = ({ metadata }: Pod): string => `${metadata.namespace ?? ''}/${metadata.name}`;

export const podsCleanup = destroyTool({
  name: 'pods_cleanup',
  title: 'Remove finished or evicted pods',
  description:
    'Remove pods that have ended: succeeded, failed or evicted. The plan lists them. Their logs are lost; for one pod use resources_delete.',
  toolset: 'pods',
  idempotent: true,
  deadlineMs: 300_000,
  input: {
    namespace: fields.namespaces,
    labels: fields.labelSelector,
    states: z
      .array(z.enum(STATES))
      .min(1)
      .default([...STATES])
      .describe('Which'),
    older_than: z.string().max(20).default('1h').describe('Ended at least so long ago, e.g. 30m, 7d'),
    limit: fields.limit(500, 100).describe('At most so many, the oldest first'),
  },
  output: {
    removed: z.number(),
    pods: z.array(z.string()).describe('As far as they fit'),
    failed: z.array(z.string()),
    left: z.number().describe('More that fit the wish'),
  },
  async plan(wish, context) {
    const { pods, left, deeds } = await finished(wish, context);
    return {
      summary: `Remove ${count(pods.length, 'finished pod')}${left > 0 ? ` of ${pods.length + left}` : ''}.`,
      changes: pods.map(
        (pod) => `${nameOf(pod)} (${statusOf({ kind: 'Pod', ...pod }).status}, ended ${age(new Date(endOf(pod)).toISOString())} ago)`,
      ),
      state: pods.map(({ metadata }) => metadata.uid),
      deeds,
    };
  },
  async handler(wish, context) {
    const { cluster, signal, progress, bytes } = context;
    const { kind, pods, left, deeds } = await finished(wish, context);
    cluster.access.consentAll(deeds, `Remove ${count(pods.length, 'finished pod')}: ${pods.slice(0, 20).map(nameOf).join(', ')}.`, context);
    const removed: string[] = [];
    const failed: string[] = [];
    for (const pod of pods) {
      const { namespace, name, uid } = pod.metadata;
      try {
        await cluster.delete(kind, { namespace, name }, { uid, propagation: 'Background' }, signal);
        removed.push(nameOf(pod));
      } catch (error) {
        if (signal.aborted || !(error instanceof ToolError)) throw error;
        // somebody was faster: that is what was wanted
        if (error.code === 'not_found') continue;
        failed.push(`${nameOf(pod)}: ${error.message}`);
      }
      progress({ progress: removed.length + failed.length, total: pods.length });
    }
    const shown = fit(removed, bytes / 2);
    return { removed: removed.length, pods: shown.items, failed: fit(failed, bytes / 2).items, left };
  },
  render: ({ context, removed, pods, failed, left }) => ({
    summary: `Removed ${count(removed, 'finished pod')} in ${context}${failed.length > 0 ? `, ${failed.length} could not be` : ''}.${left > 0 ? ` ${left} more are left: call again.` : ''}`,
    data: [...pods, ...failed.map((one) => `! ${one}`)].join('\n'),
  }),
});
