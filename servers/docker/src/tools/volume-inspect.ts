import { maskEntries } from '@deployment-engine/shared/platform';
import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { inspectVolume, listContainers } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { nameOf } from '../report/container.ts';
import { compact } from '../report/words.ts';
import * as fields from './fields.ts';

export const volumeInspect = defineTool({
  name: 'volume_inspect',
  title: 'Inspect a volume',
  description: 'Settings of one volume and the containers, running or stopped, that mount it.',
  scopes: ['volumes:read'],
  annotations: reads(),
  inputSchema: z.strictObject({ volume: fields.volume, host: fields.host }),
  outputSchema: z.object({
    host: fields.hostOut,
    volume: z.object({
      name: z.string(),
      driver: z.string(),
      mountpoint: z.string().optional(),
      created: z.string().optional(),
      scope: z.string().optional(),
      options: z.record(z.string(), z.string()).optional(),
      labels: z.record(z.string(), z.string()).optional(),
      used_by: z.array(z.string()),
    }),
  }),
  async handler({ volume, host }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.get(host);
    const [one, users] = await Promise.all([
      inspectVolume(engine, volume, signal),
      listContainers(engine, { all: true, filters: { volume: [volume] } }, signal),
    ]);
    // the filter matches mount targets and parts of names too
    const exact = users.filter((user) => (user.Mounts ?? []).some((mount) => mount.Name === one.Name));
    return {
      host: engine.name,
      volume: {
        ...compact({
          mountpoint: one.Mountpoint,
          created: one.CreatedAt,
          scope: one.Scope,
          options: maskEntries(one.Options),
          labels: maskEntries(one.Labels),
        }),
        name: one.Name,
        driver: one.Driver ?? '',
        used_by: exact.map((user) => nameOf(user.Names)),
      },
    };
  },
  render: ({ host, volume }) => ({ summary: `Volume on ${host}:`, data: JSON.stringify(volume, null, 1) }),
});
