import { ToolError } from '@deployment-engine/shared/contracts';
import { z } from 'zod';
import { drain } from '../nodes/drain.ts';
import { drainPlan, podText, type Doomed } from '../nodes/drain-plan.ts';
import { fit } from '../report/budget.ts';
import { count } from '../report/text.ts';
import { destroyTool, type ClusterContext } from './define.ts';
import * as fields from './fields.ts';

interface Wish {
  name: string;
  force: boolean;
  delete_empty_dir: boolean;
}

const POD = { group: '', resource: 'pods', namespaced: true };

async function prepared(wish: Wish, { cluster, signal }: ClusterContext) {
  const kind = await cluster.kind('v1/nodes', signal);
  const node = await cluster.get(kind, { name: wish.name }, signal);
  const pods = await drainPlan(cluster, wish.name, wish, signal);
  const of = (fate: Doomed['fate']): Doomed[] => pods.filter((one) => one.fate === fate);
  const going = of('evict');
  const deeds = [
    { verb: 'patch', kind, name: wish.name },
    ...going.map(({ pod: { metadata } }) => ({ verb: 'evict', kind: POD, namespace: metadata.namespace, name: metadata.name })),
  ];
  return { kind, node, going, kept: of('keep'), refused: of('refuse'), deeds };
}

/** Pods that are not seen are not moved: that must not be taken for an empty node. */
const unseen = ({ cluster }: ClusterContext): string[][] =>
  cluster.access.hiddenNamespaces.map((one) => [`${one}/*`, 'if any: the operator keeps this namespace from this server']);

const line = ({ pod, why }: Doomed): string => `${podText(pod)}${why === undefined ? '' : ` (${why})`}`;
const row = ({ pod, why = '' }: Doomed): string[] => [podText(pod), why];

export const nodesDrain = destroyTool({
  name: 'nodes_drain',
  title: 'Drain a node',
  description:
    'Cordon a node and evict its pods within their disruption budgets; DaemonSet and static pods stay. The plan shows each pod. The node stays cordoned.',
  toolset: 'nodes',
  idempotent: true,
  deadlineMs: 930_000,
  input: {
    name: fields.name,
    force: z.boolean().default(false).describe('Also pods that nothing makes again'),
    delete_empty_dir: z.boolean().default(false).describe('Also pods that lose an emptyDir'),
    grace_seconds: z.int().min(0).max(86_400).optional().describe('Seconds to end in; default: each pod’s own'),
    timeout_seconds: z.int().min(1).max(900).default(300).describe('How long budgets are waited for'),
  },
  output: {
    node: z.string(),
    complete: z.boolean(),
    evicted: z.array(z.string()),
    kept: z.array(z.array(z.string())),
    held: z.array(z.array(z.string())),
    failed: z.array(z.array(z.string())),
    left: z.number().describe('Pods not listed'),
  },
  async plan(wish, context) {
    const { node, going, kept, refused, deeds } = await prepared(wish, context);
    const held = going.filter(({ why }) => why !== undefined).length;
    return {
      summary: `Cordon ${wish.name} and evict ${count(going.length, 'pod')}${held > 0 ? `, ${held} of them held back by a budget now` : ''}; ${kept.length} stay${refused.length > 0 ? `. REFUSED as it is, because of ${count(refused.length, 'pod')}` : ''}.`,
      changes: [
        ...refused.map((one) => `refused: ${line(one)}`),
        ...going.map((one) => `evicted: ${line(one)}`),
        ...kept.map((one) => `kept: ${line(one)}`),
        ...unseen(context).map((one) => `kept: ${one.join(' ')}`),
      ],
      state: { node: node.metadata.uid, pods: [...going, ...refused].map(({ pod }) => pod.metadata.uid) },
      deeds,
    };
  },
  async handler(wish, context) {
    const { cluster, bytes, signal, progress } = context;
    const { kind, node, going, kept, refused, deeds } = await prepared(wish, context);
    if (refused.length > 0)
      throw new ToolError('conflict', `${count(refused.length, 'pod')} of ${wish.name} would be lost; nothing has been done.`, {
        hint: 'Look at the pods in details, then set force or delete_empty_dir.',
        details: { refused: fit(refused.map(row), bytes / 2).items },
      });
    cluster.access.consentAll(deeds, `Drain the node ${wish.name}: ${count(going.length, 'pod')} evicted.`, context);
    if ((node['spec'] as { unschedulable?: boolean } | undefined)?.unschedulable !== true)
      await cluster.patch(kind, { name: wish.name }, { spec: { unschedulable: true } }, { type: 'merge' }, signal);
    const all = going.map(({ pod }) => pod);
    const { evicted, held, failed } = await drain(cluster, all, {
      node: wish.name,
      timeoutMs: wish.timeout_seconds * 1000,
      graceSeconds: wish.grace_seconds,
      signal,
      onProgress: (done, message) => progress({ progress: done, total: all.length, message }),
    });
    // what is in the way counts more than what is done
    const shown = {
      held: fit(held, bytes / 4),
      failed: fit(failed, bytes / 4),
      evicted: fit(evicted, bytes / 4),
      kept: fit([...unseen(context), ...kept.map(row)], bytes / 4),
    };
    return {
      node: wish.name,
      complete: held.length === 0 && failed.length === 0,
      evicted: shown.evicted.items,
      kept: shown.kept.items,
      held: shown.held.items,
      failed: shown.failed.items,
      left: Object.values(shown).reduce((sum, one) => sum + one.left, 0),
    };
  },
  render: ({ context, node, complete, evicted, kept, held, failed, left }) => ({
    summary: `${node} of ${context} is ${complete ? 'drained' : 'NOT drained'} and stays cordoned: ${evicted.length} evicted, ${kept.length} kept, ${held.length} held back, ${failed.length} failed.${left > 0 ? ` ${left} not listed.` : ''}`,
    data: [
      ...held.map(([pod, why]) => `held back: ${pod}: ${why}`),
      ...failed.map(([pod, why]) => `failed: ${pod}: ${why}`),
      ...evicted.map((pod) => `evicted: ${pod}`),
      ...kept.map(([pod, why]) => `kept: ${pod}: ${why}`),
    ].join('\n'),
  }),
});
