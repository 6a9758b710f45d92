import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { listContainers, type Filters } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { ContainerSummary, summarise } from '../report/container.ts';
import { count, table } from '../report/words.ts';
import * as fields from './fields.ts';

export const containerList = defineTool({
  name: 'container_list',
  title: 'List running or all containers',
  description:
    'List containers, running ones unless all is set. Use container_inspect for one in detail, container_diagnose for one that fails.',
  scopes: ['containers:read'],
  annotations: reads(),
  inputSchema: z.strictObject({
    host: fields.host,
    all: z.boolean().default(false).describe('Stopped ones too'),
    state: z
      .array(z.enum(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']))
      .max(7)
      .optional()
      .describe('Only in these states; implies all'),
    health: z.enum(['starting', 'healthy', 'unhealthy', 'none']).optional().describe('Only with this health'),
    name: z.string().min(1).max(255).optional().describe('Only with this text in the name'),
    image: fields.image.optional().describe('Only from this image or one built on it'),
    labels: fields.labelFilter,
    size: z.boolean().default(false).describe('Count what each container wrote; slow'),
    limit: fields.limit(500, 100),
  }),
  outputSchema: z.object({ host: fields.hostOut, containers: z.array(ContainerSummary), total: z.number(), truncated: z.boolean() }),
  async handler({ host, all, state, health, name, image, labels, size, limit }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.get(host);
    const filters: Filters = {
      ...(state ? { status: state } : {}),
      ...(health ? { health: [health] } : {}),
      ...(image ? { ancestor: [image] } : {}),
      ...(labels ? { label: labels } : {}),
    };
    const found = (await listContainers(engine, { all: all || state !== undefined, size, filters }, signal)).map(summarise);
    const wanted = name?.toLowerCase();
    const { items, total, truncated } = fields.page(
      wanted === undefined ? found : found.filter((one) => one.name.toLowerCase().includes(wanted)),
      limit,
    );
    return { host: engine.name, containers: items, total, truncated };
  },
  render: ({ host, containers, total, truncated }) => ({
    summary: `${count(total, 'container')} on ${host}.${fields.more({ items: containers, total, truncated })}`,
    data:
      containers.length === 0
        ? ''
        : table(
            ['NAME', 'ID', 'IMAGE', 'STATUS', 'PORTS'],
            containers.map((one) => [one.name, one.id, one.image, one.status, (one.ports ?? []).join(', ')]),
          ),
  }),
});
