import { withScratchObjects } from '@deployment-engine/shared/git';
import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { listChanges } from '../client/changes.ts';
import { countCommits } from '../client/history.ts';
import type { GitDeps } from '../client/index.ts';
import { items } from '../client/records.ts';
import { commitOf } from '../client/revisions.ts';
import { READ, ref, repo } from '../fields.ts';

export const mergePreview = defineTool({
  name: 'merge_preview',
  title: 'Preview a merge',
  description: 'What a merge would bring and which files would conflict, without touching anything. Needs git 2.38.',
  scopes: READ,
  annotations: reads(),
  inputSchema: z.strictObject({ repo, ref: ref('What would be merged'), into: ref('Into what').default('HEAD') }),
  outputSchema: z.object({
    conflicts: z.array(z.string()),
    clean: z.boolean(),
    commits: z.number().describe('Commits that the merge would bring.'),
    fast_forward: z.boolean(),
    files: z.number(),
    insertions: z.number(),
    deletions: z.number(),
  }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const [ours, theirs] = [await commitOf(repository, input.into), await commitOf(repository, input.ref)];
    const commits = await countCommits(repository, [theirs], [ours]);
    const ahead = await countCommits(repository, [ours], [theirs]);
    // merge-tree writes the trees it computes
    const { code, names, files } = await withScratchObjects(repository, async (variables) => {
      const argv = ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', ours, theirs];
      const result = await repository.run(argv, { ok: [0, 1], variables });
      const [tree = ours, ...paths] = items(result.stdout);
      return { code: result.code, names: paths, files: (await listChanges(repository, { commits: [ours, tree], variables })).files };
    });
    const sum = (pick: (file: (typeof files)[number]) => number) => files.reduce((total, file) => total + pick(file), 0);
    return {
      conflicts: [...new Set(names)],
      clean: code === 0,
      commits,
      fast_forward: ahead === 0,
      files: files.length,
      insertions: sum(({ insertions }) => insertions),
      deletions: sum(({ deletions }) => deletions),
    };
  },
  render: ({ conflicts, clean, commits, files, insertions, deletions, fast_forward: fast }) => ({
    summary: `${commits} commit(s), ${files} file(s), +${insertions} -${deletions}; ${clean ? (fast ? 'a fast-forward' : 'no conflicts') : `${conflicts.length} file(s) would conflict`}.`,
    data: conflicts.join('\n'),
  }),
});
