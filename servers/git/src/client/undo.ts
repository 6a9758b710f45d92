import { isRefName, withTemporaryIndex, worktreeBytes, type Repository } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import { z } from 'zod';
import type { GitSettings } from '../config.ts';
import { records, items } from './records.ts';
import { currentBranch, headOf, idOf } from './revisions.ts';

const Id = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
const Text = z.string().max(4096);
const Ref = z.string().refine((ref) => /^refs\/(?:heads|tags|remotes)\//.test(ref) && isRefName(ref.slice('refs/'.length)));

export const UNDO_OPERATIONS = [
  'reset',
  'restore',
  'clean',
  'rebase',
  'merge',
  'pull',
  'cherry-pick',
  'revert',
  'amend',
  'abort',
  'branch-delete',
  'tag-delete',
  'stash-drop',
  'stash-apply',
  'worktree-remove',
  'push-force',
  'undo',
] as const;

/**
 * What an undo point keeps, as JSON in the message of the commit that its ref names. A repository brings its refs along, so it is read as
 * strictly as any other input.
 */
const UndoPoint = z.object({
  operation: z.enum(UNDO_OPERATIONS),
  /** The branch that was checked out, in short form. */
  branch: Text.optional(),
  /** The commit that HEAD was at. */
  head: Id.optional(),
  /** A commit in the form of a stash that holds the files as they were: index, working tree, untracked. */
  snapshot: Id.optional(),
  /** Refs that the operation took away or moved; `upstream` as remote/branch. */
  refs: z.array(z.object({ ref: Ref, id: Id, upstream: Text.optional() })).optional(),
  /** Paths that the operation changed. */
  paths: z.array(Text).optional(),
  note: Text.optional(),
});

export type UndoPoint = z.output<typeof UndoPoint>;

export interface ListedUndo extends UndoPoint {
  /** `<time>-<operation>`. */
  id: string;
}

export const UNDO_REFS = 'refs/deployment-engine/undo/';
const KEPT_REFS = 'refs/deployment-engine/kept/';

const OURSELVES = {
  GIT_AUTHOR_NAME: 'Deployment Engine',
  GIT_AUTHOR_EMAIL: 'deployment-engine@localhost',
  GIT_COMMITTER_NAME: 'Deployment Engine',
  GIT_COMMITTER_EMAIL: 'deployment-engine@localhost',
} as const;

const MOST_FILES = 20_000;
const MOST_BYTES = 64 * 1024 * 1024;

type Limits = GitSettings['undo'];

/** Which files a snapshot keeps besides what git tracks. */
export type Untracked = 'none' | 'untracked' | 'untracked_and_ignored' | readonly string[];

/**
 * Keeps the present state before it is destroyed.
 *
 * @returns the undo point's id
 */
export async function keepUndo(
  repository: Repository,
  limits: Limits,
  point: Omit<UndoPoint, 'branch' | 'head' | 'snapshot'> & { untracked?: Untracked },
): Promise<string> {
  const { untracked, ...given } = point;
  const head = await headOf(repository);
  const branch = await currentBranch(repository);
  const snapshot = untracked === undefined || repository.top === undefined ? undefined : await takeSnapshot(repository, limits, untracked);
  const whole: UndoPoint = {
    ...given,
    ...(branch === undefined ? {} : { branch }),
    ...(head === undefined ? {} : { head }),
    ...(snapshot === undefined ? {} : { snapshot }),
  };
  const parents = await commitsAmong(repository, [head, snapshot, ...(point.refs ?? []).map(({ id }) => id)]);
  const tree = (await repository.run(['mktree'], { access: 'write', input: '' })).stdout.trim();
  const message = `undo ${point.operation}\n\n${JSON.stringify(whole)}\n`;
  const commit = await commitTree(repository, tree, parents, message);
  const stamp = new Date().toISOString().replaceAll(/[-:.]/g, '');
  for (let attempt = 0; ; attempt++) {
    const id = `${stamp}${attempt === 0 ? '' : `-${attempt}`}-${point.operation}`;
    const { code } = await repository.run(['update-ref', `${UNDO_REFS}${id}`, commit, '0'.repeat(commit.length)], {
      access: 'write',
      ok: attempt < 20 ? [0, 1, 128] : [0],
    });
    if (code !== 0) continue;
    await keepObjects(repository, id, point.refs ?? []);
    await dropOldest(repository, limits.keep);
    return id;
  }
}

/** An annotated tag cannot be a commit's parent; a ref of its own keeps it. */
async function keepObjects(repository: Repository, id: string, refs: readonly { id: string }[]): Promise<void> {
  for (const [at, one] of refs.entries()) await repository.run(['update-ref', `${KEPT_REFS}${id}/${at}`, one.id], { access: 'write' });
}

async function commitsAmong(repository: Repository, ids: readonly (string | undefined)[]): Promise<string[]> {
  const commits: string[] = [];
  for (const id of new Set(ids)) if (id !== undefined && (await idOf(repository, `${id}^{commit}`)) === id) commits.push(id);
  return commits;
}

async function commitTree(
  repository: Repository,
  tree: string,
  parents: readonly (string | undefined)[],
  message: string,
): Promise<string> {
  const argv = ['commit-tree', tree, ...parents.flatMap((parent) => (parent === undefined ? [] : ['-p', parent])), '-F', '-'];
  return (await repository.run(argv, { access: 'write', input: message, variables: OURSELVES })).stdout.trim();
}

/** The files as they are, as a commit in the form of a stash (git-stash(1), Discussion); undefined when nothing differs from HEAD. */
async function takeSnapshot(repository: Repository, limits: Limits, untracked: Untracked): Promise<string | undefined> {
  const head = await headOf(repository);
  const empty = (await repository.run(['mktree'], { access: 'write', input: '' })).stdout.trim();
  const base = head ?? (await commitTree(repository, empty, [], 'nothing\n'));
  const baseTree = (await idOf(repository, `${base}^{tree}`)) ?? empty;
  const merged = (await repository.run(['ls-files', '--unmerged', '-z'])).stdout === '';
  // with conflicts open the index has no tree; what lies in the files is kept all the same
  const indexTree = merged ? (await repository.run(['write-tree'], { access: 'write' })).stdout.trim() : baseTree;
  const workTree = await withTemporaryIndex(repository, 'copy', async (variables) => {
    await repository.run(['add', '--update', '--', ':(top)'], { access: 'write', variables });
    return (await repository.run(['write-tree'], { access: 'write', variables })).stdout.trim();
  });
  const others = await untrackedTree(repository, limits, untracked);
  if (indexTree === baseTree && workTree === baseTree && others === undefined) return undefined;
  const index = await commitTree(repository, indexTree, [base], 'index\n');
  const untrackedCommit = others === undefined ? undefined : await commitTree(repository, others, [], 'untracked files\n');
  return commitTree(repository, workTree, [base, index, untrackedCommit], 'On undo: working tree\n');
}

async function untrackedTree(repository: Repository, limits: Limits, untracked: Untracked): Promise<string | undefined> {
  const paths = await untrackedPaths(repository, untracked);
  if (paths.length === 0) return undefined;
  const cap = limits.maxMegabytes * 1024 * 1024;
  const bytes = await worktreeBytes(repository.top ?? '', paths, cap);
  if (paths.length > MOST_FILES || bytes > cap) {
    throw new ToolError('too_large', `${paths.length} untracked files are too many (or too large) to be saved for undo.`, {
      hint: 'Name fewer `paths`, leave ignored files out, or have the operator raise `undo.maxMegabytes`.',
    });
  }
  return withTemporaryIndex(repository, 'empty', async (variables) => {
    const input = `${paths.join('\0')}\0`;
    await repository.run(['update-index', '--add', '-z', '--stdin'], { access: 'write', variables, input });
    return (await repository.run(['write-tree'], { access: 'write', variables })).stdout.trim();
  });
}

/** Files that git does not track, without repositories nested among them: nothing here deletes those. */
export async function untrackedPaths(repository: Repository, untracked: Untracked): Promise<string[]> {
  if (untracked === 'none') return [];
  if (typeof untracked !== 'string') return [...untracked];
  const argv = ['ls-files', '--others', '-z', ...(untracked === 'untracked' ? ['--exclude-standard'] : [])];
  return items((await repository.run(argv, { maxOutputBytes: MOST_BYTES })).stdout).filter((path) => !path.endsWith('/'));
}

async function dropOldest(repository: Repository, keep: number): Promise<void> {
  const { stdout } = await repository.run(['for-each-ref', '--format=%(refname)%00', '--sort=refname', UNDO_REFS]);
  const names = records(stdout, 1).map(([name = '']) => name);
  for (const name of names.slice(0, Math.max(0, names.length - keep))) await dropUndo(repository, name.slice(UNDO_REFS.length));
}

async function dropUndo(repository: Repository, id: string): Promise<void> {
  const { stdout } = await repository.run(['for-each-ref', '--format=%(refname)%00', `${KEPT_REFS}${id}/`]);
  for (const name of [`${UNDO_REFS}${id}`, ...records(stdout, 1).map(([kept = '']) => kept)])
    await repository.run(['update-ref', '-d', name], { access: 'write' });
}

/** Newest first. */
export async function listUndo(repository: Repository, limit: number): Promise<ListedUndo[]> {
  const { stdout } = await repository.run([
    'for-each-ref',
    '--format=%(refname)%00%(contents:body)%00',
    '--sort=-refname',
    `--count=${limit}`,
    UNDO_REFS,
  ]);
  return records(stdout, 2).flatMap(([name = '', body = '']) => {
    const point = parsePoint(body);
    return point === undefined ? [] : [{ id: name.slice(UNDO_REFS.length), ...point }];
  });
}

export async function undoAt(repository: Repository, id: string): Promise<ListedUndo> {
  const found = /^[0-9A-Za-z-]{1,80}$/.test(id) ? (await listUndo(repository, 1000)).find((one) => one.id === id) : undefined;
  if (found !== undefined) return found;
  throw new ToolError('not_found', 'There is no such undo point.', { hint: 'Look at undo_list.' });
}

function parsePoint(body: string): UndoPoint | undefined {
  try {
    return UndoPoint.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
