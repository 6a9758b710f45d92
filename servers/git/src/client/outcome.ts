import { gitFailure, type GitResult, type Repository } from '@deployment-engine/shared/git';
import { z } from 'zod';
import { listConflicts } from './conflicts.ts';
import { headOf } from './revisions.ts';

export const ConflictSchema = z.object({
  path: z.string(),
  kind: z.enum(['both_modified', 'both_added', 'both_deleted', 'added_by_us', 'added_by_them', 'deleted_by_us', 'deleted_by_them']),
  regions: z.number().describe('Conflicting regions in the file as it lies there now.'),
});

/** How an operation ended that may stop at conflicts. Conflicts are an answer, not an error. */
export const OutcomeSchema = z.object({
  status: z.enum(['done', 'up_to_date', 'fast_forwarded', 'conflict', 'stopped']),
  head: z.string().describe('Commit id of HEAD now.'),
  conflicts: z.array(ConflictSchema),
  undo: z.string().optional().describe('Undo point from before; give it to undo_restore.'),
});

export type Outcome = z.output<typeof OutcomeSchema>;

/** Reads how a merge, rebase, cherry-pick, revert or stash ended. @throws ToolError for a failure that left nothing unfinished */
export async function outcomeOf(repository: Repository, result: GitResult, subcommand: string, undo?: string): Promise<Outcome> {
  const head = (await headOf(repository)) ?? '';
  const extra = undo === undefined ? {} : { undo };
  if (result.code === 0) {
    const words = `${result.stdout}${result.stderr}`;
    const status = /up[- ]to[- ]date/i.test(words) ? 'up_to_date' : /^Fast-forward/m.test(words) ? 'fast_forwarded' : 'done';
    return { status, head, conflicts: [], ...extra };
  }
  const conflicts = await listConflicts(repository);
  if (conflicts.length > 0) return { status: 'conflict', head, conflicts, ...extra };
  if ((await repository.unfinished()) !== undefined && /empty|nothing to commit|--skip/i.test(`${result.stdout}${result.stderr}`))
    return { status: 'stopped', head, conflicts: [], ...extra };
  // a revert or pick whose changes are there already
  if (/nothing to commit/.test(result.stdout)) return { status: 'up_to_date', head, conflicts: [], ...extra };
  throw gitFailure(subcommand, result.code, `${result.stderr}\n${result.stdout}`);
}

export function renderOutcome(what: string, { status, head, conflicts, undo }: Outcome): { summary: string; data?: string } {
  const tail = undo === undefined ? '' : ` Undo point: ${undo}.`;
  if (status === 'conflict') {
    return {
      summary: `${what} stopped at ${conflicts.length} conflicting file(s). Edit them (or conflict_resolve), add them, then operation_continue; or operation_abort.${tail}`,
      data: conflicts.map(({ path, kind }) => `${kind} ${path}`).join('\n'),
    };
  }
  if (status === 'stopped')
    return {
      summary: `${what} stopped at a commit that has nothing left to change. Use operation_continue with skip, or operation_abort.${tail}`,
    };
  const words = { done: 'done', up_to_date: 'already up to date', fast_forwarded: 'fast-forwarded' }[status];
  return { summary: `${what}: ${words}. HEAD is ${head.slice(0, 10)}.${tail}` };
}
