import type { Repository } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, destroys, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { countCommits, readHistory } from '../client/history.ts';
import type { GitDeps } from '../client/index.ts';
import { OutcomeSchema, outcomeOf, renderOutcome } from '../client/outcome.ts';
import { commitOf, needsWorkingTree } from '../client/revisions.ts';
import { isCleanStatus, readStatus } from '../client/status.ts';
import { keepUndo } from '../client/undo.ts';
import { WRITE, flag, ref, repo, short } from '../fields.ts';

export const rebase = defineTool({
  name: 'rebase',
  title: 'Rebase the current branch',
  description:
    'Replays the commits of the current branch on top of another. Conflicts are an answer with the files. An undo point is kept.',
  scopes: WRITE,
  toolset: 'rewrite',
  annotations: destroys(),
  deadlineMs: 300_000,
  inputSchema: z.strictObject({
    repo,
    upstream: ref('Commits that are not in this are replayed, on top of it'),
    onto: ref('Replay on top of this instead').optional(),
    keep_merges: flag('Keep merge commits instead of making history straight.'),
  }),
  outputSchema: OutcomeSchema,
  async plan(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const { head, upstream, onto } = await look(repository, input);
    const count = await countCommits(repository, [head], [upstream]);
    const commits = await readHistory(repository, { from: [head], without: [upstream], limit: 50 });
    return {
      summary: `Replays ${count} commit(s) on top of ${short(onto)}; they get new ids.`,
      changes: commits.map(({ id, subject }) => `replay ${short(id)} ${subject}`),
      state: { head, upstream, onto },
    };
  },
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const { upstream, onto } = await look(repository, input);
    if (!isCleanStatus(await readStatus(repository, 'none')))
      throw new ToolError('conflict', 'Uncommitted changes are in the way.', { hint: 'Commit them or put them away by stash_save.' });
    const undo = await keepUndo(repository, deps.git.settings.undo, { operation: 'rebase' });
    const argv = [
      'rebase',
      ...(repository.trusted ? [] : ['--no-gpg-sign', '--no-verify']),
      '--no-autostash',
      '--no-autosquash',
      ...(input.keep_merges ? ['--rebase-merges'] : ['--no-rebase-merges']),
      `--onto=${onto}`,
      upstream,
    ];
    const result = await repository.run(argv, { access: 'write', ok: [0, 1, 128], timeoutMs: 280_000 });
    return outcomeOf(repository, result, 'rebase', undo);
  },
  render: (output) => renderOutcome('The rebase', output),
});

async function look(repository: Repository, input: { upstream: string; onto?: string | undefined }) {
  needsWorkingTree(repository);
  const unfinished = await repository.unfinished();
  if (unfinished !== undefined)
    throw new ToolError('conflict', `A ${unfinished} is unfinished.`, { hint: 'Use operation_continue or operation_abort first.' });
  const head = await commitOf(repository, 'HEAD');
  const upstream = await commitOf(repository, input.upstream);
  return { head, upstream, onto: input.onto === undefined ? upstream : await commitOf(repository, input.onto) };
}
