import { checkRefName } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { commitOf, currentBranch, headOf, idOf, needsWorkingTree } from '../client/revisions.ts';
import { WRITE, flag, ref, repo, short } from '../fields.ts';

export const branchSwitch = defineTool({
  name: 'branch_switch',
  title: 'Switch branches (checkout)',
  description:
    'Checks out a branch; a branch that only a remote has is created and follows it. Uncommitted changes that would be lost make it refuse.',
  scopes: WRITE,
  annotations: writes({ idempotent: true }),
  inputSchema: z.strictObject({
    repo,
    to: ref('The branch'),
    detach: flag('Check out a commit without a branch; then `to` may be any revision.'),
  }),
  outputSchema: z.object({ branch: z.string().optional(), head: z.string(), from: z.string().optional(), created: z.boolean() }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    needsWorkingTree(repository);
    const from = (await currentBranch(repository)) ?? (await headOf(repository));
    const common = ['switch', '--no-guess', '--no-recurse-submodules', '--no-progress'];
    let created = false;
    if (input.detach) await repository.run([...common, '--detach', await commitOf(repository, input.to)], { access: 'write' });
    else {
      const name = checkRefName(input.to);
      const remote = (await idOf(repository, `refs/heads/${name}`)) === undefined ? await remoteBranch(repository, name) : undefined;
      created = remote !== undefined;
      await repository.run(remote === undefined ? [...common, '--', name] : [...common, '--create', name, '--track', remote], {
        access: 'write',
      });
    }
    const branch = await currentBranch(repository);
    return { branch, head: (await headOf(repository)) ?? '', from, created };
  },
  render: ({ branch, head, created }) => ({
    summary: `${created ? 'Created and checked out' : 'Checked out'} ${branch === undefined ? `commit ${short(head)} (detached HEAD)` : `the branch at ${short(head)}`}.`,
    data: branch ?? '',
  }),
});

/** The remote-tracking branch of this name, if just one remote has it. An unborn branch of the same name needs none. */
async function remoteBranch(repository: Awaited<ReturnType<GitDeps['git']['open']>>, name: string): Promise<string | undefined> {
  if ((await currentBranch(repository)) === name) return undefined;
  const found: string[] = [];
  for (const remote of repository.remotes())
    if ((await idOf(repository, `refs/remotes/${remote}/${name}`)) !== undefined) found.push(`${remote}/${name}`);
  if (found.length === 1) return found[0];
  if (found.length > 1)
    throw new ToolError('conflict', `Several remotes have this branch: ${found.join(', ')}.`, {
      hint: 'Create it by branch_create with `from` and `track`.',
    });
  throw new ToolError('not_found', `There is no branch "${name.slice(0, 80)}".`, {
    hint: 'Look at branch_list, fetch, or use branch_create.',
  });
}
