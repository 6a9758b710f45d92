import { literalPathspecs, worktreePath } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { listConflicts } from '../client/conflicts.ts';
import type { GitDeps } from '../client/index.ts';
import { needsWorkingTree } from '../client/revisions.ts';
import { keepUndo } from '../client/undo.ts';
import { WRITE, repo } from '../fields.ts';

export const conflictResolve = defineTool({
  name: 'conflict_resolve',
  title: 'Resolve conflicts',
  description:
    'Takes one whole side of conflicting files, or the files as they were edited, and marks them resolved. In a rebase "ours" is the branch that is rebased onto.',
  scopes: WRITE,
  annotations: writes(),
  inputSchema: z.strictObject({
    repo,
    paths: z.array(z.string().min(1).max(4096)).min(1).max(1000).describe('The files, as conflict_list names them.'),
    take: z.enum(['ours', 'theirs', 'edited']).describe('Which content: our side, their side, or the file as it lies there now.'),
  }),
  outputSchema: z.object({ resolved: z.array(z.string()), left: z.array(z.string()), undo: z.string() }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const top = needsWorkingTree(repository);
    const open = await listConflicts(repository);
    const wanted = input.paths.map((path) => worktreePath(top, path));
    const unknown = wanted.filter((path) => !open.some((conflict) => conflict.path === path));
    if (unknown.length > 0)
      throw new ToolError('invalid_input', `Not in conflict: ${unknown.slice(0, 10).join(', ')}.`, {
        hint: 'Take the names from conflict_list.',
      });
    const marked = open.filter(({ path, regions }) => input.take === 'edited' && wanted.includes(path) && regions > 0);
    if (marked.length > 0)
      throw new ToolError('conflict', `Conflict markers are still in ${marked.map(({ path }) => path).join(', ')}.`, {
        hint: 'Edit the files first, or take one side.',
      });
    const undo = await keepUndo(repository, deps.git.settings.undo, { operation: 'restore', untracked: 'none', paths: wanted });
    for (const path of wanted) {
      const kind = open.find((conflict) => conflict.path === path)?.kind;
      const gone =
        kind === 'both_deleted' ||
        (input.take === 'ours' && (kind === 'deleted_by_us' || kind === 'added_by_them')) ||
        (input.take === 'theirs' && (kind === 'deleted_by_them' || kind === 'added_by_us'));
      const specs = literalPathspecs(top, [path]);
      if (gone) {
        await repository.run(['update-index', '--force-remove', '-z', '--stdin'], { access: 'write', input: `${path}\0` });
        await repository.run(['clean', '-f', '-x', '--quiet', '--', ...specs], { access: 'write' });
        continue;
      }
      if (input.take !== 'edited') await repository.run(['checkout', '--quiet', `--${input.take}`, '--', ...specs], { access: 'write' });
      await repository.run(['add', '--', ...specs], { access: 'write' });
    }
    return { resolved: wanted, left: (await listConflicts(repository)).map(({ path }) => path), undo };
  },
  render: ({ resolved, left }) => ({
    summary: `Resolved ${resolved.length} file(s), ${left.length} left.${left.length === 0 ? ' Now operation_continue.' : ''}`,
    data: left.join('\n'),
  }),
});
