import { checkRefName } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { commitOf } from '../client/revisions.ts';
import { WRITE, branchName, ref, repo, short } from '../fields.ts';

export const worktreeAdd = defineTool({
  name: 'worktree_add',
  title: 'Add a second working tree (worktree)',
  description: 'Checks out a branch or commit in another folder beside this one, sharing the same repository.',
  scopes: WRITE,
  toolset: 'worktree',
  annotations: writes(),
  deadlineMs: 300_000,
  inputSchema: z.strictObject({
    repo,
    path: z.string().min(1).max(4096).describe('The new folder, inside the allowed folders; absolute or relative to the first of them.'),
    branch: branchName('An existing branch to check out there.').optional(),
    new_branch: branchName('A branch to create there.').optional(),
    ref: ref('Where a new branch begins, or the commit to check out without a branch').default('HEAD'),
  }),
  outputSchema: z.object({ path: z.string(), branch: z.string().optional(), head: z.string() }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    if (input.branch !== undefined && input.new_branch !== undefined)
      throw new ToolError('invalid_input', '`branch` and `new_branch` exclude each other.', { hint: 'Give one.' });
    const place = await call.roots.locate(input.path, { mustExist: false });
    if (place.exists)
      throw new ToolError('conflict', 'Something lies at that path already.', { hint: 'Choose a folder that does not exist yet.' });
    if (place.path.split(/[\\/]/).includes('.git'))
      throw new ToolError('invalid_input', 'The folder must not lie inside a .git folder.', { hint: 'Choose another folder.' });
    const head = await commitOf(repository, input.branch === undefined ? input.ref : `refs/heads/${checkRefName(input.branch)}`);
    const how =
      input.new_branch !== undefined
        ? ['-b', checkRefName(input.new_branch), '--no-track', '--', place.path, head]
        : input.branch !== undefined
          ? ['--', place.path, input.branch]
          : ['--detach', '--', place.path, head];
    await repository.run(['worktree', 'add', '--quiet', '--no-guess-remote', ...how], { access: 'write', timeoutMs: 280_000 });
    return { path: place.path, branch: input.new_branch ?? input.branch, head };
  },
  render: ({ path, branch, head }) => ({ summary: `Added a working tree at ${short(head)}.`, data: `${path} ${branch ?? 'detached'}` }),
});
