import { maskArgs, maskEntries, maskEnv } from '@deployment-engine/shared/platform';
import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { inspectImage } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { compact, known, short } from '../report/words.ts';
import * as fields from './fields.ts';

const words = z.array(z.string()).optional();

export const imageInspect = defineTool({
  name: 'image_inspect',
  title: 'Details of an image',
  description:
    'Settings of one image: names, platform, command, environment (secrets masked), ports, user, labels, size. Use image_history for how it was built.',
  scopes: ['images:read'],
  annotations: reads(),
  inputSchema: z.strictObject({ image: fields.image, host: fields.host }),
  outputSchema: z.object({
    host: fields.hostOut,
    image: z.object({
      id: z.string(),
      full_id: z.string(),
      names: words,
      digests: words,
      created: z.string().optional(),
      size: z.number(),
      platform: z.string(),
      layers: z.number(),
      entrypoint: words,
      command: words,
      env: words,
      workdir: z.string().optional(),
      user: z.string().optional().describe('Missing: it runs as root'),
      ports: words,
      volumes: words,
      labels: z.record(z.string(), z.string()).optional(),
      healthcheck: words,
      stop_signal: z.string().optional(),
    }),
  }),
  async handler({ image, host }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.get(host);
    const one = await inspectImage(engine, image, signal);
    const config = one.Config ?? {};
    const { Entrypoint: entry } = config;
    return {
      host: engine.name,
      image: {
        ...compact({
          names: one.RepoTags ?? undefined,
          digests: one.RepoDigests ?? undefined,
          created: known(one.Created),
          entrypoint: maskArgs(typeof entry === 'string' ? [entry] : entry),
          command: maskArgs(config.Cmd),
          env: maskEnv(config.Env),
          workdir: config.WorkingDir,
          user: config.User,
          ports: Object.keys(config.ExposedPorts ?? {}),
          volumes: Object.keys(config.Volumes ?? {}),
          labels: maskEntries(config.Labels),
          healthcheck: maskArgs(config.Healthcheck?.Test),
          stop_signal: config.StopSignal,
        }),
        id: short(one.Id),
        full_id: one.Id,
        size: one.Size ?? 0,
        platform: [one.Os, one.Architecture, one.Variant].filter(Boolean).join('/'),
        layers: one.RootFS?.Layers?.length ?? 0,
      },
    };
  },
  render: ({ host, image }) => ({ summary: `Image on ${host}:`, data: JSON.stringify(image, null, 1) }),
});
