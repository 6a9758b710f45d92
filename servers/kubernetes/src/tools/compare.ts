import { ToolError } from '@deployment-engine/shared/contracts';
import { z } from 'zod';
import { differenceText, type FieldDifference } from '../compare/fields.ts';
import { compareSides, USUAL_KINDS, type Comparison } from '../compare/sides.ts';
import { fit } from '../report/budget.ts';
import { count, oneLine } from '../report/text.ts';
import { changesBetween } from '../rollout/changes.ts';
import { historyOf, revisionOf } from '../rollout/history.ts';
import { WORKLOAD_KINDS, workloadOf, type WorkloadKind } from '../rollout/workload.ts';
import { readTool, type ClusterContext } from './define.ts';
import * as fields from './fields.ts';

/** Of one object; the rest is counted. */
const MOST_FIELDS = 12;

interface Revisions {
  kinds?: string[] | undefined;
  name?: string | undefined;
  namespace?: string | undefined;
  revision: number;
  other_revision?: number | undefined;
}

async function ofRevisions(
  { kinds = ['deployment'], name, namespace, revision, other_revision: other }: Revisions,
  context: ClusterContext,
): Promise<Comparison> {
  const kind = WORKLOAD_KINDS.find((one) => kinds.length === 1 && kinds[0]?.toLowerCase().replace(/s?(?:\.apps)?$/, '') === one);
  if (name === undefined || kind === undefined)
    throw new ToolError('invalid_input', 'Revisions are those of one workload.', {
      hint: `Give name, and in kinds one of ${WORKLOAD_KINDS.join(', ')}.`,
    });
  const { place, workload } = await workloadOf({ kind: kind satisfies WorkloadKind, name, namespace }, context);
  const history = await historyOf(kind, place, workload, context);
  const [left, right] = [revisionOf(history, revision), revisionOf(history, other ?? history[0]?.revision ?? 0)];
  const differences = changesBetween(left, right, context);
  const object = `${kind} ${name}, revision ${left.revision} and ${right.revision}`;
  return {
    onlyLeft: [],
    onlyRight: [],
    different: differences.length === 0 ? [] : [{ object, differences }],
    same: differences.length === 0 ? 1 : 0,
    unread: [],
  };
}

function rowOf({ object, differences }: { object: string; differences: FieldDifference[] }, bytes: number) {
  const lines = differences.slice(0, MOST_FIELDS).map((one) => oneLine(differenceText(one), 320));
  const { items } = fit(lines, bytes);
  return { object, fields: items, more: differences.length - items.length };
}

export const compare = readTool({
  name: 'compare',
  title: 'Compare',
  description:
    'Two namespaces, of one context or two: which objects only one side has, and where the others differ. Or two revisions of a workload. For a manifest use resources_diff.',
  toolset: 'reports',
  input: {
    namespace: fields.namespace,
    other_namespace: fields.namespaceName.optional().describe('Default: the same'),
    other_context: fields.contextName.optional().describe('Default: the same'),
    kinds: z.array(fields.kind).min(1).max(30).optional().describe('Default: what people write'),
    name: fields.objectName.optional().describe('Only objects of this name'),
    labels: fields.labelSelector,
    revision: z.int().min(1).optional().describe('Of the workload that kinds and name say'),
    other_revision: z.int().min(1).optional().describe('Default: the newest'),
  },
  output: {
    only_left: z.array(z.string()),
    only_right: z.array(z.string()),
    different: z.array(z.object({ object: z.string(), fields: z.array(z.string()).describe('left → right'), more: z.number() })),
    counts: z.object({ only_left: z.number(), only_right: z.number(), different: z.number(), same: z.number() }),
    unread: z.array(z.string()).optional(),
  },
  async handler(input, context) {
    const { cluster, marks, bytes, signal, deps } = context;
    const namespace = input.namespace ?? cluster.namespace;
    let found: Comparison;
    if (input.revision !== undefined) found = await ofRevisions({ ...input, revision: input.revision }, context);
    else {
      const other = input.other_context === undefined ? cluster : await deps.kubernetes.clusters.get(input.other_context);
      const right = { cluster: other, namespace: input.other_namespace ?? namespace };
      if (other === cluster && right.namespace === namespace)
        throw new ToolError('invalid_input', 'Both sides are the same.', { hint: 'Give other_namespace, other_context or revision.' });
      const wish = { kinds: input.kinds ?? USUAL_KINDS, labels: input.labels, name: input.name };
      found = await compareSides({ cluster, namespace }, right, wish, marks, signal);
    }
    const left = fit(found.onlyLeft, bytes / 5).items;
    const right = fit(found.onlyRight, bytes / 5).items;
    const unread = found.unread.slice(0, 10).map((one) => oneLine(one, 160));
    return {
      only_left: left,
      only_right: right,
      different: fit(
        found.different.map((one) => rowOf(one, bytes / 4)),
        bytes / 2,
      ).items,
      counts: {
        only_left: found.onlyLeft.length,
        only_right: found.onlyRight.length,
        different: found.different.length,
        same: found.same,
      },
      ...(unread.length > 0 ? { unread } : {}),
    };
  },
  render: ({ context, only_left: left, only_right: right, different, counts, unread }) => {
    const hidden = counts.only_left + counts.only_right + counts.different - left.length - right.length - different.length;
    return {
      summary: `${context}: ${count(counts.different, 'object differs', 'objects differ')}, ${counts.only_left} only on the left, ${counts.only_right} only on the right, ${counts.same} the same.${hidden > 0 ? ` ${hidden} left out: give kinds, name, labels or max_tokens.` : ''}${unread === undefined ? '' : ` Not looked at: ${unread.join('; ')}.`}`,
      data: [
        ...left.map((one) => `only left: ${one}`),
        ...right.map((one) => `only right: ${one}`),
        ...different.flatMap(({ object, fields: list, more }) => [
          `${object}:`,
          ...list.map((one) => `  ${one}`),
          ...(more > 0 ? [`  and ${more} more`] : []),
        ]),
      ].join('\n'),
    };
  },
});
