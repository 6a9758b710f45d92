import { maskEntries } from '@deployment-engine/shared/platform';
import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { inspectNetwork } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { compact, short } from '../report/words.ts';
import * as fields from './fields.ts';

export const networkInspect = defineTool({
  name: 'network_inspect',
  title: 'Inspect a network',
  description: 'Settings of one network and the running containers in it with their addresses.',
  scopes: ['networks:read'],
  annotations: reads(),
  inputSchema: z.strictObject({ network: fields.network, host: fields.host }),
  outputSchema: z.object({
    host: fields.hostOut,
    network: z.object({
      id: z.string(),
      name: z.string(),
      driver: z.string(),
      scope: z.string().optional(),
      created: z.string().optional(),
      internal: z.boolean().optional(),
      attachable: z.boolean().optional(),
      ipv6: z.boolean().optional(),
      subnets: z.array(z.object({ subnet: z.string().optional(), gateway: z.string().optional() })).optional(),
      options: z.record(z.string(), z.string()).optional(),
      labels: z.record(z.string(), z.string()).optional(),
      containers: z.array(z.object({ id: z.string(), name: z.string(), ip: z.string().optional(), ipv6: z.string().optional() })),
    }),
  }),
  async handler({ network, host }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.get(host);
    const one = await inspectNetwork(engine, network, signal);
    return {
      host: engine.name,
      network: {
        ...compact({
          scope: one.Scope,
          created: one.Created,
          internal: one.Internal || undefined,
          attachable: one.Attachable || undefined,
          ipv6: one.EnableIPv6 || undefined,
          subnets: (one.IPAM?.Config ?? []).map((config) => compact({ subnet: config.Subnet, gateway: config.Gateway })),
          options: maskEntries(one.Options),
          labels: maskEntries(one.Labels),
        }),
        id: short(one.Id),
        name: one.Name,
        driver: one.Driver ?? '',
        containers: Object.entries(one.Containers ?? {}).map(([id, end]) => ({
          ...compact({ ip: end.IPv4Address, ipv6: end.IPv6Address }),
          id: short(id),
          name: end.Name ?? '',
        })),
      },
    };
  },
  render: ({ host, network }) => ({ summary: `Network on ${host}:`, data: JSON.stringify(network, null, 1) }),
});
