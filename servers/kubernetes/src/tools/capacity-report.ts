import { z } from 'zod';
import { capacityOf, NODE_COLUMNS, nodeRow, SPACE_COLUMNS, spaceRow } from '../capacity/report.ts';
import { fit } from '../report/budget.ts';
import { count, oneLine } from '../report/text.ts';
import { readTool } from './define.ts';
import * as fields from './fields.ts';

const rows = z.array(z.array(z.string()));

export const capacityReport = readTool({
  name: 'capacity_report',
  title: 'How full a cluster is',
  description:
    'Requests and limits against what nodes can give, by node and namespace, overcommitment, quotas and their use, pods without requests. For measured use: nodes_read, view top.',
  toolset: 'reports',
  input: { namespace: fields.namespaceName.optional().describe('Only this one, without nodes; default: all') },
  output: {
    nodes: rows.describe(NODE_COLUMNS.join(', ')),
    namespaces: rows.describe(SPACE_COLUMNS.join(', ')),
    waiting: z.array(z.string()).describe('Pods on no node, as a namespace'),
    quotas: rows.describe('Quota, resource, used, hard, percent'),
    without_requests: z.array(z.string()),
    counts: z.object({ nodes: z.number(), namespaces: z.number(), quotas: z.number(), without_requests: z.number() }),
    unread: z.array(z.string()).optional(),
  },
  async handler({ namespace }, { cluster, bytes, signal }) {
    const found = await capacityOf(cluster, namespace, signal);
    // what one part leaves is there for the next
    let room = bytes - 300;
    const shown = <T>(items: readonly T[], parts: number): T[] => {
      const taken = fit(items, room / parts).items;
      room -= Buffer.byteLength(JSON.stringify(taken));
      return taken;
    };
    const unread = found.unread.slice(0, 5).map((one) => oneLine(one, 160));
    return {
      nodes: shown(found.nodes.map(nodeRow), 4),
      namespaces: shown(found.namespaces.map(spaceRow), 3),
      waiting: spaceRow({ name: '(on no node)', ...found.waiting }),
      quotas: shown(
        found.quotas.map(({ object, resource, used, hard, percent }) => [object, resource, used, hard, percent]),
        2,
      ),
      without_requests: shown(found.without, 1),
      counts: {
        nodes: found.nodes.length,
        namespaces: found.namespaces.length,
        quotas: found.quotas.length,
        without_requests: found.without.length,
      },
      ...(unread.length > 0 ? { unread } : {}),
    };
  },
  render: ({ context, nodes, namespaces, waiting, quotas, without_requests: without, counts, unread }) => {
    const hidden =
      counts.nodes +
      counts.namespaces +
      counts.quotas +
      counts.without_requests -
      nodes.length -
      namespaces.length -
      quotas.length -
      without.length;
    const table = (columns: readonly string[], lines: string[][]): string[] =>
      lines.length === 0 ? [] : [...[columns, ...lines].map((one) => one.join('\t')), ''];
    return {
      summary: `${count(counts.nodes, 'node')}, ${count(counts.namespaces, 'namespace')} with pods in ${context}; ${count(counts.without_requests, 'pod')} without requests.${hidden > 0 ? ` ${hidden} rows left out, the fullest come first: give namespace or max_tokens.` : ''}${unread === undefined ? '' : ` Not looked at: ${unread.join('; ')}.`}`,
      data: [
        ...table(NODE_COLUMNS, nodes),
        ...table(SPACE_COLUMNS, [...namespaces, waiting]),
        ...table(['QUOTA', 'RESOURCE', 'USED', 'HARD', ''], quotas),
        ...(without.length > 0 ? [`without requests: ${without.join(', ')}`] : []),
      ].join('\n'),
    };
  },
});
