import { z } from 'zod';
import { groupVersion, resourceName } from '../client/discovery.ts';
import { fit } from '../report/budget.ts';
import { count } from '../report/text.ts';
import { readTool } from './define.ts';

export const apiResources = readTool({
  name: 'api_resources',
  title: 'List kinds',
  description: 'The kinds that a cluster serves, custom resources included. For the fields of one use explain.',
  input: {
    search: z.string().min(1).max(200).optional().describe('Part of a name, group, short name or category'),
    namespaced: z.boolean().optional().describe('Only kinds that live in namespaces, or only others'),
  },
  output: { kinds: z.array(z.array(z.string())), total: z.number(), left: z.number() },
  async handler({ search, namespaced }, { cluster, bytes, signal }) {
    const wanted = search?.toLowerCase();
    const seen = new Set<string>();
    const rows = (await cluster.kinds(signal))
      // of several versions the preferred one, which comes first
      .filter((kind) => !seen.has(resourceName(kind)) && seen.add(resourceName(kind)))
      .filter((kind) => namespaced === undefined || kind.namespaced === namespaced)
      .filter(
        ({ kind, resource, group, shortNames, categories }) =>
          wanted === undefined || [kind, resource, group, ...shortNames, ...categories].some((one) => one.toLowerCase().includes(wanted)),
      )
      .map((kind) => [kind.resource, kind.shortNames.join(','), groupVersion(kind), kind.kind, kind.namespaced ? 'namespaced' : 'cluster']);
    const { items, left } = fit(rows, bytes);
    return { kinds: items, total: rows.length, left };
  },
  render: ({ context, kinds, total, left }) => ({
    summary: `${count(total, 'kind')} in ${context}.${left > 0 ? ` ${left} left out: give search or max_tokens.` : ''}`,
    data: kinds.map((row) => row.join('\t')).join('\n'),
  }),
});
