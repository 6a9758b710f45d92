import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { listStashes } from '../client/stashes.ts';
import { READ, limit, repo } from '../fields.ts';

export const stashList = defineTool({
  name: 'stash_list',
  title: 'List the stash',
  description: 'What was put away by stash_save, newest first. Use stash_show for the content of one.',
  scopes: READ,
  annotations: reads(),
  inputSchema: z.strictObject({ repo, limit: limit(500, 50, 'entries') }),
  outputSchema: z.object({
    stashes: z.array(z.object({ index: z.number(), commit: z.string(), message: z.string(), date: z.string() })),
    total: z.number(),
  }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const stashes = await listStashes(await deps.git.open(input.repo, call));
    return { stashes: stashes.slice(0, input.limit), total: stashes.length };
  },
  render: ({ stashes, total }) => ({
    summary: `${total} stash(es).`,
    data: stashes.map(({ index, date, message }) => `${index} ${date.slice(0, 10)} ${message}`).join('\n'),
  }),
});
