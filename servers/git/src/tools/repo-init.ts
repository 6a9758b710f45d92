import { checkRefName } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { WRITE, branchName, flag } from '../fields.ts';

export const repoInit = defineTool({
  name: 'repo_init',
  title: 'Create a new repository',
  description: 'Makes a folder inside the allowed folders a git repository, creating it if needed. Nothing is committed.',
  scopes: WRITE,
  annotations: writes(),
  inputSchema: z.strictObject({
    repo: z.string().min(1).max(4096).describe('The folder.'),
    branch: branchName('Name of the first branch.').default('main'),
    bare: flag('Without a working tree, as a place to push to.'),
  }),
  outputSchema: z.object({ path: z.string(), branch: z.string() }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const { git } = deps.git;
    const existing = await git.open(input.repo, call).catch((error: unknown) => {
      if (error instanceof ToolError && error.code === 'not_found') return undefined;
      throw error;
    });
    const place = await call.roots.locate(input.repo, { mustExist: false });
    if (existing !== undefined && (existing.top === place.path || existing.gitDir === place.path)) {
      throw new ToolError('conflict', 'The folder is a repository already.', { hint: 'Look at repo_info.' });
    }
    const branch = checkRefName(input.branch);
    return { path: await git.init(input.repo, { ...call, branch, bare: input.bare }), branch };
  },
  render: ({ path }) => ({ summary: 'Created an empty repository.', data: path }),
});
