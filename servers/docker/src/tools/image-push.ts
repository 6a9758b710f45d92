import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { pushImage } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { fullName, parseImageName } from '../report/image-name.ts';
import { LayerTally } from '../transfer/layers.ts';
import * as fields from './fields.ts';

/** The image under its full name, which is where it goes to. */
function destination(image: string) {
  const name = parseImageName(image);
  if (name.digest !== undefined)
    throw new ToolError('invalid_input', 'A push names a tag, not a digest.', { hint: 'Give the image a tag with image_tag.' });
  return { ...name, tag: name.tag ?? 'latest', full: fullName({ ...name, tag: name.tag ?? 'latest' }) };
}

export const imagePush = defineTool({
  name: 'image_push',
  title: 'Push (upload) an image to its registry',
  description:
    'Push an image to the registry that its name begins with, replacing what the tag pointed to there. Name it with image_tag first.',
  scopes: ['images:push'],
  annotations: writes({ idempotent: true, openWorld: true }),
  deadlineMs: 30 * 60_000,
  inputSchema: z.strictObject({ image: fields.image, host: fields.host }),
  outputSchema: z.object({
    host: fields.hostOut,
    image: z.string(),
    digest: z.string().optional(),
    layers: z.number(),
    transferred: z.number(),
    bytes: z.number(),
  }),
  async handler({ image, host }, { deps: { docker }, signal, progress }: ToolContext<DockerDeps>) {
    const engine = await docker.hosts.forWrite(host);
    const { repo, tag, registry, full } = destination(image);
    const tally = new LayerTally(progress);
    const stream = await pushImage(engine, { repo, tag, registry, login: docker.login(registry) }, signal);
    await engine.follow(stream, (event) => tally.add(event), signal);
    tally.demandSuccess(`Pushing ${full} failed`);
    const { layers, transferred, bytes } = tally.summary();
    return { host: engine.name, image: full, ...(tally.digest === undefined ? {} : { digest: tally.digest }), layers, transferred, bytes };
  },
  render: ({ host, image, digest, layers, transferred }) => ({
    summary: `Pushed ${image} from ${host}: ${transferred} of ${layers} layers${digest ? `, ${digest}` : ''}.`,
  }),
});
