import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, destroys, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { inspectContainer, removeContainer, type WireInspect } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { inspectName } from '../report/container.ts';
import { short, size } from '../report/words.ts';
import * as fields from './fields.ts';

/** The engine names anonymous volumes by 64 hexadecimal digits. */
const anonymousOf = (facts: WireInspect): string[] =>
  (facts.Mounts ?? []).flatMap((mount) => (mount.Type === 'volume' && /^[0-9a-f]{64}$/.test(mount.Name ?? '') ? [mount.Name ?? ''] : []));

export const containerRemove = defineTool({
  name: 'container_remove',
  title: 'Delete a container',
  description:
    'Remove a container, and its anonymous volumes unless they are kept. A running one needs force. Use container_prune for all stopped ones.',
  scopes: ['containers:delete'],
  annotations: destroys(),
  inputSchema: z.strictObject({
    container: fields.container,
    host: fields.host,
    force: z.boolean().default(false).describe('Kill it first if it runs'),
    keep_volumes: z.boolean().default(false).describe('Keep its anonymous volumes'),
  }),
  outputSchema: z.object({
    host: fields.hostOut,
    removed: z.string(),
    id: z.string(),
    volumes: z.array(z.string()).describe('Anonymous volumes removed with it'),
  }),
  async plan({ container, host, force, keep_volumes }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.forWrite(host);
    const facts = await inspectContainer(engine, container, signal, true);
    const volumes = anonymousOf(facts);
    const kept = (facts.Mounts ?? []).filter((mount) => mount.Type === 'volume' && !volumes.includes(mount.Name ?? ''));
    return {
      summary: `Remove the container ${inspectName(facts)} from ${engine.name}${facts.State?.Running ? (force ? ', killing it' : ', which runs and so will be refused without force') : ''}.`,
      changes: [
        `container ${inspectName(facts)} (${short(facts.Id)}, ${facts.Config?.Image ?? ''}, ${facts.State?.Status ?? ''}) with ${size(facts.SizeRw ?? 0)} that it wrote`,
        ...volumes.map((name) => `${keep_volumes ? 'kept: ' : ''}anonymous volume ${short(name)}`),
        ...kept.map((mount) => `kept: volume ${mount.Name ?? ''}`),
      ],
      state: { id: facts.Id, running: facts.State?.Running, started: facts.State?.StartedAt },
    };
  },
  async handler({ container, host, force, keep_volumes }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.forWrite(host);
    const facts = await inspectContainer(engine, container, signal);
    if (facts.State?.Running && !force) {
      throw new ToolError('conflict', `The container ${inspectName(facts)} runs.`, {
        hint: 'Stop it with container_lifecycle first, or set force.',
      });
    }
    await removeContainer(engine, facts.Id, { v: !keep_volumes, force }, signal);
    return { host: engine.name, removed: inspectName(facts), id: short(facts.Id), volumes: keep_volumes ? [] : anonymousOf(facts) };
  },
  render: ({ host, removed, volumes }) => ({
    summary: `Removed ${removed} from ${host}${volumes.length > 0 ? ` with ${volumes.length} anonymous volumes` : ''}.`,
  }),
});
