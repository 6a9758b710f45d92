import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { disconnectNetwork } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import * as fields from './fields.ts';

export const networkDisconnect = defineTool({
  name: 'network_disconnect',
  title: 'Disconnect a container from a network',
  description: 'Take a container out of a network; its connections there break. network_connect undoes it.',
  scopes: ['networks:write'],
  annotations: writes(),
  inputSchema: z.strictObject({
    network: fields.network,
    container: fields.container,
    host: fields.host,
    force: z.boolean().default(false).describe('Also when the container is gone'),
  }),
  outputSchema: z.object({ host: fields.hostOut, network: z.string(), container: z.string() }),
  async handler({ network, container, host, force }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.forWrite(host);
    await disconnectNetwork(engine, network, { Container: container, Force: force }, signal);
    return { host: engine.name, network, container };
  },
  render: ({ host, network, container }) => ({ summary: `${container} is no longer in the network ${network} on ${host}.` }),
});
