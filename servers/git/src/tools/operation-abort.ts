import { ToolError } from '@deployment-engine/shared/contracts';
import type { Repository } from '@deployment-engine/shared/git';
import { defineTool, destroys, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { listConflicts } from '../client/conflicts.ts';
import type { GitDeps } from '../client/index.ts';
import { headOf, needsWorkingTree } from '../client/revisions.ts';
import { readStatus } from '../client/status.ts';
import { keepUndo } from '../client/undo.ts';
import { WRITE, repo, short } from '../fields.ts';

const PROGRAMS = { merge: 'merge', rebase: 'rebase', cherry_pick: 'cherry-pick', revert: 'revert' } as const;

export const operationAbort = defineTool({
  name: 'operation_abort',
  title: 'Abort a merge or rebase',
  description:
    'Ends the unfinished merge, rebase, cherry-pick or revert and puts the branch back to where it was. Resolutions made so far are kept in an undo point.',
  scopes: WRITE,
  annotations: destroys(),
  inputSchema: z.strictObject({ repo }),
  outputSchema: z.object({ operation: z.enum(['merge', 'rebase', 'cherry_pick', 'revert']), head: z.string(), undo: z.string() }),
  async plan(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const operation = await operationHere(repository);
    const { staged, unstaged } = await readStatus(repository, 'none');
    const conflicts = await listConflicts(repository);
    return {
      summary: `Gives the ${operation} up.`,
      changes: [
        ...conflicts.map(({ path, kind }) => `${kind} ${path} goes back`),
        ...staged.map(({ path }) => `staged ${path} goes back`),
        ...unstaged.map(({ path }) => `changed ${path} goes back`),
      ].slice(0, 200),
      state: { operation, head: await headOf(repository), conflicts, staged, unstaged },
    };
  },
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const operation = await operationHere(repository);
    const undo = await keepUndo(repository, deps.git.settings.undo, { operation: 'abort', untracked: 'none', note: operation });
    await repository.run([PROGRAMS[operation], '--abort'], { access: 'write' });
    return { operation, head: (await headOf(repository)) ?? '', undo };
  },
  render: ({ operation, head, undo }) => ({ summary: `Gave the ${operation} up; HEAD is ${short(head)}. Undo point: ${undo}.` }),
});

async function operationHere(repository: Repository) {
  needsWorkingTree(repository);
  const operation = await repository.unfinished();
  if (operation === undefined) throw new ToolError('conflict', 'Nothing is unfinished.', { hint: 'Look at status.' });
  if (operation === 'am' || operation === 'bisect')
    throw new ToolError('unsupported', `An unfinished ${operation} is not ended from here.`, { hint: 'End it in a terminal.' });
  return operation;
}
