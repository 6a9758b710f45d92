import { worktreePath } from '@deployment-engine/shared/git';
import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { readBlame } from '../client/blame.ts';
import type { GitDeps } from '../client/index.ts';
import { commitOf } from '../client/revisions.ts';
import { READ, flag, limit, ref, repo, short } from '../fields.ts';

export const blame = defineTool({
  name: 'blame',
  title: 'Who changed which line',
  description:
    'For each line of a file the commit that last changed it. Use log with `paths` and `follow` for the history of the whole file.',
  scopes: READ,
  annotations: reads(),
  inputSchema: z.strictObject({
    repo,
    path: z.string().min(1).max(4096).describe('The file, relative to the top.'),
    ref: ref('As of this commit (default: the file on disk)').optional(),
    start_line: z.int().min(1).default(1).describe('First line.'),
    lines: limit(2000, 200, 'lines'),
    ignore_whitespace: flag('Look through changes of white space.'),
    detect_moves: flag('Look through moves and copies; slower.'),
  }),
  outputSchema: z.object({
    path: z.string(),
    blocks: z.array(
      z.object({
        commit: z.string(),
        author: z.string(),
        date: z.string(),
        summary: z.string(),
        start: z.number(),
        lines: z.array(z.string()),
      }),
    ),
    truncated: z.boolean(),
  }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const path = worktreePath(repository.top ?? repository.gitDir, input.path);
    // a bare repository has no file on disk
    const given = input.ref ?? (repository.top === undefined ? 'HEAD' : undefined);
    const commit = given === undefined ? undefined : await commitOf(repository, given);
    // one line more than asked for tells whether there are more; git refuses a range that begins beyond the end
    const blocks = await readBlame(repository, {
      path,
      start: input.start_line,
      end: input.start_line + input.lines,
      ignoreWhitespace: input.ignore_whitespace,
      detectMoves: input.detect_moves,
      ...(commit === undefined ? {} : { commit }),
    });
    const last = blocks.at(-1);
    const count = blocks.reduce((sum, { lines }) => sum + lines.length, 0);
    const truncated = count > input.lines;
    if (truncated && last !== undefined) {
      last.lines.pop();
      if (last.lines.length === 0) blocks.pop();
    }
    return { path, blocks, truncated };
  },
  render({ blocks, truncated }) {
    const lines = blocks.flatMap(({ commit, author, date, start, lines: texts }) =>
      texts.map(
        (text, at) => `${start + at} ${/^0+$/.test(commit) ? 'uncommitted' : short(commit)} ${date.slice(0, 10)} ${author}: ${text}`,
      ),
    );
    return {
      summary: `${lines.length} line(s) of ${new Set(blocks.map(({ commit }) => commit)).size} commit(s).${truncated ? ' More lines follow; raise `start_line`.' : ''}`,
      data: lines.join('\n'),
    };
  },
});
