import { checkRefName } from '@deployment-engine/shared/git';
import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { commitOf, needsWorkingTree } from '../client/revisions.ts';
import { WRITE, branchName, flag, ref, repo, short } from '../fields.ts';

export const branchCreate = defineTool({
  name: 'branch_create',
  title: 'Create a new branch',
  description: 'Creates a branch at a commit, and switches to it if told so.',
  scopes: WRITE,
  annotations: writes(),
  inputSchema: z.strictObject({
    repo,
    name: branchName('Name of the new branch.'),
    from: ref('Where it begins').default('HEAD'),
    switch: flag('Also check it out.'),
    track: branchName('Upstream to follow, for example origin/main.').optional(),
  }),
  outputSchema: z.object({ name: z.string(), commit: z.string(), switched: z.boolean() }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const name = checkRefName(input.name);
    if (input.switch) needsWorkingTree(repository);
    const commit = await commitOf(repository, input.from);
    if (input.track !== undefined) checkRefName(input.track);
    await repository.run(['branch', '--no-track', '--', name, commit], { access: 'write' });
    if (input.track !== undefined) await repository.run(['branch', `--set-upstream-to=${input.track}`, '--', name], { access: 'write' });
    if (input.switch)
      await repository.run(['switch', '--no-guess', '--no-recurse-submodules', '--no-progress', '--', name], { access: 'write' });
    return { name, commit, switched: input.switch };
  },
  render: ({ name, commit, switched }) => ({
    summary: `Created${switched ? ' and checked out' : ''} the branch at ${short(commit)}.`,
    data: name,
  }),
});
