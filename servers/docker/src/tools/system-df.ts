import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { diskUsage } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { nameOf } from '../report/container.ts';
import { short, size, table } from '../report/words.ts';
import * as fields from './fields.ts';

const Share = z.object({ count: z.number(), bytes: z.number(), reclaimable: z.number().describe('Bytes that nothing uses') });

export const systemDf = defineTool({
  name: 'system_df',
  title: 'Disk space of the engine',
  description:
    'Disk space used by images, containers, volumes and build cache, how much of it nothing uses, and the largest of each. The prune tools free it.',
  scopes: ['system:read'],
  annotations: reads(),
  inputSchema: z.strictObject({
    host: fields.host,
    largest: z.int().min(0).max(50).default(5).describe('How many of the largest of each kind to name'),
  }),
  outputSchema: z.object({
    host: fields.hostOut,
    images: Share,
    containers: Share,
    volumes: Share,
    build_cache: Share,
    total_bytes: z.number(),
    largest: z.array(
      z.object({ kind: z.enum(['image', 'container', 'volume']), name: z.string(), bytes: z.number(), in_use: z.boolean() }),
    ),
  }),
  async handler({ host, largest }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.get(host);
    const usage = await diskUsage(engine, signal);
    const containers = (usage.Containers ?? []).map((one) => ({
      kind: 'container' as const,
      name: nameOf(one.Names) || short(one.Id),
      bytes: one.SizeRw ?? 0,
      in_use: one.State === 'running' || one.State === 'paused',
    }));
    const used = new Set((usage.Containers ?? []).map((one) => one.ImageID));
    const images = (usage.Images ?? []).map((one) => ({
      kind: 'image' as const,
      name: one.RepoTags?.[0] ?? short(one.Id),
      bytes: one.Size ?? 0,
      own: (one.Size ?? 0) - Math.max(0, one.SharedSize ?? 0),
      in_use: used.has(one.Id),
    }));
    const volumes = (usage.Volumes ?? []).map((one) => ({
      kind: 'volume' as const,
      name: one.Name,
      bytes: Math.max(0, one.UsageData?.Size ?? 0),
      in_use: (one.UsageData?.RefCount ?? 0) > 0,
    }));
    const cache = (usage.BuildCache ?? []).map((one) => ({
      bytes: one.Size ?? 0,
      in_use: one.InUse ?? false,
      shared: one.Shared ?? false,
    }));
    const share = (list: readonly { bytes: number; in_use: boolean }[]) => ({
      count: list.length,
      bytes: list.reduce((sum, one) => sum + one.bytes, 0),
      reclaimable: list.filter((one) => !one.in_use).reduce((sum, one) => sum + one.bytes, 0),
    });
    // layers in common lie there once: the engine's own sum, not that of the sizes
    const imageShare = {
      count: images.length,
      bytes: usage.LayersSize ?? 0,
      reclaimable: images.filter((one) => !one.in_use).reduce((sum, one) => sum + one.own, 0),
    };
    const shares = {
      images: imageShare,
      containers: share(containers),
      volumes: share(volumes),
      build_cache: share(cache.filter((one) => !one.shared)),
    };
    type Part = { kind: 'image' | 'container' | 'volume'; name: string; bytes: number; in_use: boolean };
    const parts: Part[][] = [images.map(({ own: _own, ...one }) => one), containers, volumes];
    const top = parts.flatMap((list) => list.toSorted((a, b) => b.bytes - a.bytes).slice(0, largest));
    return {
      host: engine.name,
      ...shares,
      total_bytes: Object.values(shares).reduce((sum, one) => sum + one.bytes, 0),
      largest: top.filter((one) => one.bytes > 0),
    };
  },
  render: ({ host, total_bytes, largest, ...shares }) => ({
    summary: `${size(total_bytes)} used on ${host}.`,
    data: [
      table(
        ['KIND', 'COUNT', 'SIZE', 'UNUSED'],
        (['images', 'containers', 'volumes', 'build_cache'] as const).map((kind) => [
          kind,
          String(shares[kind].count),
          size(shares[kind].bytes),
          size(shares[kind].reclaimable),
        ]),
      ),
      ...largest.map((one) => `${one.kind} ${one.name}: ${size(one.bytes)}${one.in_use ? '' : ', unused'}`),
    ].join('\n'),
  }),
});
