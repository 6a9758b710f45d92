import { z } from 'zod';
import { deletionPlan, doomedBy } from '../change/deletion.ts';
import { settled } from '../change/wait.ts';
import { eachOf } from '../client/at-once.ts';
import { resourceName } from '../client/discovery.ts';
import { ToolError } from '@deployment-engine/shared/contracts';
import { fit } from '../report/budget.ts';
import { count } from '../report/text.ts';
import { destroyTool } from './define.ts';
import * as fields from './fields.ts';

export const resourcesDelete = destroyTool({
  name: 'resources_delete',
  title: 'Delete objects',
  description: 'Delete one object, or those that a selector fits. The plan shows what goes with them.',
  idempotent: true,
  deadlineMs: 330_000,
  input: {
    kind: fields.kind,
    name: fields.name.optional(),
    namespace: fields.namespace,
    labels: fields.labelSelector,
    limit: fields.whole(1, 500).optional().describe('With labels: the most that may fit'),
    propagation: z.enum(['Background', 'Foreground', 'Orphan']).default('Background').describe('For dependants'),
    grace_seconds: fields.whole(0, 86_400).optional().describe('Time to end'),
    wait_seconds: fields.whole(0, 300).default(0).describe('Wait until gone'),
  },
  output: {
    kind: z.string(),
    deleted: z.array(z.string()),
    remaining: z.array(z.string()),
    failed: z.array(z.array(z.string())),
  },
  async plan(input, context) {
    return deletionPlan(await doomedBy(input, context), input.propagation, context);
  },
  async handler(input, context) {
    const { cluster, signal, bytes } = context;
    const doomed = await doomedBy(input, context);
    const { kind, namespace, objects } = doomed;
    cluster.access.consentAll(
      objects.map(({ metadata: { name } }) => ({ verb: 'delete', kind, namespace, name })),
      (await deletionPlan(doomed, input.propagation, context)).summary,
      context,
    );
    const failures: ToolError[] = [];
    const failed: string[][] = [];
    const deleted: string[] = [];
    await eachOf(objects, async ({ metadata: { name, uid } }) => {
      try {
        const options = { propagation: input.propagation, graceSeconds: input.grace_seconds, uid };
        await cluster.delete(kind, { namespace, name }, options, signal);
        deleted.push(name);
      } catch (error) {
        if (!(error instanceof ToolError) || signal.aborted) throw error;
        failures.push(error);
        failed.push([name, `${error.code}: ${error.message}`]);
      }
    });
    if (deleted.length === 0 && failures[0]) throw failures[0];
    const uids = new Set(objects.filter(({ metadata }) => deleted.includes(metadata.name)).map(({ metadata }) => metadata.uid));
    const ours = (all: readonly { metadata: { uid?: string } }[]) => all.filter(({ metadata }) => uids.has(metadata.uid));
    const { objects: last } = await settled({
      cluster,
      kind,
      selection: {
        namespace,
        labelSelector: input.labels,
        ...(input.name === undefined ? {} : { fieldSelector: `metadata.name=${input.name}` }),
      },
      met: (all) => input.wait_seconds === 0 || ours(all).length === 0,
      onChange: (all) =>
        context.progress({ progress: uids.size - ours(all).length, total: uids.size, message: `${ours(all).length} still there` }),
      timeoutMs: Math.max(1, input.wait_seconds) * 1000,
      signal,
    });
    const remaining = last
      .filter(({ metadata }) => uids.has(metadata.uid))
      .map(({ metadata: { name, finalizers = [] } }) => (finalizers.length > 0 ? `${name} (${finalizers.join(', ')})` : name));
    return {
      kind: resourceName(kind),
      deleted: fit(deleted.toSorted(), bytes / 2).items,
      remaining: remaining.length === 0 ? [] : fit(remaining, bytes / 4).items,
      failed: failed.length === 0 ? [] : fit(failed, bytes / 4).items,
    };
  },
  render: ({ context, kind, deleted, remaining, failed }) => ({
    summary: `Deleted ${count(deleted.length, 'object')} (${kind}) in ${context}.${remaining.length > 0 ? ` ${remaining.length} still there.` : ''}${failed.length > 0 ? ` ${failed.length} failed.` : ''}`,
    data: [
      `deleted: ${deleted.join(' ')}`,
      ...(remaining.length > 0 ? [`still there: ${remaining.join(' ')}`] : []),
      ...failed.map((row) => row.join(': ')),
    ].join('\n'),
  }),
});
