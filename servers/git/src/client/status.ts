import type { Repository } from '@deployment-engine/shared/git';

export type Change = 'added' | 'modified' | 'deleted' | 'renamed' | 'copied' | 'type_changed';

export interface ChangedPath {
  path: string;
  change: Change;
  /** The former path of a rename or copy. */
  from?: string;
}

export interface Status {
  /** Short name; undefined when HEAD is detached. */
  branch: string | undefined;
  /** Commit id; undefined before the first commit. */
  head: string | undefined;
  upstream: string | undefined;
  ahead: number | undefined;
  behind: number | undefined;
  stashes: number;
  staged: ChangedPath[];
  unstaged: ChangedPath[];
  untracked: string[];
  conflicted: { path: string; kind: ConflictKind }[];
}

export type ConflictKind =
  | 'both_modified'
  | 'both_added'
  | 'both_deleted'
  | 'added_by_us'
  | 'added_by_them'
  | 'deleted_by_us'
  | 'deleted_by_them';

const CHANGES: Readonly<Record<string, Change>> = { A: 'added', M: 'modified', D: 'deleted', R: 'renamed', C: 'copied', T: 'type_changed' };
const CONFLICTS: Readonly<Record<string, ConflictKind>> = {
  DD: 'both_deleted',
  AU: 'added_by_us',
  UD: 'deleted_by_them',
  UA: 'added_by_them',
  DU: 'deleted_by_us',
  AA: 'both_added',
  UU: 'both_modified',
};

export const changeOf = (letter: string): Change => CHANGES[letter] ?? 'modified';

/** @param untracked `all` files, whole `folders`, or `none` of what git does not track */
export async function readStatus(repository: Repository, untracked: 'all' | 'folders' | 'none' = 'all'): Promise<Status> {
  const mode = { all: 'all', folders: 'normal', none: 'no' }[untracked];
  const { stdout } = await repository.run(
    [
      'status',
      '--porcelain=v2',
      '-z',
      '--branch',
      '--show-stash',
      '--ahead-behind',
      '--find-renames',
      '--ignore-submodules=dirty',
      `--untracked-files=${mode}`,
    ],
    { maxOutputBytes: 32 * 1024 * 1024 },
  );
  return parseStatus(stdout);
}

/** git-status(1), Porcelain Format Version 2 with -z. */
export function parseStatus(output: string): Status {
  const status: Status = {
    branch: undefined,
    head: undefined,
    upstream: undefined,
    ahead: undefined,
    behind: undefined,
    stashes: 0,
    staged: [],
    unstaged: [],
    untracked: [],
    conflicted: [],
  };
  const entries = output.split('\0');
  for (let at = 0; at < entries.length; at++) {
    const entry = entries[at] ?? '';
    if (entry.startsWith('# ')) readHeader(status, entry.slice(2));
    else if (entry.startsWith('? ')) status.untracked.push(entry.slice(2));
    else if (entry.startsWith('u '))
      status.conflicted.push({ path: fieldsAfter(entry, 10), kind: CONFLICTS[entry.slice(2, 4)] ?? 'both_modified' });
    else if (entry.startsWith('1 ')) addChanged(status, entry.slice(2, 4), fieldsAfter(entry, 8));
    else if (entry.startsWith('2 ')) addChanged(status, entry.slice(2, 4), fieldsAfter(entry, 9), entries[++at]);
  }
  return status;
}

function readHeader(status: Status, header: string): void {
  const [name = '', ...words] = header.split(' ');
  const value = words.join(' ');
  if (name === 'branch.oid' && value !== '(initial)') status.head = value;
  else if (name === 'branch.head' && value !== '(detached)') status.branch = value;
  else if (name === 'branch.upstream') status.upstream = value;
  else if (name === 'branch.ab') [status.ahead, status.behind] = words.map((word) => Math.abs(Number(word)));
  else if (name === 'stash') status.stashes = Number(value);
}

/** What follows the first `count` fields; a path may hold spaces. */
function fieldsAfter(entry: string, count: number): string {
  let at = 0;
  for (let passed = 0; passed < count; passed++) at = entry.indexOf(' ', at) + 1;
  return entry.slice(at);
}

function addChanged(status: Status, letters: string, path: string, from?: string): void {
  const [staged = '.', unstaged = '.'] = letters;
  const was = (letter: string) => (from !== undefined && (letter === 'R' || letter === 'C') ? { from } : {});
  if (staged !== '.') status.staged.push({ path, change: changeOf(staged), ...was(staged) });
  if (unstaged !== '.') status.unstaged.push({ path, change: changeOf(unstaged), ...was(unstaged) });
}

/** True if nothing that git tracks differs from HEAD. */
export function isCleanStatus(status: Status): boolean {
  return status.staged.length === 0 && status.unstaged.length === 0 && status.conflicted.length === 0;
}
