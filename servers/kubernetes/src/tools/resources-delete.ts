import { z } from 'zod';
import { consentToDeletion, deletionPlan, doomedBy, type Doomed } from '../change/deletion.ts';
import { settled } from '../change/wait.ts';
import { eachOf } from '../client/at-once.ts';
import { resourceName } from '../client/discovery.ts';
import type { KubeObject } from '../client/wire.ts';
import { ToolError } from '@deployment-engine/shared/contracts';
import { fit } from '../report/budget.ts';
import { count } from '../report/text.ts';
import { destroyTool, type ClusterContext } from './define.ts';
import * as fields from './fields.ts';

export const resourcesDelete = destroyTool({
  name: 'resources_delete',
  title: 'Delete pods or other objects',
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
    await consentToDeletion(doomed, input.propagation, context);
    const failures: { name: string; error: ToolError }[] = [];
    const answers = await eachOf(objects, async ({ metadata: { name, uid } }): Promise<KubeObject | undefined> => {
      try {
        const options = { propagation: input.propagation, graceSeconds: input.grace_seconds, uid };
        return await cluster.delete(kind, { namespace, name }, options, signal);
      } catch (error) {
        if (!(error instanceof ToolError) || signal.aborted) throw error;
        failures.push({ name, error });
        return undefined;
      }
    });
    if (failures.length === objects.length && failures[0]) throw failures[0].error;
    const deleted = objects.filter((_, at) => answers[at] !== undefined);
    // the API server answers with the object where it stays for a while, and with a Status where it is gone
    const staying = answers.filter((one) => one !== undefined && one.kind !== 'Status') as KubeObject[];
    const last =
      input.wait_seconds === 0 || staying.length === 0 ? staying : await outlasting(doomed, staying, input.wait_seconds * 1000, context);
    const remaining = last.map(({ metadata: { name, finalizers = [] } }) =>
      finalizers.length > 0 ? `${name} (${finalizers.join(', ')})` : name,
    );
    return {
      kind: resourceName(kind),
      deleted: listed(deleted.map(({ metadata }) => metadata.name).toSorted(), bytes / 2),
      remaining: listed(remaining, bytes / 4),
      failed: listed(
        failures.map(({ name, error }) => [name, `${error.code}: ${error.message}`]),
        bytes / 4,
      ),
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

const listed = <T>(items: readonly T[], bytes: number): T[] => (items.length === 0 ? [] : fit(items, bytes).items);

/** Those that are still there when the time is over. Where they may not be watched, those that stayed at first. */
async function outlasting(
  { kind, namespace, objects }: Doomed,
  staying: readonly KubeObject[],
  timeoutMs: number,
  { cluster, signal, progress }: ClusterContext,
): Promise<KubeObject[]> {
  const uids = new Set(staying.map(({ metadata }) => metadata.uid));
  const ours = (all: readonly KubeObject[]): KubeObject[] => all.filter(({ metadata }) => uids.has(metadata.uid));
  const only = objects.length === 1 ? { fieldSelector: `metadata.name=${objects[0]?.metadata.name ?? ''}` } : {};
  try {
    const { objects: last } = await settled({
      cluster,
      kind,
      selection: { namespace, ...only },
      met: (all) => ours(all).length === 0,
      onChange: (all) => progress({ progress: uids.size - ours(all).length, total: uids.size, message: `${ours(all).length} still there` }),
      timeoutMs,
      signal,
    });
    return ours(last);
  } catch (error) {
    if (!(error instanceof ToolError) || signal.aborted) throw error;
    return [...staying];
  }
}
