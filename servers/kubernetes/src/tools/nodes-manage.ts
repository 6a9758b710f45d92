import { z } from 'zod';
import { againOnConflict } from '../change/again.ts';
import { patchFor, taintText, type Node } from '../nodes/change.ts';
import { writeTool } from './define.ts';
import * as fields from './fields.ts';

const KEY = /^(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const key = fields.form(317, KEY, 'a key such as dedicated or example.com/team');
const word = fields.form(63, VALUE, 'a value of letters, digits, ".", "_" and "-"');

export const nodesManage = writeTool({
  name: 'nodes_manage',
  title: 'Cordon, uncordon, taint or label a node',
  description: 'Cordon, uncordon, taint, untaint or label a node. To move its pods away use nodes_drain.',
  toolset: 'nodes',
  idempotent: true,
  input: {
    action: z.enum(['cordon', 'uncordon', 'taint', 'untaint', 'label']).describe('untaint without effect removes all of the key'),
    name: fields.name,
    key: key.optional().describe('Of the taint'),
    value: word.optional().describe('Of the taint'),
    effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional().describe('Of the taint; NoExecute only to remove'),
    labels: z.record(key, word.nullable()).optional().describe('null removes'),
  },
  output: {
    node: z.string(),
    changed: z.boolean(),
    unschedulable: z.boolean(),
    taints: z.array(z.string()),
    labels: z.record(z.string(), z.string()).optional().describe('Those of the call, as they are now'),
  },
  async handler(input, context) {
    const { cluster, signal } = context;
    const kind = await cluster.kind('v1/nodes', signal);
    return againOnConflict(async () => {
      const node = await cluster.get<Node>(kind, { name: input.name }, signal);
      const patch = patchFor(node, input);
      if (patch !== undefined)
        cluster.access.consent({ verb: 'patch', kind, name: input.name }, `${input.action} the node ${input.name}.`, context);
      const after = patch === undefined ? node : await cluster.patch<Node>(kind, { name: input.name }, patch, { type: 'merge' }, signal);
      const own = Object.keys(input.labels ?? {}).flatMap((one) => {
        const value = after.metadata.labels?.[one];
        return value === undefined ? [] : [[one, value] as const];
      });
      return {
        node: input.name,
        changed: patch !== undefined,
        unschedulable: after.spec?.unschedulable === true,
        taints: (after.spec?.taints ?? []).map(taintText),
        ...(input.labels === undefined ? {} : { labels: Object.fromEntries(own) }),
      };
    });
  },
  render: ({ context, node, changed, unschedulable, taints, labels }) => ({
    summary: `${node} of ${context} is ${changed ? 'changed' : 'as it was'}: ${unschedulable ? 'cordoned' : 'schedulable'}.`,
    data: [
      `taints: ${taints.join(', ') || 'none'}`,
      ...(labels === undefined
        ? []
        : [
            `labels: ${
              Object.entries(labels)
                .map(([name, value]) => `${name}=${value}`)
                .join(', ') || 'removed'
            }`,
          ]),
    ].join('\n'),
  }),
});
