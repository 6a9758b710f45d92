import { z } from 'zod';
import { fit } from '../report/budget.ts';
import { statusOf } from '../report/status.ts';
import { age, count } from '../report/text.ts';
import { readTool } from './define.ts';
import * as fields from './fields.ts';

export const namespacesList = readTool({
  name: 'namespaces_list',
  title: 'List namespaces',
  description: 'The namespaces of a cluster that may be used.',
  input: { labels: fields.labelSelector },
  output: { namespaces: z.array(z.array(z.string())), total: z.number(), left: z.number() },
  async handler({ labels }, { cluster, bytes, signal }) {
    const all = await cluster.listAll(await cluster.kind('v1/namespaces', signal), { labelSelector: labels }, signal);
    const rows = all
      .filter(({ metadata }) => cluster.access.mayTouch(metadata.name))
      .map((one) => [one.metadata.name, statusOf({ ...one, kind: 'Namespace' }).status, age(one.metadata.creationTimestamp)]);
    const { items, left } = fit(rows, bytes);
    return { namespaces: items, total: rows.length, left };
  },
  render: ({ context, namespaces, total, left }) => ({
    summary: `${count(total, 'namespace')} in ${context}.${left > 0 ? ` ${left} left out: give labels or max_tokens.` : ''}`,
    data: namespaces.map((row) => row.join('\t')).join('\n'),
  }),
});
