import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { inspectContainer } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { ContainerDetail, detailOf } from '../report/inspect.ts';
import * as fields from './fields.ts';

export const containerInspect = defineTool({
  name: 'container_inspect',
  title: 'Details of a container',
  description:
    'Settings and state of one container: command, environment (secrets masked), mounts, networks, ports, limits, health. Use container_diagnose to learn why it fails.',
  scopes: ['containers:read'],
  annotations: reads(),
  inputSchema: z.strictObject({
    container: fields.container,
    host: fields.host,
    size: z.boolean().default(false).describe('Count what it wrote; slow'),
  }),
  outputSchema: z.object({ host: fields.hostOut, container: ContainerDetail }),
  async handler({ container, host, size }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.get(host);
    return { host: engine.name, container: detailOf(await inspectContainer(engine, container, signal, size)) };
  },
  render: ({ host, container }) => ({ summary: `Container on ${host}:`, data: JSON.stringify(container, null, 1) }),
});
