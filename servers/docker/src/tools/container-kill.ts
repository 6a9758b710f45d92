import { defineTool, destroys, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { act, inspectContainer } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { inspectName } from '../report/container.ts';
import { short } from '../report/words.ts';
import * as fields from './fields.ts';

export const containerKill = defineTool({
  name: 'container_kill',
  title: 'Send a container a signal',
  description:
    'Send a signal, SIGKILL by default, to a container’s main process; what it had not saved is lost. To let it end in order, use container_lifecycle with stop.',
  scopes: ['containers:delete'],
  annotations: destroys(),
  inputSchema: z.strictObject({
    container: fields.container,
    host: fields.host,
    signal: z
      .string()
      .regex(/^(?:SIG)?[A-Z][A-Z0-9+-]{1,11}$|^\d{1,2}$/, 'must be a signal such as SIGKILL or SIGHUP')
      .default('SIGKILL')
      .describe('Signal by name or number'),
  }),
  outputSchema: z.object({ host: fields.hostOut, container: z.string(), signal: z.string(), status: z.string() }),
  async plan({ container, host, signal: sent }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.forWrite(host);
    const facts = await inspectContainer(engine, container, signal);
    return {
      summary: `Send ${sent} to ${inspectName(facts)} on ${engine.name}.`,
      changes: [
        `${inspectName(facts)} (${short(facts.Id)}, ${facts.Config?.Image ?? ''}), ${facts.State?.Status ?? ''} since ${facts.State?.StartedAt ?? ''}`,
      ],
      state: { id: facts.Id, pid: facts.State?.Pid },
    };
  },
  async handler({ container, host, signal: sent }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.forWrite(host);
    await act(engine, container, 'kill', { signal: sent }, signal);
    const facts = await inspectContainer(engine, container, signal);
    return { host: engine.name, container: inspectName(facts), signal: sent, status: facts.State?.Status ?? 'unknown' };
  },
  render: ({ host, container, signal, status }) => ({ summary: `Sent ${signal} to ${container} on ${host}; it is now ${status}.` }),
});
