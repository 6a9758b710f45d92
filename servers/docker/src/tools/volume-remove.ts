import { defineTool, destroys, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { diskUsage, inspectVolume, listContainers, removeVolume } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { nameOf } from '../report/container.ts';
import { size } from '../report/words.ts';
import * as fields from './fields.ts';

export const volumeRemove = defineTool({
  name: 'volume_remove',
  title: 'Delete a volume',
  description: 'Remove a volume and everything in it. One that a container mounts, running or not, is refused.',
  scopes: ['volumes:delete'],
  annotations: destroys(),
  inputSchema: z.strictObject({ volume: fields.volume, host: fields.host }),
  outputSchema: z.object({ host: fields.hostOut, removed: z.string() }),
  async plan({ volume, host }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.forWrite(host);
    const [one, usage, containers] = await Promise.all([
      inspectVolume(engine, volume, signal),
      diskUsage(engine, signal),
      listContainers(engine, { all: true }, signal),
    ]);
    const users = containers
      .filter((user) => (user.Mounts ?? []).some((mount) => mount.Name === one.Name))
      .map((user) => nameOf(user.Names));
    const bytes = usage.Volumes?.find((used) => used.Name === one.Name)?.UsageData?.Size ?? -1;
    return {
      summary: `Remove the volume ${one.Name} from ${engine.name} with all its data${bytes >= 0 ? ` (${size(bytes)})` : ''}.`,
      changes: [
        `volume ${one.Name} (${one.Driver ?? ''}), made ${one.CreatedAt ?? 'at an unknown time'}`,
        ...users.map((name) => `mounted by the container ${name}, so it will be refused`),
      ],
      state: { name: one.Name, created: one.CreatedAt, users: users.toSorted() },
    };
  },
  async handler({ volume, host }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.forWrite(host);
    await removeVolume(engine, volume, { force: false }, signal);
    return { host: engine.name, removed: volume };
  },
  render: ({ host, removed }) => ({ summary: `Removed the volume ${removed} from ${host}.` }),
});
