import { checkRefName } from '@deployment-engine/shared/git';
import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { records } from '../client/records.ts';
import { headOf } from '../client/revisions.ts';
import { READ, branchName, limit, repo, short } from '../fields.ts';

export const reflogList = defineTool({
  name: 'reflog_list',
  title: 'Where HEAD or a branch has been',
  description: 'Earlier positions of HEAD or a branch, newest first: the way to lost commits that no branch has any more.',
  scopes: READ,
  toolset: 'rewrite',
  annotations: reads(),
  inputSchema: z.strictObject({ repo, branch: branchName('A local branch instead of HEAD.').optional(), limit: limit(500, 30, 'entries') }),
  outputSchema: z.object({ entries: z.array(z.object({ index: z.number(), commit: z.string(), date: z.string(), action: z.string() })) }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    if (input.branch === undefined && (await headOf(repository)) === undefined) return { entries: [] };
    const name = input.branch === undefined ? 'HEAD' : `refs/heads/${checkRefName(input.branch)}`;
    const argv = [
      'log',
      '--walk-reflogs',
      '--no-show-signature',
      '--format=%H%x00%cI%x00%gs%x00',
      `--max-count=${input.limit}`,
      name,
      '--',
    ];
    const { stdout } = await repository.run(argv);
    return { entries: records(stdout, 3).map(([commit = '', date = '', action = ''], index) => ({ index, commit, date, action })) };
  },
  render: ({ entries }) => ({
    summary: `${entries.length} position(s).`,
    data: entries.map(({ index, commit, date, action }) => `${index} ${short(commit)} ${date.slice(0, 10)} ${action}`).join('\n'),
  }),
});
