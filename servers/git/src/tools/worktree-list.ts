import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { listWorktrees } from '../client/worktrees.ts';
import { READ, repo, short } from '../fields.ts';

export const worktreeList = defineTool({
  name: 'worktree_list',
  title: 'List working trees',
  description: 'The working trees of a repository and what is checked out in each.',
  scopes: READ,
  toolset: 'worktree',
  annotations: reads(),
  inputSchema: z.strictObject({ repo }),
  outputSchema: z.object({
    worktrees: z.array(
      z.object({
        path: z.string(),
        head: z.string().optional(),
        branch: z.string().optional(),
        bare: z.boolean(),
        locked: z.boolean(),
        missing: z.boolean(),
        main: z.boolean(),
      }),
    ),
  }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    return { worktrees: await listWorktrees(await deps.git.open(input.repo, call)) };
  },
  render: ({ worktrees }) => ({
    summary: `${worktrees.length} working tree(s).`,
    data: worktrees
      .map(
        ({ path, head, branch, locked, missing }) =>
          `${path} ${branch ?? 'detached'} ${short(head)}${locked ? ' locked' : ''}${missing ? ' missing' : ''}`,
      )
      .join('\n'),
  }),
});
