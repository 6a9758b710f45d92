import { z } from 'zod';
import { listing, LISTING_VIEWS } from '../report/listing.ts';
import { readTool } from './define.ts';
import * as fields from './fields.ts';

export const resourcesList = readTool({
  name: 'resources_list',
  title: 'List pods, deployments, services and other objects',
  description: 'List objects of any kind, page by page: as a table, as names only, by status, or whole. For one object use resources_get.',
  input: {
    kind: fields.kind,
    namespace: fields.namespaces,
    labels: fields.labelSelector,
    field_selector: fields.fieldSelector,
    view: z.enum(LISTING_VIEWS).default('table').describe('status counts, and names what is not well'),
    fields: z.array(z.string().max(500)).max(20).optional().describe('Only these paths, e.g. .spec.nodeName; views yaml, json'),
    limit: fields.limit(1_000, 500).describe('Objects a page'),
    continue: fields.cursor,
  },
  output: {
    kind: z.string(),
    total: z.number().optional(),
    left: z.number().optional().describe('Not shown'),
    continue: z.string().optional(),
    columns: z.array(z.string()).optional(),
    rows: z.array(z.array(z.string())).optional(),
    names: z.record(z.string(), z.array(z.string())).optional(),
    counts: z.record(z.string(), z.number()).optional(),
    objects: z.array(z.unknown()).optional(),
  },
  handler: listing,
  render: ({ context, kind, total, left = 0, continue: next, columns = [], rows, names, counts, objects }) => {
    const data = rows
      ? [columns, ...rows].map((row) => row.join('\t')).join('\n')
      : names
        ? Object.entries(names)
            .map(([namespace, all]) => `${namespace === '' ? '' : `${namespace}: `}${all.join(' ')}`)
            .join('\n')
        : objects
          ? objects.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n')
          : '';
    const found = counts
      ? `: ${Object.entries(counts)
          .map(([status, amount]) => `${amount} ${status}`)
          .join(', ')}`
      : '';
    const more = left > 0 || next ? ` ${left > 0 ? `${left} more` : 'There are more'}: call again with continue: ${next ?? ''}` : '';
    return { summary: `${total ?? 'Some'} ${kind} in ${context}${found}.${more}`, data };
  },
});
