import { defineTool, destroys, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { headOf } from '../client/revisions.ts';
import { undoAt } from '../client/undo.ts';
import { describeRestore, restoreUndo } from '../client/undo-restore.ts';
import { WRITE, repo } from '../fields.ts';

export const undoRestore = defineTool({
  name: 'undo_restore',
  title: 'Recover what was deleted or overwritten',
  description:
    'Puts back what a destructive call took away: a branch, tag, stash, deleted files, or the branch and files before a reset, merge, rebase or amend. The present state gets its own undo point.',
  scopes: WRITE,
  annotations: destroys(),
  inputSchema: z.strictObject({
    repo,
    id: z.string().min(1).max(80).describe('The undo point, as undo_list or the destructive call named it.'),
  }),
  outputSchema: z.object({
    restored: z.array(z.string()),
    skipped: z.array(z.string()),
    conflicts: z.array(z.string()),
    undo: z.string().optional(),
  }),
  async plan(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const point = await undoAt(repository, input.id);
    return {
      summary: `Brings back what was before: ${point.operation}.`,
      changes: await describeRestore(repository, point),
      state: await headOf(repository),
    };
  },
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    return restoreUndo(repository, deps.git.settings.undo, await undoAt(repository, input.id));
  },
  render: ({ restored, skipped, conflicts, undo }) => ({
    summary: `Brought back ${restored.length} thing(s)${skipped.length === 0 ? '' : `, left ${skipped.length} file(s) that exist now`}${conflicts.length === 0 ? '' : `, ${conflicts.length} conflict(s)`}.${undo === undefined ? '' : ` Undo point of before: ${undo}.`}`,
    data: [...restored, ...skipped.map((path) => `exists: ${path}`), ...conflicts.map((path) => `conflict: ${path}`)].join('\n'),
  }),
});
