import type { Repository } from '@deployment-engine/shared/git';
import { records } from './records.ts';

export interface Branch {
  name: string;
  /** `remote` for a remote-tracking branch. */
  kind: 'local' | 'remote';
  commit: string;
  current: boolean;
  upstream?: string;
  ahead?: number;
  behind?: number;
  /** True if the upstream branch is gone. */
  upstream_gone?: boolean;
  /** ISO 8601, of its last commit. */
  date: string;
  author: string;
  subject: string;
  /** Working tree in which it is checked out, if another than this one. */
  worktree?: string;
}

const BRANCH_FIELDS = [
  '%(refname)',
  '%(objectname)',
  '%(HEAD)',
  '%(upstream:short)',
  '%(upstream:track,nobracket)',
  '%(committerdate:iso-strict)',
  '%(authorname)',
  '%(contents:subject)',
  '%(worktreepath)',
  '%(symref)',
];

export async function listBranches(
  repository: Repository,
  query: {
    kind: 'local' | 'remote' | 'all';
    contains?: string;
    merged?: string;
    noMerged?: string;
    sort: 'name' | 'recent';
    limit: number;
  },
): Promise<Branch[]> {
  const argv = [
    'for-each-ref',
    `--format=${BRANCH_FIELDS.join('%00')}%00`,
    `--count=${query.limit}`,
    `--sort=${query.sort === 'name' ? 'refname' : '-committerdate'}`,
    ...(query.contains === undefined ? [] : [`--contains=${query.contains}`]),
    ...(query.merged === undefined ? [] : [`--merged=${query.merged}`]),
    ...(query.noMerged === undefined ? [] : [`--no-merged=${query.noMerged}`]),
    ...(query.kind === 'remote' ? [] : ['refs/heads']),
    ...(query.kind === 'local' ? [] : ['refs/remotes']),
  ];
  const { stdout } = await repository.run(argv, { maxOutputBytes: 16 * 1024 * 1024 });
  return records(stdout, BRANCH_FIELDS.length)
    .filter((row) => row[9] === '')
    .map((row) => branchOf(repository, row));
}

function branchOf(repository: Repository, row: string[]): Branch {
  const [ref = '', commit = '', head = '', upstream = '', track = '', date = '', author = '', subject = '', worktree = ''] = row;
  const local = ref.startsWith('refs/heads/');
  const count = (word: string) => Number(new RegExp(`${word} (\\d+)`).exec(track)?.[1] ?? 0);
  return {
    name: ref.slice(local ? 'refs/heads/'.length : 'refs/remotes/'.length),
    kind: local ? 'local' : 'remote',
    commit,
    current: head === '*',
    ...(upstream === ''
      ? {}
      : track === 'gone'
        ? { upstream, upstream_gone: true }
        : { upstream, ahead: count('ahead'), behind: count('behind') }),
    date,
    author,
    subject,
    ...(worktree !== '' && worktree !== repository.top ? { worktree } : {}),
  };
}

export interface Tag {
  name: string;
  /** The commit (or other object) it leads to. */
  commit: string;
  annotated: boolean;
  /** ISO 8601. */
  date: string;
  tagger?: string;
  message?: string;
}

const TAG_FIELDS = [
  '%(refname:strip=2)',
  '%(objecttype)',
  '%(objectname)',
  '%(*objectname)',
  '%(creatordate:iso-strict)',
  '%(taggername)',
  '%(contents)',
];

export async function listTags(
  repository: Repository,
  query: { pattern?: string; contains?: string; sort: 'name' | 'version' | 'recent'; limit: number },
): Promise<Tag[]> {
  const argv = [
    'for-each-ref',
    `--format=${TAG_FIELDS.join('%00')}%00`,
    `--count=${query.limit}`,
    `--sort=${{ name: 'refname', version: '-version:refname', recent: '-creatordate' }[query.sort]}`,
    ...(query.contains === undefined ? [] : [`--contains=${query.contains}`]),
    `refs/tags/${query.pattern ?? ''}`,
  ];
  const { stdout } = await repository.run(argv, { maxOutputBytes: 16 * 1024 * 1024 });
  return records(stdout, TAG_FIELDS.length).map(([name = '', type, id = '', peeled = '', date = '', tagger = '', message = '']) => ({
    name,
    commit: peeled === '' ? id : peeled,
    annotated: type === 'tag',
    date,
    ...(type === 'tag' ? { tagger, message: message.trim() } : {}),
  }));
}

/** Every ref below a prefix with what it points at. */
export async function refsBelow(repository: Repository, ...prefixes: string[]): Promise<Map<string, string>> {
  const { stdout } = await repository.run(['for-each-ref', '--format=%(refname)%00%(objectname)%00', ...prefixes], {
    maxOutputBytes: 32 * 1024 * 1024,
  });
  return new Map(records(stdout, 2).map(([name = '', id = '']) => [name, id] as const));
}

export interface RefUpdate {
  ref: string;
  change: 'new' | 'updated' | 'deleted';
  from?: string;
  to?: string;
}

/** What differs between two looks at the refs. */
export function refUpdates(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): RefUpdate[] {
  const updates: RefUpdate[] = [];
  for (const [ref, to] of after) {
    const from = before.get(ref);
    if (from === undefined) updates.push({ ref, change: 'new', to });
    else if (from !== to) updates.push({ ref, change: 'updated', from, to });
  }
  for (const [ref, from] of before) if (!after.has(ref)) updates.push({ ref, change: 'deleted', from });
  return updates;
}

/** The remote and branch that a local branch follows, as its config says. */
export function upstreamOf(repository: Repository, branch: string): { remote: string; branch: string } | undefined {
  const value = (name: string) =>
    repository.config.findLast((entry) => entry.section === 'branch' && entry.subsection === branch && entry.name === name)?.value;
  const [remote, merge] = [value('remote'), value('merge')];
  if (remote === undefined || !merge?.startsWith('refs/heads/')) return undefined;
  return { remote, branch: merge.slice('refs/heads/'.length) };
}
