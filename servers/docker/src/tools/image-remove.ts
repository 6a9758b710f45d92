import { defineTool, destroys, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { inspectImage, listContainers, removeImage } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { nameOf } from '../report/container.ts';
import { count, short, size } from '../report/words.ts';
import * as fields from './fields.ts';

export const imageRemove = defineTool({
  name: 'image_remove',
  title: 'Delete an image',
  description: 'Take a name from an image, and remove the image when it was the last one. Use image_prune for all that nothing uses.',
  scopes: ['images:delete'],
  annotations: destroys(),
  inputSchema: z.strictObject({
    image: fields.image,
    host: fields.host,
    force: z.boolean().default(false).describe('Also when stopped containers use it, or it has several names'),
    keep_parents: z.boolean().default(false).describe('Keep parents without a name'),
  }),
  outputSchema: z.object({ host: fields.hostOut, untagged: z.array(z.string()), deleted: z.array(z.string()) }),
  async plan({ image, host, force }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.forWrite(host);
    const facts = await inspectImage(engine, image, signal);
    const users = await listContainers(engine, { all: true, filters: { ancestor: [facts.Id] } }, signal);
    const names = facts.RepoTags ?? [];
    const last = names.length <= 1 || !names.includes(image);
    return {
      summary: last
        ? `Remove the image ${image} from ${engine.name}, up to ${size(facts.Size ?? 0)}.`
        : `Take the name ${image} from an image on ${engine.name} that keeps ${count(names.length - 1, 'other name')}.`,
      changes: [
        `image ${short(facts.Id)}: ${names.join(', ') || 'no name'}`,
        ...users.map(
          (one) => `used by the container ${nameOf(one.Names)} (${one.State ?? ''})${force ? '' : ', so it will be refused without force'}`,
        ),
      ],
      state: { id: facts.Id, names, users: users.map((one) => one.Id).toSorted() },
    };
  },
  async handler({ image, host, force, keep_parents }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.forWrite(host);
    const done = await removeImage(engine, image, { force, noprune: keep_parents }, signal);
    return {
      host: engine.name,
      untagged: done.flatMap((one) => one.Untagged ?? []),
      deleted: done.flatMap((one) => (one.Deleted === undefined ? [] : [short(one.Deleted)])),
    };
  },
  render: ({ host, untagged, deleted }) => ({
    summary: `On ${host}: ${count(untagged.length, 'name')} taken, ${count(deleted.length, 'image or layer', 'images or layers')} removed.`,
    data: untagged.join('\n'),
  }),
});
