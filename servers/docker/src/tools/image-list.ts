import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { listImages } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { compact, count, isoOf, short, size, table } from '../report/words.ts';
import * as fields from './fields.ts';

export const imageList = defineTool({
  name: 'image_list',
  title: 'List images',
  description: 'List the images that the engine has. Use image_inspect for one in detail, system_df for what could be freed.',
  scopes: ['images:read'],
  annotations: reads(),
  inputSchema: z.strictObject({
    host: fields.host,
    name: z.string().min(1).max(255).optional().describe('Only with this text in a name'),
    dangling: z.boolean().optional().describe('true: only without a name; false: only with one'),
    labels: fields.labelFilter,
    sort: z.enum(['created', 'size', 'name']).default('created').describe('Order; newest or largest first'),
    limit: fields.limit(500, 100),
  }),
  outputSchema: z.object({
    host: fields.hostOut,
    images: z.array(
      z.object({
        id: z.string(),
        names: z.array(z.string()),
        created: z.string().optional(),
        size: z.number().describe('Bytes'),
        digest: z.string().optional(),
      }),
    ),
    total: z.number(),
    truncated: z.boolean(),
    bytes: z.number().describe('Sum of all sizes; layers in common count more than once'),
  }),
  async handler({ host, name, dangling, labels, sort, limit }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.get(host);
    const filters = { ...(dangling === undefined ? {} : { dangling: [String(dangling)] }), ...(labels ? { label: labels } : {}) };
    const wanted = name?.toLowerCase();
    const images = (await listImages(engine, { filters }, signal))
      .map((one) => ({ ...one, names: (one.RepoTags ?? []).filter((tag) => tag !== '<none>:<none>') }))
      .filter((one) => wanted === undefined || one.names.some((tag) => tag.toLowerCase().includes(wanted)));
    images.sort((a, b) =>
      sort === 'size'
        ? (b.Size ?? 0) - (a.Size ?? 0)
        : sort === 'name'
          ? (a.names[0] ?? '').localeCompare(b.names[0] ?? '')
          : (b.Created ?? 0) - (a.Created ?? 0),
    );
    const { items, total, truncated } = fields.page(images, limit);
    return {
      host: engine.name,
      images: items.map((one) => ({
        ...compact({ created: one.Created ? isoOf(one.Created) : undefined, digest: one.RepoDigests?.[0]?.split('@')[1] }),
        id: short(one.Id),
        names: one.names,
        size: one.Size ?? 0,
      })),
      total,
      truncated,
      bytes: images.reduce((sum, one) => sum + (one.Size ?? 0), 0),
    };
  },
  render: ({ host, images, total, truncated, bytes }) => ({
    summary: `${count(total, 'image')} on ${host}, ${size(bytes)}.${fields.more({ items: images, total, truncated })}`,
    data: table(
      ['NAME', 'ID', 'CREATED', 'SIZE'],
      images.map((one) => [one.names.join(' ') || '<none>', one.id, one.created ?? '', size(one.size)]),
    ),
  }),
});
