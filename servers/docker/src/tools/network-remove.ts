import { defineTool, destroys, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { inspectNetwork, removeNetwork } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { short } from '../report/words.ts';
import * as fields from './fields.ts';

export const networkRemove = defineTool({
  name: 'network_remove',
  title: 'Delete a network',
  description:
    'Remove a network that no container uses. Use network_disconnect first for those that do, network_prune for all unused ones.',
  scopes: ['networks:delete'],
  annotations: destroys(),
  inputSchema: z.strictObject({ network: fields.network, host: fields.host }),
  outputSchema: z.object({ host: fields.hostOut, removed: z.string() }),
  async plan({ network, host }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.forWrite(host);
    const one = await inspectNetwork(engine, network, signal);
    const inside = Object.values(one.Containers ?? {}).map((end) => end.Name ?? '');
    return {
      summary: `Remove the network ${one.Name} (${short(one.Id)}, ${one.Driver ?? ''}) from ${engine.name}.`,
      changes: inside.map((name) => `the container ${name} is in it, so it will be refused`),
      state: { id: one.Id, inside: inside.toSorted() },
    };
  },
  async handler({ network, host }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.forWrite(host);
    const one = await inspectNetwork(engine, network, signal);
    await removeNetwork(engine, one.Id, signal);
    return { host: engine.name, removed: one.Name };
  },
  render: ({ host, removed }) => ({ summary: `Removed the network ${removed} from ${host}.` }),
});
