import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { getArchive, inspectContainer, readArchive } from '../client/index.ts';
import type { DockerDeps } from '../docker.ts';
import { demandReachable } from '../policy/index.ts';
import { count, size } from '../report/words.ts';
import * as fields from './fields.ts';

export const containerCopyFrom = defineTool({
  name: 'container_copy_from',
  title: 'Copy a file or folder out of a container',
  description:
    'The content of a file in a container, or the list of what a folder holds; works for stopped containers too. Use container_exec to search.',
  scopes: ['containers:read'],
  annotations: reads(),
  inputSchema: z.strictObject({
    container: fields.container,
    host: fields.host,
    path: z.string().min(1).max(4096).describe('Path in the container'),
    max_bytes: z.int().min(1).max(1_000_000).default(64_000).describe('Return at most this much of a file'),
    limit: fields.limit(2000, 200),
  }),
  outputSchema: z.object({
    host: fields.hostOut,
    path: z.string(),
    type: z.enum(['file', 'directory', 'symlink', 'other']),
    size: z.number().describe('Bytes of the file'),
    encoding: z.enum(['utf8', 'base64']).optional(),
    content: z.string().optional(),
    target: z.string().optional().describe('Where a link points'),
    entries: z
      .array(z.object({ name: z.string(), type: z.string(), size: z.number() }))
      .optional()
      .describe('What a folder holds, with everything below it'),
    truncated: z.boolean(),
  }),
  async handler({ container, host, path, max_bytes, limit }, { deps: { docker }, roots, signal }: ToolContext<DockerDeps>) {
    const engine = await docker.hosts.get(host);
    const facts = await inspectContainer(engine, container, signal);
    await demandReachable(facts, docker.world(engine, roots, signal));
    const archive = await getArchive(engine, facts.Id, path, signal);
    try {
      const { entries, truncated } = await readArchive(archive, { contentBytes: max_bytes, entries: limit + 1 });
      const [first, ...rest] = entries;
      if (first === undefined) throw new ToolError('not_found', `There is nothing at ${path}.`);
      const answer = { host: engine.name, path, type: first.type, size: first.size };
      if (first.type === 'directory') {
        const prefix = first.name.length;
        return { ...answer, entries: rest.map((one) => ({ name: one.name.slice(prefix), type: one.type, size: one.size })), truncated };
      }
      const { content = Buffer.alloc(0), target } = first;
      const text = textOf(content);
      return {
        ...answer,
        ...(target === undefined ? {} : { target }),
        ...(first.type === 'file'
          ? { encoding: text === undefined ? ('base64' as const) : ('utf8' as const), content: text ?? content.toString('base64') }
          : {}),
        truncated: first.size > content.length && first.type === 'file',
      };
    } catch (error) {
      throw error instanceof ToolError ? error : engine.failure(error, signal);
    } finally {
      archive.destroy();
    }
  },
  render: ({ host, type, size: bytes, content, encoding, entries, target, truncated }) => ({
    summary: `${type} on ${host}, ${entries ? count(entries.length, 'entry', 'entries') : size(bytes)}${encoding === 'base64' ? ', base64' : ''}${truncated ? ', cut' : ''}.`,
    data: content ?? target ?? (entries ?? []).map((one) => `${one.type} ${one.name} ${one.type === 'file' ? one.size : ''}`).join('\n'),
  }),
});

/** The text of bytes that are UTF-8, if need be without a last character that was cut in two. */
function textOf(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  for (let cut = 0; cut < 4; cut += 1) {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, bytes.length - cut));
    } catch {
      // one byte less may end at a whole character
    }
  }
  return undefined;
}
