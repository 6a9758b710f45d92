import { pathspecs } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { readHistory, readStats } from '../client/history.ts';
import type { GitDeps } from '../client/index.ts';
import { commitOf, headOf } from '../client/revisions.ts';
import { CommitShape, READ, flag, limit, paths, ref, repo, short } from '../fields.ts';

const LONGEST_BODY = 2000;

export const log = defineTool({
  name: 'log',
  title: 'List commits (history)',
  description:
    'Lists the last commits of a branch, newest first; by range, author, time, message, changed text or path. Use show for one commit, blame for lines.',
  scopes: READ,
  annotations: reads(),
  inputSchema: z.strictObject({
    repo,
    limit: limit(500, 20, 'commits'),
    ref: ref('Where to start').optional(),
    not_in: ref('Leave out what this has, for example main').optional(),
    all: flag('All branches and tags instead of one.'),
    paths: paths('Only commits that changed these.').default([]),
    follow: flag('Follow one file through renames; needs exactly one path.'),
    author: z.string().min(1).max(200).optional().describe('Part of the author’s name or address.'),
    grep: z.string().min(1).max(200).optional().describe('Text in the message; letter case does not matter.'),
    changed: z.string().min(1).max(200).optional().describe('Text that the commit added or removed.'),
    since: z.string().min(1).max(64).optional().describe('Not before, for example 2026-01-31 or "2 weeks ago".'),
    until: z.string().min(1).max(64).optional().describe('Not after.'),
    merges: z.enum(['include', 'exclude', 'only']).default('include').describe('What to do with merge commits.'),
    first_parent: flag('Follow only the first parent of merges.'),
    stat: flag('Count files and lines that each commit changed.'),
    continue: z.string().max(200).optional().describe('The `continue` of an earlier answer, for the next page.'),
  }),
  outputSchema: z.object({ commits: z.array(CommitShape), truncated: z.boolean(), continue: z.string().optional() }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    if (input.follow && (input.paths.length !== 1 || /[*?[]/.test(input.paths[0] ?? ''))) {
      throw new ToolError('invalid_input', '`follow` needs exactly one path without wildcards.', { hint: 'Name one file in `paths`.' });
    }
    const page = readPage(input.continue);
    const head = page === undefined && !input.all && input.ref === undefined ? await headOf(repository) : undefined;
    if (page === undefined && !input.all && input.ref === undefined && head === undefined) return { commits: [], truncated: false };
    // pages go on from the commits that the first began with, whatever has been committed since
    const from = page?.from ?? (input.all ? [] : [head ?? (await commitOf(repository, input.ref ?? 'HEAD'))]);
    const skip = page?.skip ?? 0;
    const specs = pathspecs(repository.top ?? repository.gitDir, input.paths);
    const found = await readHistory(repository, {
      from,
      limit: input.limit + 1,
      skip,
      merges: input.merges,
      firstParent: input.first_parent,
      follow: input.follow,
      pathspecs: specs,
      ...(input.not_in === undefined ? {} : { without: [await commitOf(repository, input.not_in)] }),
      ...(input.since === undefined ? {} : { since: input.since }),
      ...(input.until === undefined ? {} : { until: input.until }),
      ...(input.author === undefined ? {} : { author: input.author }),
      ...(input.grep === undefined ? {} : { grep: input.grep }),
      ...(input.changed === undefined ? {} : { changed: input.changed }),
    });
    const commits = found.slice(0, input.limit);
    const stats = input.stat
      ? await readStats(
          repository,
          commits.map(({ id }) => id),
        )
      : undefined;
    const truncated = found.length > input.limit;
    return {
      commits: commits.map((commit) => {
        const stat = stats?.get(commit.id);
        return { ...commit, body: commit.body.slice(0, LONGEST_BODY), ...(stat === undefined ? {} : { stat }) };
      }),
      truncated,
      ...(truncated ? { continue: `${from.join('.') || 'all'}+${skip + input.limit}` } : {}),
    };
  },
  render({ commits, truncated, continue: next }) {
    const lines = commits.map(({ id, date, author, subject, refs, stat }) => {
      const counts = stat === undefined ? '' : ` [${stat.files} files +${stat.insertions} -${stat.deletions}]`;
      return `${short(id)} ${date.slice(0, 10)} ${author}: ${subject}${refs.length === 0 ? '' : ` (${refs.join(', ')})`}${counts}`;
    });
    const summary = commits.length === 0 ? 'No commits.' : `${commits.length} commit(s).${truncated ? ` More: continue "${next}".` : ''}`;
    return { summary, data: lines.join('\n') };
  },
});

function readPage(token: string | undefined): { from: string[]; skip: number } | undefined {
  if (token === undefined) return undefined;
  const parts = /^(all|[0-9a-f]{40,64})\+(\d{1,9})$/.exec(token);
  if (parts === null)
    throw new ToolError('invalid_input', 'The `continue` value is not one of log’s.', {
      hint: 'Take it from an earlier answer, unchanged.',
    });
  return { from: parts[1] === 'all' ? [] : [parts[1] ?? ''], skip: Number(parts[2]) };
}
