import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { items } from '../client/records.ts';
import type { GitDeps } from '../client/index.ts';
import { diffReport, renderDiff } from '../client/report.ts';
import { idOf } from '../client/revisions.ts';
import { stashAt } from '../client/stashes.ts';
import { FilePatchShape, READ, repo } from '../fields.ts';

export const stashShow = defineTool({
  name: 'stash_show',
  title: 'Show a stash',
  description: 'The changes that one stash holds.',
  scopes: READ,
  annotations: reads(),
  inputSchema: z.strictObject({
    repo,
    index: z.int().min(0).max(10_000).default(0).describe('Which one; 0 is the newest.'),
    size: z.int().min(0).max(400_000).default(30_000).describe('Characters of all patches together; 0 for names and counts only.'),
  }),
  outputSchema: z.object({
    message: z.string(),
    files: z.array(FilePatchShape),
    untracked: z.array(z.string()),
    totals: z.object({ files: z.number(), insertions: z.number(), deletions: z.number() }),
    truncated: z.boolean(),
  }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const { commit, message } = await stashAt(repository, input.index);
    const base = (await idOf(repository, `${commit}^1`)) ?? commit;
    const { files, totals, truncated } = await diffReport(
      repository,
      { commits: [base, commit] },
      { files: 300, patch: input.size, perFile: 12_000 },
    );
    const others = await idOf(repository, `${commit}^3`);
    const untracked =
      others === undefined ? [] : items((await repository.run(['ls-tree', '-r', '-z', '--name-only', '--full-tree', others])).stdout);
    return { message, files, untracked: untracked.slice(0, 300), totals, truncated: truncated || untracked.length > 300 };
  },
  render(output) {
    const { summary, data } = renderDiff(output);
    return {
      summary: `${summary} ${output.untracked.length} untracked file(s).`,
      data: [output.message, ...output.untracked.map((path) => `untracked ${path}`), data ?? ''].join('\n'),
    };
  },
});
