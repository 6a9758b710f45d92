import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { act, inspectContainer } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { inspectName } from '../report/container.ts';
import * as fields from './fields.ts';

export const containerRename = defineTool({
  name: 'container_rename',
  title: 'Rename a container',
  description: 'Give a container another name. To change limits or the restart policy, use container_update.',
  scopes: ['containers:write'],
  annotations: writes(),
  inputSchema: z.strictObject({ container: fields.container, host: fields.host, name: fields.newName('The new name') }),
  outputSchema: z.object({ host: fields.hostOut, before: z.string(), name: z.string() }),
  async handler({ container, host, name }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.forWrite(host);
    const facts = await inspectContainer(engine, container, signal);
    await act(engine, facts.Id, 'rename', { name }, signal);
    return { host: engine.name, before: inspectName(facts), name };
  },
  render: ({ host, before, name }) => ({ summary: `${before} on ${host} is now called ${name}.` }),
});
