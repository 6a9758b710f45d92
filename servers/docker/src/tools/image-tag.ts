import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { inspectImage, tagImage } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { parseImageName } from '../report/image-name.ts';
import { short } from '../report/words.ts';
import * as fields from './fields.ts';

export const imageTag = defineTool({
  name: 'image_tag',
  title: 'Give an image another name',
  description:
    'Give an image one more name, for example one that begins with a registry before image_push. An image that had the name loses it.',
  scopes: ['images:write'],
  annotations: writes({ idempotent: true }),
  inputSchema: z.strictObject({
    image: fields.image,
    host: fields.host,
    name: z.string().max(512).describe('The new name, e.g. registry.example/app:1.2'),
  }),
  outputSchema: z.object({
    host: fields.hostOut,
    id: z.string(),
    name: z.string(),
    moved_from: z.string().optional().describe('The image that had this name before'),
  }),
  async handler({ image, host, name }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.forWrite(host);
    const { repo, tag = 'latest', digest } = parseImageName(name);
    if (digest !== undefined)
      throw new ToolError('invalid_input', 'A name to give has a tag, not a digest.', { hint: 'Write registry/path:tag.' });
    const full = `${repo}:${tag}`;
    const before = await inspectImage(engine, full, signal).catch((error: unknown) => {
      if (fields.isMissing(error)) return undefined;
      throw error;
    });
    await tagImage(engine, image, { repo, tag }, signal);
    const { Id } = await inspectImage(engine, full, signal);
    return {
      host: engine.name,
      id: short(Id),
      name: full,
      ...(before !== undefined && before.Id !== Id ? { moved_from: short(before.Id) } : {}),
    };
  },
  render: ({ host, id, name, moved_from }) => ({
    summary: `${id} on ${host} is now ${name}${moved_from ? `, which was ${moved_from} before` : ''}.`,
  }),
});
