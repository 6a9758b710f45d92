import { defineTool, destroys, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { listContainers, listNetworks, removeNetwork, type Engine } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { short } from '../report/words.ts';
import * as fields from './fields.ts';
import { isOlder, olderThan, pruneOutput, prunePlan, removeAll, renderPrune, type Candidate } from './prune-fields.ts';

const input = z.strictObject({ host: fields.host, older_than: olderThan, labels: fields.labelFilter });

/** Stopped containers count as users: the engine itself would take their network away. */
async function candidates(engine: Engine, { older_than, labels }: z.output<typeof input>, signal: AbortSignal): Promise<Candidate[]> {
  const [networks, containers] = await Promise.all([
    listNetworks(engine, { filters: { type: ['custom'], ...(labels ? { label: labels } : {}) } }, signal),
    listContainers(engine, { all: true }, signal),
  ]);
  const used = new Set(
    containers.flatMap((one) => Object.entries(one.NetworkSettings?.Networks ?? {}).flatMap(([name, end]) => [name, end.NetworkID ?? ''])),
  );
  return networks
    .filter((one) => !used.has(one.Name) && !used.has(one.Id) && isOlder(Date.parse(one.Created ?? '') / 1000 || 0, older_than))
    .map((one) => ({ id: one.Id, words: `${one.Name} (${short(one.Id)}, ${one.Driver ?? ''})`, bytes: 0 }));
}

export const networkPrune = defineTool({
  name: 'network_prune',
  title: 'Remove unused networks',
  description: 'Remove all networks that no container, running or stopped, uses. The plan lists them. Use network_remove for one.',
  scopes: ['networks:delete'],
  annotations: destroys({ idempotent: true }),
  inputSchema: input,
  outputSchema: pruneOutput,
  async plan(wish, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.forWrite(wish.host);
    return prunePlan('unused network', engine.name, await candidates(engine, wish, signal));
  },
  async handler(wish, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.forWrite(wish.host);
    const found = await candidates(engine, wish, signal);
    return { host: engine.name, ...(await removeAll(found, signal, ({ id }) => removeNetwork(engine, id, signal))) };
  },
  render: renderPrune,
});
