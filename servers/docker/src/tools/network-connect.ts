import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { connectNetwork } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { demandNone, judgeNetwork } from '../policy/index.ts';
import * as fields from './fields.ts';

export const networkConnect = defineTool({
  name: 'network_connect',
  title: 'Connect a container to a network',
  description: 'Let a container join one more network, if need be under more names.',
  scopes: ['networks:write'],
  annotations: writes(),
  inputSchema: z.strictObject({
    network: fields.network,
    container: fields.container,
    host: fields.host,
    aliases: z.array(z.string().max(255)).max(20).optional().describe('Names of the container in that network'),
  }),
  outputSchema: z.object({ host: fields.hostOut, network: z.string(), container: z.string() }),
  async handler({ network, container, host, aliases }, { deps: { docker }, roots, signal }: ToolContext<DockerDeps>) {
    const engine = await docker.hosts.forWrite(host);
    demandNone(await judgeNetwork(network, docker.world(engine, roots, signal)));
    await connectNetwork(
      engine,
      network,
      { Container: container, EndpointConfig: aliases === undefined ? {} : { Aliases: aliases } },
      signal,
    );
    return { host: engine.name, network, container };
  },
  render: ({ host, network, container }) => ({ summary: `${container} is now in the network ${network} on ${host}.` }),
});
