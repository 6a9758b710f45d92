import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { createVolume, findVolume } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { demandNone, judgeVolume } from '../policy/index.ts';
import * as fields from './fields.ts';

export const volumeCreate = defineTool({
  name: 'volume_create',
  title: 'Create a volume',
  description:
    'Create a volume for containers to keep data in. Driver options that reach outside it (a bind, NFS, a device) are refused unless the operator allows them.',
  scopes: ['volumes:write'],
  annotations: writes(),
  inputSchema: z.strictObject({
    name: fields.newName('Name; the engine invents one without it').optional(),
    host: fields.host,
    driver: z
      .string()
      .max(255)
      .regex(/^[a-zA-Z0-9._:/-]+$/)
      .default('local')
      .describe('local; others are refused unless the operator allows them (allow.volumeDrivers)'),
    options: z
      .record(z.string().max(64), z.string().max(4096))
      .default({})
      .describe('Driver options such as type, o and device; a bind must lie inside the roots (allow.bindMounts, allow.volumeOptions)'),
    labels: fields.labels('Labels'),
  }),
  outputSchema: z.object({ host: fields.hostOut, name: z.string(), driver: z.string() }),
  async handler({ name, host, driver, options, labels }, { deps: { docker }, roots, signal }: ToolContext<DockerDeps>) {
    const engine = await docker.hosts.forWrite(host);
    const verdict = await judgeVolume(name ?? 'without a name', driver, options, docker.world(engine, roots, signal));
    demandNone(verdict.refusals);
    // the engine would answer with the old one and not say so
    if (name !== undefined && (await findVolume(engine, name, signal))) {
      throw new ToolError('conflict', `There is a volume "${name}" already.`, { hint: 'Choose another name, or see volume_inspect.' });
    }
    const made = await createVolume(engine, { Name: name, Driver: driver, DriverOpts: verdict.options, Labels: labels ?? {} }, signal);
    return { host: engine.name, name: made.Name, driver: made.Driver ?? driver };
  },
  render: ({ host, name, driver }) => ({ summary: `Created the volume ${name} (${driver}) on ${host}.` }),
});
