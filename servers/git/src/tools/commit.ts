import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { refuseFiltered } from '../client/filtered.ts';
import { readCommit, readStats } from '../client/history.ts';
import type { GitDeps } from '../client/index.ts';
import { currentBranch, headOf, needsWorkingTree } from '../client/revisions.ts';
import { readStatus } from '../client/status.ts';
import { keepUndo } from '../client/undo.ts';
import { CommitShape, WRITE, flag, repo, short } from '../fields.ts';

export const commit = defineTool({
  name: 'commit',
  title: 'Commit',
  description: 'Commits what is staged (see add). With `amend` it replaces the last commit and keeps an undo point.',
  scopes: WRITE,
  annotations: writes(),
  deadlineMs: 300_000,
  inputSchema: z.strictObject({
    repo,
    message: z.string().min(1).max(100_000).optional().describe('Subject line, an empty line, then the body. Needed unless `amend`.'),
    all: flag('Stage every changed tracked file first.'),
    amend: flag('Replace the last commit.'),
    allow_empty: flag('Commit even if nothing changed.'),
    sign_off: flag('Add a Signed-off-by line.'),
    author: z
      .string()
      .max(300)
      .regex(/^[^<>\n]+ <[^<>\s]+>$/, 'must be of the form Name <address>')
      .optional()
      .describe('Author, if another than who commits: Name <address>.'),
  }),
  outputSchema: z.object({ commit: CommitShape, branch: z.string().optional(), undo: z.string().optional() }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    needsWorkingTree(repository);
    if (input.message === undefined && !input.amend)
      throw new ToolError('invalid_input', 'A commit needs a `message`.', { hint: 'Give one.' });
    if (input.all) await refuseFiltered(repository, [':(top)']);
    const before = await readStatus(repository, 'none');
    if (before.conflicted.length > 0) {
      throw new ToolError('conflict', `${before.conflicted.length} file(s) are still in conflict.`, {
        hint: 'Resolve them (conflict_list), add them, then commit or operation_continue.',
      });
    }
    const anything = before.staged.length > 0 || (input.all && before.unstaged.length > 0);
    if (!anything && !input.allow_empty && !input.amend && (await repository.unfinished()) === undefined) {
      throw new ToolError('conflict', 'Nothing is staged.', {
        hint: before.unstaged.length > 0 ? 'Stage changes by add, or give all: true.' : 'There are no changes to commit.',
      });
    }
    const undo = input.amend
      ? await keepUndo(repository, deps.git.settings.undo, { operation: 'amend', note: 'the commit before it was amended' })
      : undefined;
    const argv = [
      'commit',
      '--quiet',
      '--cleanup=whitespace',
      '--no-gpg-sign',
      ...(repository.trusted ? [] : ['--no-verify']),
      ...(input.message === undefined ? ['--no-edit'] : ['--file=-']),
      ...(input.all ? ['--all'] : []),
      ...(input.amend ? ['--amend'] : []),
      ...(input.allow_empty ? ['--allow-empty'] : []),
      ...(input.sign_off ? ['--signoff'] : []),
      ...(input.author === undefined ? [] : [`--author=${input.author}`]),
    ].filter((argument) => !repository.trusted || argument !== '--no-gpg-sign');
    await repository.run(argv, { access: 'write', timeoutMs: 280_000, ...(input.message === undefined ? {} : { input: input.message }) });
    const id = (await headOf(repository)) ?? '';
    const stat = (await readStats(repository, [id])).get(id);
    return {
      commit: { ...(await readCommit(repository, id)), ...(stat === undefined ? {} : { stat }) },
      branch: await currentBranch(repository),
      ...(undo === undefined ? {} : { undo }),
    };
  },
  render({ commit: { id, subject, stat }, branch, undo }) {
    const counts = stat === undefined ? '' : `, ${stat.files} file(s) +${stat.insertions} -${stat.deletions}`;
    return {
      summary: `Committed ${short(id)}${counts}.${undo === undefined ? '' : ` Undo point: ${undo}.`}`,
      data: `${branch ?? 'detached HEAD'}: ${subject}`,
    };
  },
});
