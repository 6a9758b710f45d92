import { literalPathspecs, withTemporaryIndex, type Repository } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import type { GitSettings } from '../config.ts';
import { items } from './records.ts';
import { currentBranch, headOf, idOf, needsWorkingTree } from './revisions.ts';
import { readStatus } from './status.ts';
import { keepUndo, type ListedUndo } from './undo.ts';

export interface Restored {
  /** What was brought back, one line each, in our words. */
  restored: string[];
  /** Files that could not be brought back because others lie there now. */
  skipped: string[];
  conflicts: string[];
  /** Undo point of this act. */
  undo?: string;
}

const NOTHING: Restored = { restored: [], skipped: [], conflicts: [] };

/** Brings back what an undo point keeps. */
export async function restoreUndo(repository: Repository, limits: GitSettings['undo'], point: ListedUndo): Promise<Restored> {
  switch (point.operation) {
    case 'branch-delete':
    case 'tag-delete':
      return restoreRefs(repository, point);
    case 'stash-drop':
    case 'worktree-remove':
      return restoreStash(repository, point);
    case 'clean':
      return restoreUntracked(repository, point);
    case 'restore':
      return restorePaths(repository, limits, point);
    case 'push-force':
      throw new ToolError('unsupported', 'What a forced push replaced lies on the remote and is not put back from here.', {
        hint: `Create a branch at ${point.refs?.[0]?.id ?? point.head ?? 'the old commit'} and push it.`,
      });
    default:
      return moveBack(repository, limits, point);
  }
}

async function restoreRefs(repository: Repository, point: ListedUndo): Promise<Restored> {
  const restored: string[] = [];
  for (const { ref, id, upstream } of point.refs ?? []) {
    if ((await idOf(repository, ref)) !== undefined) {
      throw new ToolError('conflict', `${ref} exists again.`, { hint: 'Rename or delete it first.' });
    }
    await repository.run(['update-ref', ref, id, '0'.repeat(id.length)], { access: 'write' });
    restored.push(`${ref} at ${id.slice(0, 10)}`);
    if (upstream !== undefined && ref.startsWith('refs/heads/') && (await idOf(repository, `refs/remotes/${upstream}`)) !== undefined) {
      await repository.run(['branch', `--set-upstream-to=${upstream}`, '--', ref.slice('refs/heads/'.length)], { access: 'write' });
    }
  }
  return { ...NOTHING, restored };
}

async function restoreStash(repository: Repository, point: ListedUndo): Promise<Restored> {
  const id = point.refs?.[0]?.id ?? point.snapshot;
  if (id === undefined) return { ...NOTHING, restored: ['nothing: there were no changes'] };
  await repository.run(['stash', 'store', '--message', point.note ?? 'restored by undo', id], { access: 'write' });
  return { ...NOTHING, restored: [`stash 0, from ${id.slice(0, 10)}`] };
}

async function restoreUntracked(repository: Repository, point: ListedUndo): Promise<Restored> {
  needsWorkingTree(repository);
  const tree = point.snapshot === undefined ? undefined : await idOf(repository, `${point.snapshot}^3^{tree}`);
  if (tree === undefined) return { ...NOTHING, restored: ['nothing: no files were deleted'] };
  return withTemporaryIndex(repository, 'empty', async (variables) => {
    await repository.run(['read-tree', tree], { access: 'write', variables });
    const paths = items((await repository.run(['ls-files', '-z'], { variables })).stdout);
    // without --force it leaves what lies there now
    const { stderr } = await repository.run(['checkout-index', '--all'], { access: 'write', variables, ok: [0, 1, 128] });
    const skipped = paths.filter((path) => stderr.includes(`${path} already exists`));
    return { ...NOTHING, restored: [`${paths.length - skipped.length} untracked file(s)`], skipped };
  });
}

async function restorePaths(repository: Repository, limits: GitSettings['undo'], point: ListedUndo): Promise<Restored> {
  const top = needsWorkingTree(repository);
  if (point.snapshot === undefined || point.paths === undefined) return { ...NOTHING, restored: ['nothing: there were no changes'] };
  const undo = await keepUndo(repository, limits, { operation: 'restore', untracked: 'none', paths: point.paths });
  const specs = literalPathspecs(top, point.paths);
  await repository.run(['restore', `--source=${point.snapshot}`, '--staged', '--worktree', '--', ...specs], { access: 'write' });
  // unlike restore, reset takes a path that neither side has
  await repository.run(['reset', '--quiet', `${point.snapshot}^2`, '--', ...specs], { access: 'write' });
  return { ...NOTHING, restored: point.paths.map((path) => `changes of ${path}`), undo };
}

async function moveBack(repository: Repository, limits: GitSettings['undo'], point: ListedUndo): Promise<Restored> {
  needsWorkingTree(repository);
  const branch = await currentBranch(repository);
  if (branch !== point.branch) {
    const where = point.branch === undefined ? 'a detached HEAD' : `the branch ${point.branch}`;
    throw new ToolError('conflict', `This undo point belongs to ${where}, which is not checked out.`, {
      hint: 'Switch there by branch_switch first.',
    });
  }
  const unfinished = await repository.unfinished();
  if (unfinished === 'rebase' || unfinished === 'am') {
    throw new ToolError('conflict', `A ${unfinished} is unfinished.`, { hint: 'End it by operation_abort first.' });
  }
  if (point.head === undefined || (await idOf(repository, `${point.head}^{commit}`)) === undefined) {
    throw new ToolError('not_found', 'The commit of this undo point is gone.', { hint: 'Look at reflog_list.' });
  }
  const undo = await keepUndo(repository, limits, { operation: 'undo', untracked: 'none' });
  await repository.run(['reset', '--hard', '--quiet', point.head], { access: 'write' });
  const restored = [`HEAD at ${point.head.slice(0, 10)}`];
  if (point.snapshot === undefined) return { ...NOTHING, restored, undo };
  const { code, stderr } = await repository.run(['stash', 'apply', '--index', '--quiet', point.snapshot], {
    access: 'write',
    ok: [0, 1, 128],
  });
  const conflicts = (await readStatus(repository, 'none')).conflicted.map(({ path }) => path);
  const skipped = stderr.split('\n').flatMap((line) => /^(.*) already exists, no checkout$/.exec(line)?.[1] ?? []);
  if (code === 0) restored.push('uncommitted changes');
  return { restored, skipped, conflicts, undo };
}

/** What restoring would change, for the plan. */
export async function describeRestore(repository: Repository, point: ListedUndo): Promise<string[]> {
  const head = await headOf(repository);
  return [
    ...(point.head !== undefined && point.head !== head && !['clean', 'restore'].includes(point.operation)
      ? [`HEAD goes from ${head?.slice(0, 10) ?? 'nothing'} to ${point.head.slice(0, 10)}`]
      : []),
    ...(point.refs ?? []).map(({ ref, id }) => `${ref} comes back at ${id.slice(0, 10)}`),
    ...(point.snapshot === undefined ? [] : ['files come back as they were then']),
    'uncommitted changes of now are kept in a new undo point',
  ];
}
