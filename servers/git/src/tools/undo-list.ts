import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { listUndo } from '../client/undo.ts';
import { READ, limit, repo, short } from '../fields.ts';

export const undoList = defineTool({
  name: 'undo_list',
  title: 'List undo points',
  description: 'What was kept before destructive calls of this server, newest first. undo_restore brings one back.',
  scopes: READ,
  annotations: reads(),
  inputSchema: z.strictObject({ repo, limit: limit(1000, 20, 'undo points') }),
  outputSchema: z.object({
    points: z.array(
      z.object({
        id: z.string(),
        operation: z.string(),
        branch: z.string().optional(),
        head: z.string().optional(),
        files: z.boolean().describe('Whether it keeps uncommitted or untracked files.'),
        refs: z.array(z.object({ ref: z.string(), id: z.string() })).optional(),
        note: z.string().optional(),
      }),
    ),
  }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const points = await listUndo(await deps.git.open(input.repo, call), input.limit);
    return { points: points.map(({ snapshot, paths: _paths, ...point }) => ({ ...point, files: snapshot !== undefined })) };
  },
  render: ({ points }) => ({
    summary: `${points.length} undo point(s).`,
    data: points
      .map(
        ({ id, branch, head, files, refs, note }) =>
          `${id} ${branch ?? 'detached'} ${short(head)}${files ? ' with files' : ''}${(refs ?? []).map(({ ref }) => ` ${ref}`).join('')}${note === undefined ? '' : ` (${note})`}`,
      )
      .join('\n'),
  }),
});
