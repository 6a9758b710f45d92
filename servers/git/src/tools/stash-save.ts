import { pathspecs } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { needsWorkingTree } from '../client/revisions.ts';
import { listStashes } from '../client/stashes.ts';
import { WRITE, flag, paths, repo, short } from '../fields.ts';

export const stashSave = defineTool({
  name: 'stash_save',
  title: 'Put changes away',
  description: 'Puts uncommitted changes into the stash and leaves the working tree clean. stash_pop or stash_apply brings them back.',
  scopes: WRITE,
  annotations: writes(),
  inputSchema: z.strictObject({
    repo,
    message: z.string().min(1).max(500).optional().describe('What it is, for stash_list.'),
    untracked: z.boolean().default(true).describe('Also untracked files (ignored ones stay).'),
    keep_staged: flag('Leave staged changes in place.'),
    paths: paths('Only these.').default([]),
  }),
  outputSchema: z.object({ index: z.number(), commit: z.string(), message: z.string() }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const top = needsWorkingTree(repository);
    const before = (await listStashes(repository)).length;
    const argv = [
      'stash',
      'push',
      '--quiet',
      ...(input.untracked ? ['--include-untracked'] : []),
      ...(input.keep_staged ? ['--keep-index'] : []),
      ...(input.message === undefined ? [] : [`--message=${input.message}`]),
      '--',
      ...pathspecs(top, input.paths),
    ];
    await repository.run(argv, { access: 'write' });
    const [newest, ...rest] = await listStashes(repository);
    if (newest === undefined || rest.length + 1 === before)
      throw new ToolError('conflict', 'There are no changes to put away.', { hint: 'Look at status.' });
    return { index: 0, commit: newest.commit, message: newest.message };
  },
  render: ({ commit, message }) => ({ summary: `Put the changes away as stash 0 (${short(commit)}).`, data: message }),
});
