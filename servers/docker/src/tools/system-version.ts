import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { engineVersion } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { compact } from '../report/words.ts';
import * as fields from './fields.ts';

export const systemVersion = defineTool({
  name: 'system_version',
  title: 'Version of the engine',
  description: 'Versions of the engine, its API and its parts. Use system_info for the machine it runs on.',
  scopes: ['system:read'],
  annotations: reads(),
  inputSchema: z.strictObject({ host: fields.host }),
  outputSchema: z.object({
    host: fields.hostOut,
    version: z.string(),
    api: z.string().optional(),
    api_min: z.string().optional(),
    platform: z.string(),
    kernel: z.string().optional(),
    built: z.string().optional(),
    components: z.array(z.object({ name: z.string(), version: z.string() })),
  }),
  async handler({ host }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.get(host);
    const one = await engineVersion(engine, signal);
    return {
      ...compact({ api: one.ApiVersion, api_min: one.MinAPIVersion, kernel: one.KernelVersion, built: one.BuildTime }),
      host: engine.name,
      version: one.Version ?? 'unknown',
      platform: [one.Os, one.Arch].filter(Boolean).join('/'),
      components: (one.Components ?? []).map(({ Name, Version }) => ({ name: Name, version: Version ?? '' })),
    };
  },
  render: ({ host, version, api, platform, components }) => ({
    summary: `Engine on ${host}:`,
    data: [`version ${version}, API ${api ?? 'unknown'}, ${platform}`, ...components.map((one) => `${one.name} ${one.version}`)].join('\n'),
  }),
});
