import { pathspecs } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { refuseFiltered } from '../client/filtered.ts';
import type { GitDeps } from '../client/index.ts';
import { needsWorkingTree } from '../client/revisions.ts';
import { readStatus } from '../client/status.ts';
import { ChangedPath, WRITE, flag, paths, repo } from '../fields.ts';

export const add = defineTool({
  name: 'add',
  title: 'Stage changes',
  description:
    'Stages files for the next commit: new, changed and deleted ones. Also marks conflicts as resolved. Ignored files are left out.',
  scopes: WRITE,
  annotations: writes({ idempotent: true }),
  inputSchema: z.strictObject({
    repo,
    paths: paths('What to stage; folders stage all below them.').default([]),
    all: flag('Everything that changed, instead of `paths`.'),
    tracked_only: flag('Leave new files out.'),
  }),
  outputSchema: z.object({ staged: z.array(ChangedPath), total: z.number(), truncated: z.boolean() }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const top = needsWorkingTree(repository);
    if (input.all === input.paths.length > 0)
      throw new ToolError('invalid_input', 'Give either `paths` or `all: true`.', { hint: 'Use `all: true` to stage everything.' });
    const specs = input.all ? [':(top)'] : pathspecs(top, input.paths);
    await refuseFiltered(repository, specs);
    await repository.run(['add', input.tracked_only ? '--update' : '--all', '--', ...specs], { access: 'write', timeoutMs: 300_000 });
    const { staged } = await readStatus(repository, 'none');
    return { staged: staged.slice(0, 200), total: staged.length, truncated: staged.length > 200 };
  },
  render: ({ staged, total }) => ({
    summary: `${total} file(s) are staged.`,
    data: staged.map(({ path, change }) => `${change} ${path}`).join('\n'),
  }),
});
