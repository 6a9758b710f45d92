import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { diskUsage, listVolumes } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { compact, count, size as show, table } from '../report/words.ts';
import * as fields from './fields.ts';

export const volumeList = defineTool({
  name: 'volume_list',
  title: 'List volumes',
  description: 'List the engine’s volumes. Use volume_inspect for one and its users.',
  scopes: ['volumes:read'],
  annotations: reads(),
  inputSchema: z.strictObject({
    host: fields.host,
    name: z.string().min(1).max(255).optional().describe('Only with this text in the name'),
    unused: z.boolean().optional().describe('true: only those that no container uses; false: only those in use'),
    labels: fields.labelFilter,
    size: z.boolean().default(false).describe('Count what each holds; slow'),
    limit: fields.limit(500, 100),
  }),
  outputSchema: z.object({
    host: fields.hostOut,
    volumes: z.array(
      z.object({
        name: z.string(),
        driver: z.string(),
        created: z.string().optional(),
        project: z.string().optional(),
        bound_to: z.string().optional().describe('Bound to this path by driver options'),
        size: z.number().optional(),
        users: z.number().optional(),
      }),
    ),
    total: z.number(),
    truncated: z.boolean(),
  }),
  async handler({ host, name, unused, labels, size, limit }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.get(host);
    const filters = { ...(unused === undefined ? {} : { dangling: [String(unused)] }), ...(labels ? { label: labels } : {}) };
    const wanted = name?.toLowerCase();
    const all = (await listVolumes(engine, { filters }, signal)).filter(
      (one) => wanted === undefined || one.Name.toLowerCase().includes(wanted),
    );
    const { items, total, truncated } = fields.page(
      all.toSorted((a, b) => a.Name.localeCompare(b.Name)),
      limit,
    );
    const usage = size ? new Map((await diskUsage(engine, signal)).Volumes?.map((one) => [one.Name, one.UsageData])) : undefined;
    const volumes = items.map((one) => {
      const used = usage?.get(one.Name);
      return {
        ...compact({
          created: one.CreatedAt,
          project: one.Labels?.['com.docker.compose.project'],
          bound_to: one.Options?.['device'],
          size: used?.Size !== undefined && used.Size >= 0 ? used.Size : undefined,
          users: used?.RefCount !== undefined && used.RefCount >= 0 ? used.RefCount : undefined,
        }),
        name: one.Name,
        driver: one.Driver ?? '',
      };
    });
    return { host: engine.name, volumes, total, truncated };
  },
  render: ({ host, volumes, total, truncated }) => ({
    summary: `${count(total, 'volume')} on ${host}.${fields.more({ items: volumes, total, truncated })}`,
    data: table(
      ['NAME', 'DRIVER', 'SIZE', 'PROJECT'],
      volumes.map((one) => [one.name, one.driver, one.size === undefined ? '' : show(one.size), one.project ?? '']),
    ),
  }),
});
