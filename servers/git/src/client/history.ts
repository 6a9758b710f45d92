import type { Repository } from '@deployment-engine/shared/git';
import { records } from './records.ts';

export interface Commit {
  id: string;
  parents: string[];
  author: string;
  email: string;
  /** ISO 8601. */
  date: string;
  subject: string;
  body: string;
  /** Branches and tags that point at it. */
  refs: string[];
  signed_off?: boolean;
}

export interface CommitStat {
  files: number;
  insertions: number;
  deletions: number;
}

// %D without our own undo refs is not to be had by a format, so they are dropped here.
const FIELDS = ['%H', '%P', '%an', '%ae', '%aI', '%D', '%s', '%b'];
const FORMAT = `--format=tformat:${FIELDS.join('%x00')}%x00`;

export interface HistoryQuery {
  /** Commit ids to start from; empty means `all`. */
  from: string[];
  /** Commit ids whose history is left out. */
  without?: string[];
  limit: number;
  skip?: number;
  since?: string;
  until?: string;
  author?: string;
  grep?: string;
  /** Text whose number of occurrences a commit changed. */
  changed?: string;
  merges?: 'include' | 'exclude' | 'only';
  firstParent?: boolean;
  follow?: boolean;
  pathspecs?: readonly string[];
}

export async function readHistory(repository: Repository, query: HistoryQuery): Promise<Commit[]> {
  const argv = [
    'log',
    FORMAT,
    '--no-color',
    '--no-notes',
    '--no-show-signature',
    '--no-ext-diff',
    '--no-textconv',
    '--decorate=full',
    '--decorate-refs-exclude=refs/deployment-engine/',
    `--max-count=${query.limit}`,
    `--skip=${query.skip ?? 0}`,
    ...(query.since === undefined ? [] : [`--since=${query.since}`]),
    ...(query.until === undefined ? [] : [`--until=${query.until}`]),
    ...(query.author === undefined ? [] : ['--fixed-strings', '--regexp-ignore-case', `--author=${query.author}`]),
    ...(query.grep === undefined ? [] : ['--fixed-strings', '--regexp-ignore-case', `--grep=${query.grep}`]),
    ...(query.changed === undefined ? [] : [`-S${query.changed}`]),
    ...(query.merges === 'exclude' ? ['--no-merges'] : query.merges === 'only' ? ['--merges'] : []),
    ...(query.firstParent ? ['--first-parent'] : []),
    ...(query.follow ? ['--follow', '--no-patch'] : []),
    ...(query.from.length === 0 ? ['--branches', '--tags', '--remotes', 'HEAD'] : query.from),
    ...(query.without ?? []).map((id) => `^${id}`),
    '--',
    ...(query.pathspecs ?? []),
  ];
  const { stdout } = await repository.run(argv, { maxOutputBytes: 16 * 1024 * 1024 });
  return records(stdout, FIELDS.length).map(commitOfRecord);
}

function commitOfRecord(row: string[]): Commit {
  const [id = '', parents = '', author = '', email = '', date = '', refs = '', subject = '', body = ''] = row;
  return { id, parents: parents.split(' ').filter(Boolean), author, email, date, refs: refsOf(refs), subject, body: body.trim() };
}

/** Reads `%D` in its full form: `HEAD -> refs/heads/main, tag: refs/tags/v1`. */
function refsOf(decoration: string): string[] {
  return decoration
    .split(', ')
    .filter((ref) => ref !== '')
    .map((ref) =>
      ref
        .replace(/^HEAD -> /, '')
        .replace(/^tag: /, '')
        .replace(/^refs\/(?:heads|tags|remotes)\//, ''),
    );
}

/** Files and lines that each commit changed against its first parent; merges are absent. */
export async function readStats(repository: Repository, ids: readonly string[]): Promise<Map<string, CommitStat>> {
  const stats = new Map<string, CommitStat>();
  if (ids.length === 0) return stats;
  const argv = [
    'log',
    '--no-walk=unsorted',
    '--stdin',
    '--format=%H',
    '--shortstat',
    '--no-color',
    '--no-show-signature',
    '--no-ext-diff',
    '--no-textconv',
  ];
  const { stdout } = await repository.run(argv, { input: `${ids.join('\n')}\n` });
  let current = '';
  for (const line of stdout.split('\n')) {
    if (/^[0-9a-f]{40,64}$/.test(line)) current = line;
    else if (/^ \d+ files? changed/.test(line)) stats.set(current, shortStat(line));
  }
  return stats;
}

function shortStat(line: string): CommitStat {
  const count = (pattern: RegExp) => Number(pattern.exec(line)?.[1] ?? 0);
  return { files: count(/(\d+) files? changed/), insertions: count(/(\d+) insertion/), deletions: count(/(\d+) deletion/) };
}

/** One commit. */
export async function readCommit(repository: Repository, id: string): Promise<Commit> {
  const [commit] = await readHistory(repository, { from: [id], limit: 1 });
  if (commit === undefined) throw new Error(`git log printed nothing for ${id}`);
  return commit;
}

export async function countCommits(repository: Repository, include: readonly string[], exclude: readonly string[] = []): Promise<number> {
  const { stdout } = await repository.run(['rev-list', '--count', ...include, ...exclude.map((id) => `^${id}`), '--']);
  return Number(stdout.trim());
}
