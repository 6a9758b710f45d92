import { defineTool, destroys, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { listContainers, removeContainer, type Engine } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { nameOf } from '../report/container.ts';
import { short, size } from '../report/words.ts';
import * as fields from './fields.ts';
import { isOlder, olderThan, pruneOutput, prunePlan, removeAll, renderPrune, type Candidate } from './prune-fields.ts';

const input = z.strictObject({ host: fields.host, older_than: olderThan, labels: fields.labelFilter });

async function candidates(engine: Engine, { older_than, labels }: z.output<typeof input>, signal: AbortSignal): Promise<Candidate[]> {
  const filters = { status: ['created', 'exited', 'dead'], ...(labels ? { label: labels } : {}) };
  const found = await listContainers(engine, { all: true, size: true, filters }, signal);
  return found
    .filter((one) => isOlder(one.Created ?? 0, older_than))
    .map((one) => ({
      id: one.Id,
      words: `${nameOf(one.Names)} (${short(one.Id)}, ${one.Image ?? ''}, ${one.Status ?? ''}, ${size(one.SizeRw ?? 0)})`,
      bytes: one.SizeRw ?? 0,
    }));
}

export const containerPrune = defineTool({
  name: 'container_prune',
  title: 'Remove stopped containers',
  description: 'Remove all containers that do not run, with their anonymous volumes. The plan lists them. Use container_remove for one.',
  scopes: ['containers:delete'],
  annotations: destroys({ idempotent: true }),
  deadlineMs: 10 * 60_000,
  inputSchema: input,
  outputSchema: pruneOutput,
  async plan(wish, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.forWrite(wish.host);
    return prunePlan('stopped container', engine.name, await candidates(engine, wish, signal));
  },
  async handler(wish, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.forWrite(wish.host);
    const found = await candidates(engine, wish, signal);
    return {
      host: engine.name,
      ...(await removeAll(found, signal, ({ id }) => removeContainer(engine, id, { v: true, force: false }, signal))),
    };
  },
  render: renderPrune,
});
