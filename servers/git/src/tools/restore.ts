import { literalPathspecs, pathspecs, type Repository } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, destroys, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { listChanges } from '../client/changes.ts';
import type { GitDeps } from '../client/index.ts';
import { commitOf, needsWorkingTree } from '../client/revisions.ts';
import { keepUndo } from '../client/undo.ts';
import { WRITE, paths, ref, repo } from '../fields.ts';

export const restore = defineTool({
  name: 'restore',
  title: 'Discard changes of files',
  description:
    'Puts tracked files back to a commit (default: the last one), staged and unstaged changes alike. An undo point is kept. Use unstage to keep the files.',
  scopes: WRITE,
  annotations: destroys({ idempotent: true }),
  inputSchema: z.strictObject({ repo, paths: paths('Which files.').min(1), from: ref('Which commit they come from').default('HEAD') }),
  outputSchema: z.object({ restored: z.array(z.string()), undo: z.string().optional() }),
  async plan(input, { deps, ...call }: ToolContext<GitDeps>) {
    const { files } = await look(await deps.git.open(input.repo, call), input);
    return {
      summary: `Discards changes of ${files.length} file(s).`,
      changes: files.slice(0, 200).map(({ path, insertions, deletions }) => `${path} loses +${insertions} -${deletions}`),
      state: files,
    };
  },
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const { top, commit, files } = await look(repository, input);
    const changed = files.map(({ path }) => path);
    if (changed.length === 0) return { restored: [] };
    const undo = await keepUndo(repository, deps.git.settings.undo, { operation: 'restore', untracked: 'none', paths: changed });
    await repository.run(
      ['restore', `--source=${commit}`, '--staged', '--worktree', '--no-progress', '--', ...literalPathspecs(top, changed)],
      { access: 'write' },
    );
    return { restored: changed, undo };
  },
  render: ({ restored, undo }) => ({
    summary: `Put ${restored.length} file(s) back.${undo === undefined ? '' : ` Undo point: ${undo}.`}`,
    data: restored.join('\n'),
  }),
});

async function look(repository: Repository, input: { paths: readonly string[]; from: string }) {
  const top = needsWorkingTree(repository);
  const commit = await commitOf(repository, input.from);
  const { files } = await listChanges(repository, { commits: [commit], pathspecs: pathspecs(top, input.paths) });
  if (files.length > 2000)
    throw new ToolError('too_large', `${files.length} files differ.`, { hint: 'Name fewer `paths`, or use reset with mode hard.' });
  return { top, commit, files };
}
