import { defineTool, destroys, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { diskUsage, listVolumes, removeVolume, type Engine } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { size } from '../report/words.ts';
import * as fields from './fields.ts';
import { isOlder, olderThan, pruneOutput, prunePlan, removeAll, renderPrune, type Candidate } from './prune-fields.ts';

const input = z.strictObject({
  host: fields.host,
  all: z.boolean().default(false).describe('Also volumes with a name, not only anonymous ones'),
  older_than: olderThan,
  labels: fields.labelFilter,
});

async function candidates(engine: Engine, { all, older_than, labels }: z.output<typeof input>, signal: AbortSignal): Promise<Candidate[]> {
  const [volumes, usage] = await Promise.all([
    listVolumes(engine, { filters: { dangling: ['true'], ...(labels ? { label: labels } : {}) } }, signal),
    diskUsage(engine, signal),
  ]);
  const bytes = new Map(usage.Volumes?.map((one) => [one.Name, one.UsageData?.Size ?? 0]));
  return volumes
    .filter((one) => (all || /^[0-9a-f]{64}$/.test(one.Name)) && isOlder(Date.parse(one.CreatedAt ?? '') / 1000 || 0, older_than))
    .map((one) => {
      const held = Math.max(0, bytes.get(one.Name) ?? 0);
      return { id: one.Name, words: `${one.Name} (${one.Driver ?? ''}, ${size(held)})`, bytes: held };
    });
}

export const volumePrune = defineTool({
  name: 'volume_prune',
  title: 'Remove unused volumes',
  description:
    'Remove anonymous volumes that no container uses, with all their data; with all, those with a name too. The plan lists them.',
  scopes: ['volumes:delete'],
  annotations: destroys({ idempotent: true }),
  deadlineMs: 10 * 60_000,
  inputSchema: input,
  outputSchema: pruneOutput,
  async plan(wish, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.forWrite(wish.host);
    return prunePlan('unused volume', engine.name, await candidates(engine, wish, signal));
  },
  async handler(wish, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.forWrite(wish.host);
    const found = await candidates(engine, wish, signal);
    return { host: engine.name, ...(await removeAll(found, signal, ({ id }) => removeVolume(engine, id, { force: false }, signal))) };
  },
  render: renderPrune,
});
