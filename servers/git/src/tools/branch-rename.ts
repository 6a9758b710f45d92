import { checkRefName } from '@deployment-engine/shared/git';
import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { WRITE, branchName, repo } from '../fields.ts';

export const branchRename = defineTool({
  name: 'branch_rename',
  title: 'Rename a branch',
  description: 'Gives a local branch another name; its upstream and history stay. A taken name is refused.',
  scopes: WRITE,
  annotations: writes(),
  inputSchema: z.strictObject({ repo, from: branchName('The branch.'), to: branchName('Its new name.') }),
  outputSchema: z.object({ from: z.string(), to: z.string() }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const [from, to] = [checkRefName(input.from), checkRefName(input.to)];
    await repository.run(['branch', '--move', '--', from, to], { access: 'write' });
    return { from, to };
  },
  render: ({ from, to }) => ({ summary: 'Renamed the branch.', data: `${from} -> ${to}` }),
});
