import { pathspecs } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { diffReport, pageOf, renderDiff } from '../client/report.ts';
import { commitOf, needsWorkingTree } from '../client/revisions.ts';
import { FilePatchShape, READ, flag, limit, paths, ref, repo } from '../fields.ts';

export const diff = defineTool({
  name: 'diff',
  title: 'Compare and show changes',
  description:
    'What changed: the working tree (default), what is staged, or one commit or branch against another. Counts first, then patches up to a size.',
  scopes: READ,
  annotations: reads(),
  inputSchema: z.strictObject({
    repo,
    from: ref('Compare with this').optional(),
    to: ref('Compare `from` with this instead of the files on disk').optional(),
    staged: flag('Compare what is staged (with HEAD, or with `from`).'),
    merge_base: flag('Compare `to` with where it left `from`, as a pull request does.'),
    paths: paths('Only these.').default([]),
    patch: z.boolean().default(true).describe('False: only names and counts.'),
    context: z.int().min(0).max(50).default(3).describe('Lines around each change.'),
    ignore_whitespace: flag('Ignore changes of white space.'),
    limit: limit(2000, 200, 'files'),
    size: z.int().min(1000).max(400_000).default(40_000).describe('Characters of all patches together.'),
    per_file: z.int().min(200).max(200_000).default(12_000).describe("Characters of one file's patch."),
    continue: z.string().max(20).optional().describe('The `continue` of an earlier answer, for the next files.'),
  }),
  outputSchema: z.object({
    files: z.array(FilePatchShape),
    totals: z.object({ files: z.number(), insertions: z.number(), deletions: z.number() }),
    truncated: z.boolean(),
    continue: z.string().optional(),
  }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const { from, to, staged, merge_base: mergeBase } = input;
    if ((to !== undefined && (from === undefined || staged)) || (mergeBase && to === undefined)) {
      throw new ToolError('invalid_input', 'These do not go together: `to` needs `from` and no `staged`; `merge_base` needs `to`.', {
        hint: 'Give `from` and `to`, or `staged` alone.',
      });
    }
    if (to === undefined) needsWorkingTree(repository);
    const ends = [];
    for (const end of [from, to]) if (end !== undefined) ends.push(await commitOf(repository, end));
    if (mergeBase) {
      const { stdout, code } = await repository.run(['merge-base', '--end-of-options', ...ends], { ok: [0, 1] });
      if (code !== 0) throw new ToolError('not_found', 'The two revisions share no history.', { hint: 'Leave `merge_base` out.' });
      ends[0] = stdout.trim();
    }
    const specs = pathspecs(repository.top ?? repository.gitDir, input.paths);
    const compare = { commits: ends, staged, pathspecs: specs, ignoreWhitespace: input.ignore_whitespace, context: input.context };
    return diffReport(
      repository,
      compare,
      { files: input.limit, patch: input.patch ? input.size : 0, perFile: input.per_file },
      pageOf(input.continue),
    );
  },
  render: renderDiff,
});
