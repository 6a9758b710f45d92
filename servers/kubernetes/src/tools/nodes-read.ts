import { ToolError } from '@deployment-engine/shared/contracts';
import { maskText } from '@deployment-engine/shared/platform';
import { z } from 'zod';
import { Kubelet } from '../nodes/kubelet.ts';
import { nodeList, nodeTop, statsRows, type Rows } from '../nodes/read.ts';
import { momentText } from '../pods/moment.ts';
import { HeadTail } from '../pods/output.ts';
import { fit } from '../report/budget.ts';
import { count } from '../report/text.ts';
import { readTool, type ClusterContext } from './define.ts';
import * as fields from './fields.ts';

const QUERY = /^(?!.*\.\.)[A-Za-z0-9/][A-Za-z0-9@_.:/-]*$/;

function fitted({ columns, rows }: Rows, bytes: number) {
  const { items, left } = fit(rows, bytes);
  return { columns, rows: items, left };
}

function kubelet(name: string | undefined, view: string, { cluster, deps }: ClusterContext): Kubelet {
  if (name === undefined)
    throw new ToolError('invalid_input', `The view ${view} needs name.`, { hint: 'nodes_read with view list has the names.' });
  return new Kubelet(cluster, name, { readOnly: deps.kubernetes.readOnly });
}

export const nodesRead = readTool({
  name: 'nodes_read',
  title: 'Look at nodes',
  description:
    'Nodes: list with taints and capacity, top (measured use), stats (use of one node and its pods), log (of its services). For requests and limits use capacity_report.',
  toolset: 'nodes',
  input: {
    view: z.enum(['list', 'top', 'stats', 'log']).default('list').describe('stats and log ask the kubelet: not in read-only mode'),
    name: fields.objectName.optional().describe('The node, for stats and log'),
    labels: fields.labelSelector,
    query: fields
      .form(200, QUERY, 'a service such as kubelet, or a file such as /kern.log')
      .default('kubelet')
      .describe('log: service, or /file'),
    tail: z.int().min(1).max(10_000).default(200).describe('log: last lines'),
    since: z.string().max(60).optional().describe('log: 15m, 2h or a date'),
    pattern: z.string().max(200).optional().describe('log: only lines that fit this expression'),
  },
  output: {
    columns: z.array(z.string()).optional(),
    rows: z.array(z.array(z.string())).optional(),
    left: z.number().optional(),
    log: z.string().optional(),
  },
  async handler({ view, name, labels, query, tail, since, pattern }, context) {
    const { bytes, signal } = context;
    if (view === 'list') return fitted(await nodeList(context, labels), bytes);
    if (view === 'top') return fitted(await nodeTop(context, labels), bytes);
    const node = kubelet(name, view, context);
    if (view === 'stats') return fitted(statsRows(await node.stats(signal)), bytes);
    const text = await node.log({ query, tail, since: since === undefined ? undefined : momentText(since), pattern }, signal);
    const held = new HeadTail();
    held.add(Buffer.from(text));
    return { log: held.text(bytes, maskText) };
  },
  render: ({ context, columns = [], rows, left = 0, log }) =>
    rows === undefined
      ? { summary: `Log of a node of ${context}.`, data: log ?? '' }
      : {
          summary: `${count(rows.length + left, 'row')} of ${context}.${left > 0 ? ` ${left} left out: give labels or max_tokens.` : ''}`,
          data: [columns, ...rows].map((one) => one.join('\t')).join('\n'),
        },
});
