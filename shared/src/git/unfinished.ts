import { join } from 'node:path';
import { ToolError } from '../contracts/error.ts';
import { readFileInside, type Roots } from '../platform/paths/index.ts';
import { factsOf, kindBehind } from '../platform/disk/index.ts';
import type { RepositoryPlace } from './discover.ts';

export type Operation = 'merge' | 'rebase' | 'am' | 'cherry_pick' | 'revert' | 'bisect';

/** The operation that was begun in this working tree and has not been ended, if any. */
export async function unfinishedOperation(place: RepositoryPlace): Promise<Operation | undefined> {
  const has = async (name: string) => (await factsOf(join(place.gitDir, name))).kind !== 'nothing';
  if (await has('rebase-merge')) return 'rebase';
  if (await has('rebase-apply')) return (await has('rebase-apply/applying')) ? 'am' : 'rebase';
  if (await has('MERGE_HEAD')) return 'merge';
  if (await has('CHERRY_PICK_HEAD')) return 'cherry_pick';
  if (await has('REVERT_HEAD')) return 'revert';
  return (await has('BISECT_LOG')) ? 'bisect' : undefined;
}

const STRATEGIES = new Set(['ort', 'recursive', 'resolve', 'octopus', 'ours', 'subtree']);

/**
 * A rebase that came with the repository goes on only if its steps run nothing: `exec` lines run a shell, and a strategy S runs
 * `git merge-S`, whatever that is.
 *
 * @throws ToolError `forbidden`
 */
export async function checkUnfinishedRebase(roots: Roots, place: RepositoryPlace): Promise<void> {
  const text = async (name: string): Promise<string> => {
    const path = join(place.gitDir, 'rebase-merge', name);
    if ((await kindBehind(path)) !== 'file') return '';
    return (await readFileInside(roots, path, { maxBytes: 4 * 1024 * 1024 })).toString('utf8');
  };
  const hint = 'Look at .git/rebase-merge, end the rebase by operation_abort, or have the operator list the repository under `trusted`.';
  if (/^\s*(?:exec|x)(?:\s|$)/m.test(await text('git-rebase-todo'))) {
    throw new ToolError('forbidden', 'The unfinished rebase has steps that run commands (exec).', { hint });
  }
  const strategy = (await text('strategy')).trim();
  if (strategy !== '' && !STRATEGIES.has(strategy))
    throw new ToolError('forbidden', 'The unfinished rebase names a merge strategy that git does not have.', { hint });
}
