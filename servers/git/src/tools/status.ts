import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { needsWorkingTree } from '../client/revisions.ts';
import { isCleanStatus, readStatus } from '../client/status.ts';
import { ChangedPath, READ, limit, repo, short } from '../fields.ts';

export const status = defineTool({
  name: 'status',
  title: 'Status of the working tree',
  description:
    'Branch, distance to its upstream, what is uncommitted: staged, changed, untracked and conflicting files. Use diff for the content of changes.',
  scopes: READ,
  annotations: reads(),
  inputSchema: z.strictObject({
    repo,
    untracked: z.enum(['all', 'folders', 'none']).default('all').describe('Untracked files: each one, whole folders, or none.'),
    limit: limit(5000, 200, 'paths of each kind'),
  }),
  outputSchema: z.object({
    top: z.string(),
    branch: z.string().optional().describe('Absent when HEAD is detached.'),
    head: z.string().optional().describe('Absent before the first commit.'),
    upstream: z.string().optional(),
    ahead: z.number().optional(),
    behind: z.number().optional(),
    clean: z.boolean(),
    unfinished: z.enum(['merge', 'rebase', 'am', 'cherry_pick', 'revert', 'bisect']).optional(),
    staged: z.array(ChangedPath),
    unstaged: z.array(ChangedPath),
    untracked: z.array(z.string()),
    conflicted: z.array(z.object({ path: z.string(), kind: z.string() })),
    counts: z.object({ staged: z.number(), unstaged: z.number(), untracked: z.number(), conflicted: z.number(), stashes: z.number() }),
    truncated: z.boolean(),
    trusted: z.boolean().describe("Whether the repository's hooks, filters and config may run commands."),
    neutralised: z.array(z.string()).describe('Settings of the repository that are out of force because it is not trusted.'),
  }),
  async handler({ repo: path, untracked, limit: most }, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(path, call);
    const top = needsWorkingTree(repository);
    const { staged, unstaged, untracked: others, conflicted, stashes, ...where } = await readStatus(repository, untracked);
    const unfinished = await repository.unfinished();
    const counts = { staged: staged.length, unstaged: unstaged.length, untracked: others.length, conflicted: conflicted.length, stashes };
    return {
      top,
      ...where,
      clean: isCleanStatus({ ...where, staged, unstaged, untracked: others, conflicted, stashes }) && others.length === 0,
      unfinished,
      staged: staged.slice(0, most),
      unstaged: unstaged.slice(0, most),
      untracked: others.slice(0, most),
      conflicted: conflicted.slice(0, most),
      counts,
      truncated: Math.max(staged.length, unstaged.length, others.length, conflicted.length) > most,
      trusted: repository.trusted,
      neutralised: [...repository.neutralised],
    };
  },
  render(output) {
    const { counts, neutralised, truncated } = output;
    const distance = output.upstream === undefined ? '' : `, ${output.ahead ?? 0} ahead, ${output.behind ?? 0} behind its upstream`;
    const state = output.clean
      ? 'clean'
      : `${counts.staged} staged, ${counts.unstaged} changed, ${counts.untracked} untracked, ${counts.conflicted} conflicting`;
    const lines = [
      `on ${output.branch ?? 'a detached HEAD'} at ${short(output.head)}${output.upstream === undefined ? '' : `, follows ${output.upstream}`}`,
      ...output.conflicted.map(({ path, kind }) => `conflict ${kind} ${path}`),
      ...output.staged.map(({ path, change, from }) => `staged ${change} ${from === undefined ? '' : `${from} -> `}${path}`),
      ...output.unstaged.map(({ path, change }) => `changed ${change} ${path}`),
      ...output.untracked.map((path) => `untracked ${path}`),
    ];
    const notes = [
      output.unfinished === undefined ? '' : ` A ${output.unfinished} is unfinished.`,
      counts.stashes === 0 ? '' : ` ${counts.stashes} in the stash.`,
      truncated ? ' More paths exist; raise `limit`.' : '',
      neutralised.length === 0 ? '' : ` ${neutralised.length} setting(s) of the repository are out of force because it is not trusted.`,
    ];
    return { summary: `${state}${distance}.${notes.join('')}`, data: lines.join('\n') };
  },
});
