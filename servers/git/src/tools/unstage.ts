import { pathspecs } from '@deployment-engine/shared/git';
import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { headOf, needsWorkingTree } from '../client/revisions.ts';
import { readStatus } from '../client/status.ts';
import { ChangedPath, WRITE, paths, repo } from '../fields.ts';

export const unstage = defineTool({
  name: 'unstage',
  title: 'Unstage changes',
  description: 'Takes files out of the next commit; the files on disk stay as they are.',
  scopes: WRITE,
  annotations: writes({ idempotent: true }),
  inputSchema: z.strictObject({ repo, paths: paths('What to unstage; nothing means everything.').default([]) }),
  outputSchema: z.object({ staged: z.array(ChangedPath), total: z.number() }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const specs = input.paths.length === 0 ? [':(top)'] : pathspecs(needsWorkingTree(repository), input.paths);
    // before the first commit there is nothing to compare the index with
    const argv = (await headOf(repository)) === undefined ? ['read-tree', '--empty'] : ['reset', '--quiet', '--', ...specs];
    await repository.run(argv, { access: 'write' });
    const { staged } = await readStatus(repository, 'none');
    return { staged: staged.slice(0, 200), total: staged.length };
  },
  render: ({ staged, total }) => ({
    summary: `${total} file(s) are still staged.`,
    data: staged.map(({ path, change }) => `${change} ${path}`).join('\n'),
  }),
});
