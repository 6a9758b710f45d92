import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { inspectContainer } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { inspectName } from '../report/container.ts';
import { short } from '../report/words.ts';
import { containerFields } from '../run/container-fields.ts';
import { createChecked } from '../run/create.ts';
import * as fields from './fields.ts';

export const containerCreate = defineTool({
  name: 'container_create',
  title: 'Create a container without starting it',
  description:
    'Create a container that container_lifecycle starts later. To create and start at once, or to run a command and get its output, use container_run.',
  scopes: ['containers:write'],
  annotations: writes({ openWorld: true }),
  deadlineMs: 15 * 60_000,
  inputSchema: z.strictObject(containerFields),
  outputSchema: z.object({ host: fields.hostOut, id: z.string(), name: z.string(), pulled: z.boolean(), warnings: z.array(z.string()) }),
  async handler(input, { deps: { docker }, roots, signal, progress }: ToolContext<DockerDeps>) {
    const engine = await docker.hosts.forWrite(input.host);
    const { id, pulled, warnings } = await createChecked(docker, engine, input, docker.world(engine, roots, signal), progress);
    return { host: engine.name, id: short(id), name: inspectName(await inspectContainer(engine, id, signal)), pulled, warnings };
  },
  render: ({ host, id, name, warnings }) => ({ summary: `Created ${name} (${id}) on ${host}.`, data: warnings.join('\n') }),
});
