import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { createNetwork } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { demandNone } from '../policy/index.ts';
import { short } from '../report/words.ts';
import * as fields from './fields.ts';

const USUAL = ['bridge', 'overlay'];

export const networkCreate = defineTool({
  name: 'network_create',
  title: 'Create a network',
  description: 'Create a network that containers can join by name. Set internal to keep them from the outside world.',
  scopes: ['networks:write'],
  annotations: writes(),
  inputSchema: z.strictObject({
    name: fields.newName('Name of the network'),
    host: fields.host,
    driver: z
      .string()
      .max(64)
      .regex(/^[a-z0-9._:/-]+$/i)
      .default('bridge')
      .describe('bridge or overlay; others are refused unless the operator allows them (allow.networkDrivers)'),
    subnet: z
      .string()
      .regex(/^[0-9a-fA-F:.]{2,45}\/\d{1,3}$/, 'must be like 172.30.0.0/24')
      .optional()
      .describe('Addresses, e.g. 172.30.0.0/24'),
    gateway: z
      .string()
      .regex(/^[0-9a-fA-F:.]{2,45}$/, 'must be an IP address')
      .optional()
      .describe('Gateway in the subnet'),
    internal: z.boolean().default(false).describe('No way out'),
    attachable: z.boolean().default(false).describe('overlay: single containers may join'),
    ipv6: z.boolean().default(false).describe('Enable IPv6'),
    labels: fields.labels('Labels'),
  }),
  outputSchema: z.object({ host: fields.hostOut, id: z.string(), name: z.string(), warning: z.string().optional() }),
  async handler(
    { name, host, driver, subnet, gateway, internal, attachable, ipv6, labels },
    { deps: { docker }, signal }: ToolContext<DockerDeps>,
  ) {
    const engine = await docker.hosts.forWrite(host);
    if (![...USUAL, ...docker.config.allow.networkDrivers].includes(driver)) {
      demandNone([{ what: `a network with the driver ${driver}`, setting: `allow.networkDrivers must list "${driver}"` }]);
    }
    const body = {
      Name: name,
      Driver: driver,
      Internal: internal,
      Attachable: attachable,
      EnableIPv6: ipv6,
      CheckDuplicate: true as const,
      Labels: labels ?? {},
      ...(subnet === undefined
        ? {}
        : { IPAM: { Driver: 'default' as const, Config: [{ Subnet: subnet, ...(gateway === undefined ? {} : { Gateway: gateway }) }] } }),
    };
    const { Id, Warning } = await createNetwork(engine, body, signal);
    return { host: engine.name, id: short(Id), name, ...(Warning ? { warning: Warning } : {}) };
  },
  render: ({ host, id, name, warning }) => ({ summary: `Created the network ${name} (${id}) on ${host}.`, data: warning ?? '' }),
});
