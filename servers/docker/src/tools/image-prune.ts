import { defineTool, destroys, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { diskUsage, listContainers, listImages, pruneBuildCache, removeImage, type Engine } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { short, size, spanOf } from '../report/words.ts';
import * as fields from './fields.ts';
import { isOlder, olderThan, pruneOutput, prunePlan, removeAll, renderPrune, type Candidate } from './prune-fields.ts';

const input = z.strictObject({
  host: fields.host,
  all: z.boolean().default(false).describe('Also images with a name that no container uses'),
  build_cache: z.boolean().default(false).describe('Also the build cache that is not in use'),
  older_than: olderThan,
  labels: fields.labelFilter,
});

async function candidates(
  engine: Engine,
  { all, older_than, labels }: z.output<typeof input>,
  signal: AbortSignal,
): Promise<(Candidate & { names: string[] })[]> {
  const filters = { ...(all ? {} : { dangling: ['true'] }), ...(labels ? { label: labels } : {}) };
  const [images, containers] = await Promise.all([listImages(engine, { filters }, signal), listContainers(engine, { all: true }, signal)]);
  const used = new Set(containers.map((one) => one.ImageID));
  return images
    .filter((one) => !used.has(one.Id) && isOlder(one.Created ?? 0, older_than))
    .map((one) => {
      const names = (one.RepoTags ?? []).filter((tag) => tag !== '<none>:<none>');
      return { id: one.Id, names, words: `${names.join(', ')} (${short(one.Id)}, ${size(one.Size ?? 0)})`.trim(), bytes: one.Size ?? 0 };
    });
}

async function cacheBytes(engine: Engine, wanted: boolean, signal: AbortSignal): Promise<number> {
  if (!wanted) return 0;
  const { BuildCache } = await diskUsage(engine, signal);
  return (BuildCache ?? []).filter((one) => !one.InUse).reduce((sum, one) => sum + (one.Size ?? 0), 0);
}

export const imagePrune = defineTool({
  name: 'image_prune',
  title: 'Remove unused images',
  description:
    'Remove dangling images: those without a name that nothing uses; with all, every image without a container; with build_cache, the build cache too. The plan lists them.',
  scopes: ['images:delete'],
  annotations: destroys({ idempotent: true }),
  deadlineMs: 10 * 60_000,
  inputSchema: input,
  outputSchema: pruneOutput,
  async plan(wish, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.forWrite(wish.host);
    const [found, bytes] = await Promise.all([candidates(engine, wish, signal), cacheBytes(engine, wish.build_cache, signal)]);
    const plan = prunePlan('unused image', engine.name, found);
    return wish.build_cache ? { ...plan, changes: [...plan.changes, `the build cache that is not in use, about ${size(bytes)}`] } : plan;
  },
  async handler(wish, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.forWrite(wish.host);
    const found = await candidates(engine, wish, signal);
    const done = await removeAll(found, signal, async ({ id, names }) => {
      // name by name and never with force: what a container has begun to use meanwhile stays
      for (const name of names.length > 0 ? names : [id]) await removeImage(engine, name, { force: false, noprune: false }, signal);
    });
    if (!wish.build_cache) return { host: engine.name, ...done };
    const cache = await pruneBuildCache(
      engine,
      { all: wish.all, ...(wish.older_than ? { filters: { until: [`${spanOf(wish.older_than) ?? 0}s`] } } : {}) },
      signal,
    );
    return {
      host: engine.name,
      ...done,
      removed: [...done.removed, `${cache.caches.length} records of the build cache`],
      reclaimed_bytes: done.reclaimed_bytes + cache.reclaimed,
    };
  },
  render: renderPrune,
});
