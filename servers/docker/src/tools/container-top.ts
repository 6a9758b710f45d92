import { maskText } from '@deployment-engine/shared/platform';
import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { containerTop as topOf } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { count, table } from '../report/words.ts';
import * as fields from './fields.ts';

export const containerTop = defineTool({
  name: 'container_top',
  title: 'Processes of a container',
  description: 'The processes that run in a container, as ps shows them. Use container_stats for what they use.',
  scopes: ['containers:read'],
  annotations: reads(),
  inputSchema: z.strictObject({ container: fields.container, host: fields.host, limit: fields.limit(500, 100) }),
  outputSchema: z.object({
    host: fields.hostOut,
    titles: z.array(z.string()),
    processes: z.array(z.array(z.string())),
    total: z.number(),
    truncated: z.boolean(),
  }),
  async handler({ container, host, limit }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.get(host);
    const { Titles, Processes } = await topOf(engine, container, undefined, signal);
    const { items, total, truncated } = fields.page(Processes ?? [], limit);
    return {
      host: engine.name,
      titles: Titles,
      processes: items.map((row) => row.map((cell) => maskText(cell).slice(0, 300))),
      total,
      truncated,
    };
  },
  render: ({ host, titles, processes, total, truncated }) => ({
    summary: `${count(total, 'process', 'processes')} on ${host}.${fields.more({ items: processes, total, truncated })}`,
    data: table(titles, processes),
  }),
});
