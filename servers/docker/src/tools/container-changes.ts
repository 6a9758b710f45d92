import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { containerChanges as changesOf } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { count } from '../report/words.ts';
import * as fields from './fields.ts';

const KINDS = ['changed', 'added', 'deleted'] as const;

export const containerChanges = defineTool({
  name: 'container_changes',
  title: 'Files that a container changed',
  description:
    'Which files a container has added, changed or deleted since it was made from its image. Use container_copy_from to read one.',
  scopes: ['containers:read'],
  annotations: reads(),
  inputSchema: z.strictObject({
    container: fields.container,
    host: fields.host,
    under: z.string().max(4096).default('/').describe('Only below this folder'),
    limit: fields.limit(2000, 200),
  }),
  outputSchema: z.object({
    host: fields.hostOut,
    changes: z.array(z.object({ kind: z.enum(KINDS), path: z.string() })),
    total: z.number(),
    truncated: z.boolean(),
  }),
  async handler({ container, host, under, limit }, { deps, signal }: ToolContext<DockerDeps>) {
    const engine = await deps.docker.hosts.get(host);
    const folder = under.replace(/\/+$/, '');
    const all = (await changesOf(engine, container, signal)).filter(({ Path }) => Path === folder || Path.startsWith(`${folder}/`));
    const { items, total, truncated } = fields.page(all, limit);
    return {
      host: engine.name,
      changes: items.map(({ Kind, Path }) => ({ kind: KINDS[Kind] ?? 'changed', path: Path })),
      total,
      truncated,
    };
  },
  render: ({ host, changes, total, truncated }) => ({
    summary: `${count(total, 'change')} on ${host}.${fields.more({ items: changes, total, truncated })}`,
    data: changes.map((one) => `${one.kind} ${one.path}`).join('\n'),
  }),
});
