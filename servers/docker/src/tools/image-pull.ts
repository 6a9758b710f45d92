import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { DockerDeps } from '../docker.ts';
import { short, size } from '../report/words.ts';
import { pull } from '../transfer/pull.ts';
import * as fields from './fields.ts';

export const imagePull = defineTool({
  name: 'image_pull',
  title: 'Pull (download) an image',
  description: 'Pull an image from its registry (the tag latest unless one is named). Private registries need a sign-in in the settings.',
  scopes: ['images:write'],
  annotations: writes({ idempotent: true, openWorld: true }),
  deadlineMs: 30 * 60_000,
  inputSchema: z.strictObject({
    image: fields.image,
    host: fields.host,
    platform: z
      .string()
      .max(64)
      .regex(/^[a-z0-9/]+$/)
      .optional()
      .describe('Platform, e.g. linux/arm64; the engine’s own without it'),
  }),
  outputSchema: z.object({
    host: fields.hostOut,
    image: z.string(),
    id: z.string(),
    digest: z.string().optional(),
    up_to_date: z.boolean().describe('The engine had exactly this already'),
    layers: z.number(),
    transferred: z.number().describe('Layers that were downloaded'),
    bytes: z.number().describe('Downloaded, as far as the engine said'),
  }),
  async handler({ image, host, platform }, { deps: { docker }, signal, progress }: ToolContext<DockerDeps>) {
    const engine = await docker.hosts.forWrite(host);
    const { id, digest, upToDate, ...done } = await pull(docker, engine, { image, platform }, signal, progress);
    const { layers, transferred, bytes } = done;
    return {
      host: engine.name,
      image: done.image,
      id: short(id),
      ...(digest === undefined ? {} : { digest }),
      up_to_date: upToDate,
      layers,
      transferred,
      bytes,
    };
  },
  render: (out) => ({
    summary: out.up_to_date
      ? `${out.image} on ${out.host} is up to date (${out.id}).`
      : `Pulled ${out.image} to ${out.host} (${out.id}): ${out.transferred} of ${out.layers} layers, ${size(out.bytes)}.`,
  }),
});
