import type { Repository } from '@deployment-engine/shared/git';
import { defineTool, destroys, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { listChanges } from '../client/changes.ts';
import { countCommits, readHistory } from '../client/history.ts';
import type { GitDeps } from '../client/index.ts';
import { commitOf, currentBranch, headOf, needsWorkingTree } from '../client/revisions.ts';
import { keepUndo } from '../client/undo.ts';
import { WRITE, ref, repo, short } from '../fields.ts';

const SHOWN = 100;

export const reset = defineTool({
  name: 'reset',
  title: 'Reset the branch',
  description:
    'Moves the branch to a commit. soft keeps all changes staged (to squash commits), mixed keeps them on disk, hard discards them. An undo point with the files is kept.',
  scopes: WRITE,
  annotations: destroys({ idempotent: true }),
  inputSchema: z.strictObject({
    repo,
    to: ref('Where to').default('HEAD'),
    mode: z.enum(['soft', 'mixed', 'hard']).describe('What happens to staged and changed files.'),
  }),
  outputSchema: z.object({ head: z.string(), was: z.string(), branch: z.string().optional(), undo: z.string() }),
  async plan(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const { commit, head, left, leftCount } = await look(repository, input.to);
    const lost = input.mode === 'hard' ? (await listChanges(repository, { commits: [head] })).files : [];
    return {
      summary: `Moves ${(await currentBranch(repository)) === undefined ? 'HEAD' : 'the branch'} from ${short(head)} to ${short(commit)} (${input.mode}); ${leftCount} commit(s) leave it, ${lost.length} file(s) lose changes.`,
      changes: [
        ...left.map(({ id, subject }) => `leaves the branch: ${short(id)} ${subject}`),
        ...lost.slice(0, SHOWN).map(({ path, insertions, deletions }) => `loses changes: ${path} +${insertions} -${deletions}`),
      ],
      state: { commit, head, lost },
    };
  },
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const { commit, head } = await look(repository, input.to);
    const undo = await keepUndo(repository, deps.git.settings.undo, { operation: 'reset', untracked: 'none' });
    await repository.run(['reset', `--${input.mode}`, '--quiet', commit], { access: 'write' });
    return { head: commit, was: head, branch: await currentBranch(repository), undo };
  },
  render: ({ head, was, undo }) => ({ summary: `HEAD went from ${short(was)} to ${short(head)}. Undo point: ${undo}.` }),
});

async function look(repository: Repository, to: string) {
  needsWorkingTree(repository);
  const commit = await commitOf(repository, to);
  const head = (await headOf(repository)) ?? (await commitOf(repository, 'HEAD'));
  const leftCount = await countCommits(repository, [head], [commit]);
  const left = leftCount === 0 ? [] : await readHistory(repository, { from: [head], without: [commit], limit: 20 });
  return { commit, head, left, leftCount };
}
