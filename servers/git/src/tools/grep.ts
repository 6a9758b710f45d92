import { pathspecs } from '@deployment-engine/shared/git';
import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { commitOf, needsWorkingTree } from '../client/revisions.ts';
import { search } from '../client/search.ts';
import { READ, flag, limit, paths, ref, repo } from '../fields.ts';

export const grep = defineTool({
  name: 'grep',
  title: 'Search the code',
  description:
    'Lines of tracked files that match, such as where a name is used, in the working tree or at a commit. Use log with `changed` to search history.',
  scopes: READ,
  annotations: reads(),
  inputSchema: z.strictObject({
    repo,
    pattern: z.string().min(1).max(1000).describe('What to look for.'),
    syntax: z
      .enum(['fixed', 'extended', 'perl'])
      .default('extended')
      .describe('How the pattern is read: plain text, POSIX extended, or Perl-compatible.'),
    ref: ref('Search this commit instead of the files on disk').optional(),
    paths: paths('Only in these.').default([]),
    ignore_case: flag('Letter case does not matter.'),
    word: flag('Only whole words.'),
    untracked: flag('Also files that git does not track (ignored ones are left out).'),
    context: z.int().min(0).max(10).default(0).describe('Lines around each match.'),
    limit: limit(2000, 100, 'lines'),
    per_file: z.int().min(1).max(1000).default(50).describe('At most this many matches in one file.'),
  }),
  outputSchema: z.object({
    matches: z.array(
      z.object({
        path: z.string(),
        line: z.number(),
        column: z.number().optional(),
        text: z.string(),
        context: z.literal(true).optional(),
      }),
    ),
    files: z.number(),
    truncated: z.boolean(),
  }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const top = input.ref === undefined ? needsWorkingTree(repository) : (repository.top ?? repository.gitDir);
    const { matches, truncated } = await search(repository, {
      pattern: input.pattern,
      syntax: input.syntax,
      pathspecs: pathspecs(top, input.paths),
      ignoreCase: input.ignore_case,
      word: input.word,
      context: input.context,
      untracked: input.untracked,
      perFile: input.per_file,
      ...(input.ref === undefined ? {} : { commit: await commitOf(repository, input.ref) }),
    });
    const shown = matches.slice(0, input.limit);
    return { matches: shown, files: new Set(shown.map(({ path }) => path)).size, truncated: truncated || shown.length < matches.length };
  },
  render({ matches, files, truncated }) {
    if (matches.length === 0) return { summary: 'Nothing matches.' };
    const summary = `${matches.filter(({ context }) => context === undefined).length} match(es) in ${files} file(s).${truncated ? ' Cut; narrow `paths` or raise `limit`.' : ''}`;
    return { summary, data: matches.map(({ path, line, text, context }) => `${path}:${line}${context ? '-' : ':'} ${text}`).join('\n') };
  },
});
