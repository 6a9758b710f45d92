import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { listNetworks } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { compact, count, short, table } from '../report/words.ts';
import * as fields from './fields.ts';

export const networkList = defineTool({
  name: 'network_list',
  title: 'List networks',
  description: 'List the engine’s networks with driver and subnets. Use network_inspect for the containers in one.',
  scopes: ['networks:read'],
  annotations: reads(),
  inputSchema: z.strictObject({
    host: fields.host,
    name: z.string().min(1).max(255).optional().describe('Only with this text in the name'),
    driver: z.string().max(64).optional().describe('Only with this driver'),
    unused: z.boolean().default(false).describe('Only those that no container uses'),
    labels: fields.labelFilter,
    limit: fields.limit(500, 100),
  }),
  outputSchema: z.object({
    host: fields.hostOut,
    networks: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        driver: z.string(),
        scope: z.string().optional(),
        subnets: z.array(z.string()).optional(),
        internal: z.boolean().optional(),
        project: z.string().optional(),
      }),
    ),
    total: z.number(),
    truncated: z.boolean(),
  }),
  async handler({ host, name, driver, unused, labels, limit }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.get(host);
    const filters = {
      ...(driver ? { driver: [driver] } : {}),
      ...(unused ? { dangling: ['true'] } : {}),
      ...(labels ? { label: labels } : {}),
    };
    const wanted = name?.toLowerCase();
    const all = (await listNetworks(engine, { filters }, signal)).filter(
      (one) => wanted === undefined || one.Name.toLowerCase().includes(wanted),
    );
    const { items, total, truncated } = fields.page(
      all.toSorted((a, b) => a.Name.localeCompare(b.Name)),
      limit,
    );
    const networks = items.map((one) => ({
      ...compact({
        scope: one.Scope,
        subnets: (one.IPAM?.Config ?? []).flatMap((config) => config.Subnet ?? []),
        internal: one.Internal || undefined,
        project: one.Labels?.['com.docker.compose.project'],
      }),
      id: short(one.Id),
      name: one.Name,
      driver: one.Driver ?? '',
    }));
    return { host: engine.name, networks, total, truncated };
  },
  render: ({ host, networks, total, truncated }) => ({
    summary: `${count(total, 'network')} on ${host}.${fields.more({ items: networks, total, truncated })}`,
    data: table(
      ['NAME', 'ID', 'DRIVER', 'SUBNETS'],
      networks.map((one) => [one.name, one.id, one.driver, (one.subnets ?? []).join(' ')]),
    ),
  }),
});
