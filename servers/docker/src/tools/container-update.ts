import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { inspectContainer, updateContainer } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { inspectName } from '../report/container.ts';
import { bytesOf, compact } from '../report/words.ts';
import * as fields from './fields.ts';

export const containerUpdate = defineTool({
  name: 'container_update',
  title: 'Change limits of a container',
  description:
    'Change memory, CPU and process limits or the restart policy of a container, also while it runs. Anything else needs a new container (container_run).',
  scopes: ['containers:write'],
  annotations: writes({ idempotent: true }),
  inputSchema: z.strictObject({
    container: fields.container,
    host: fields.host,
    memory: z.string().max(20).optional().describe('Memory limit, e.g. 512m'),
    memory_swap: z.string().max(20).optional().describe('Memory and swap together, e.g. 1g; needed when memory rises above it'),
    cpus: z.number().min(0.01).max(1024).optional().describe('CPU limit, e.g. 1.5'),
    pids_limit: z.int().min(1).max(1_000_000).optional().describe('Limit of processes'),
    restart: z.enum(['no', 'on-failure', 'always', 'unless-stopped']).optional().describe('Restart policy'),
    max_retries: z.int().min(0).max(10_000).optional().describe('Restarts at most; only with restart on-failure'),
  }),
  outputSchema: z.object({ host: fields.hostOut, container: z.string(), warnings: z.array(z.string()) }),
  async handler(
    { container, host, memory, memory_swap, cpus, pids_limit, restart, max_retries },
    { deps, signal }: ToolContext<DockerDeps>,
  ) {
    const body = compact({
      Memory: memory === undefined ? undefined : bytesOf(memory),
      MemorySwap: memory_swap === undefined ? undefined : bytesOf(memory_swap),
      NanoCpus: cpus === undefined ? undefined : Math.round(cpus * 1e9),
      PidsLimit: pids_limit,
      RestartPolicy: restart === undefined ? undefined : { Name: restart, MaximumRetryCount: max_retries ?? 0 },
    });
    if (Object.keys(body).length === 0)
      throw new ToolError('invalid_input', 'Nothing to change.', { hint: 'Give memory, cpus, pids_limit or restart.' });
    if (max_retries !== undefined && restart !== 'on-failure')
      throw new ToolError('invalid_input', 'max_retries works only with restart "on-failure".', { hint: 'Set restart too.' });
    const engine = await deps.docker.hosts.forWrite(host);
    const facts = await inspectContainer(engine, container, signal);
    const { Memory, MemorySwap, NanoCpus, PidsLimit, RestartPolicy } = body;
    const wire = {
      ...(Memory === undefined ? {} : { Memory }),
      ...(MemorySwap === undefined ? {} : { MemorySwap }),
      ...(NanoCpus === undefined ? {} : { NanoCpus }),
      ...(PidsLimit === undefined ? {} : { PidsLimit }),
      ...(RestartPolicy === undefined ? {} : { RestartPolicy }),
    };
    return { host: engine.name, container: inspectName(facts), warnings: await updateContainer(engine, facts.Id, wire, signal) };
  },
  render: ({ host, container, warnings }) => ({ summary: `Changed the limits of ${container} on ${host}.`, data: warnings.join('\n') }),
});
