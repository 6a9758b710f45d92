import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { act, inspectContainer } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { demandMountsUnmoved } from '../policy/index.ts';
import { inspectName } from '../report/container.ts';
import * as fields from './fields.ts';

export const containerLifecycle = defineTool({
  name: 'container_lifecycle',
  title: 'Start, stop, restart, pause or unpause containers',
  description:
    'Start, stop, restart, pause or unpause one or more containers. Stopping asks first and kills after the grace time; container_kill sends a signal at once.',
  scopes: ['containers:write'],
  annotations: writes({ idempotent: true }),
  deadlineMs: 10 * 60_000,
  inputSchema: z.strictObject({
    action: z.enum(['start', 'stop', 'restart', 'pause', 'unpause']).describe('What to do'),
    containers: z.array(fields.container).min(1).max(50).describe('Names or ids'),
    host: fields.host,
    grace_s: z.int().min(0).max(300).default(10).describe('stop, restart: seconds before it is killed'),
  }),
  outputSchema: z.object({
    host: fields.hostOut,
    results: z.array(z.object({ container: z.string(), ok: z.boolean(), status: z.string().optional(), error: z.string().optional() })),
    failed: z.number(),
  }),
  async handler({ action, containers, host, grace_s }, { deps, roots, signal, progress }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.forWrite(host);
    const query = action === 'stop' || action === 'restart' ? { t: grace_s } : {};
    const world = deps.docker.world(engine, roots, signal);
    let done = 0;
    const results = await Promise.all(
      [...new Set(containers)].map(async (container) => {
        try {
          if (action === 'start' || action === 'restart')
            await demandMountsUnmoved(await inspectContainer(engine, container, signal), world);
          await act(engine, container, action, query, signal);
          const facts = await inspectContainer(engine, container, signal);
          return { container: inspectName(facts), ok: true, status: facts.State?.Status ?? 'unknown' };
        } catch (error) {
          // one that fails must not hide what became of the others; a lone one is the whole answer
          if (signal.aborted || containers.length === 1 || !(error instanceof ToolError)) throw error;
          return { container, ok: false, error: `${error.code}: ${error.message}` };
        } finally {
          done += 1;
          progress({ progress: done, total: containers.length });
        }
      }),
    );
    return { host: engine.name, results, failed: results.filter((one) => !one.ok).length };
  },
  render: ({ host, results, failed }) => ({
    summary: `${results.length - failed} of ${results.length} done on ${host}.`,
    data: results.map((one) => `${one.container}: ${one.ok ? one.status : one.error}`).join('\n'),
  }),
});
