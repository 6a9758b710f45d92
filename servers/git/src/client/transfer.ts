import { gitFailure, gitWords, type RemoteAccess, type Repository } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import type { Progress } from '@deployment-engine/shared/toolkit';
import { refsBelow, refUpdates, upstreamOf, type RefUpdate } from './refs.ts';
import { currentBranch } from './revisions.ts';

type Tell = (progress: Progress) => void;

/** Turns git's own words about its phases into growing progress. */
export function phases(progress: Tell): (line: string) => void {
  let done = 0;
  return (line) => progress({ progress: ++done, message: gitWords(line).slice(0, 200) });
}

/** The remote that is meant: the one named, the branch's own, the only one, or `origin`. */
export function remoteFor(repository: Repository, named: string | undefined, branch: string | undefined): string {
  if (named !== undefined) return named;
  const remotes = repository.remotes();
  const own = branch === undefined ? undefined : upstreamOf(repository, branch)?.remote;
  if (own !== undefined && remotes.includes(own)) return own;
  if (remotes.includes('origin')) return 'origin';
  if (remotes.length === 1 && remotes[0] !== undefined) return remotes[0];
  throw new ToolError(
    'not_found',
    remotes.length === 0 ? 'The repository has no remote.' : 'There are several remotes, and none is called origin.',
    {
      hint: remotes.length === 0 ? 'Add one by remote_add.' : `Name one of ${remotes.join(', ')} in \`remote\`.`,
    },
  );
}

export interface FetchQuery {
  remote: string;
  /** Full refs or refspecs, built from checked names; none means what the config says. */
  refspecs?: string[];
  prune?: boolean;
  tags?: boolean;
  depth?: number;
  unshallow?: boolean;
}

export async function fetchRemote(
  repository: Repository,
  query: FetchQuery,
  progress: Tell,
): Promise<{ access: RemoteAccess; updates: RefUpdate[] }> {
  const access = await repository.remote(query.remote, 'fetch');
  const watched = ['refs/remotes/', 'refs/tags/', 'refs/heads/'];
  const before = await refsBelow(repository, ...watched);
  const argv = [
    'fetch',
    '--progress',
    '--no-recurse-submodules',
    '--no-auto-maintenance',
    ...(query.prune ? ['--prune'] : []),
    ...(query.tags === undefined ? [] : [query.tags ? '--tags' : '--no-tags']),
    ...(query.depth === undefined ? [] : [`--depth=${query.depth}`]),
    ...(query.unshallow ? ['--unshallow'] : []),
    '--end-of-options',
    query.remote,
    ...(query.refspecs ?? []),
  ];
  await repository.run(argv, { access: 'write', remote: access, onProgress: phases(progress) });
  return { access, updates: refUpdates(before, await refsBelow(repository, ...watched)) };
}

export interface PushedRef {
  from: string;
  to: string;
  result: 'new' | 'updated' | 'forced' | 'deleted' | 'up_to_date' | 'rejected';
  summary: string;
}

const RESULTS: Readonly<Record<string, PushedRef['result']>> = {
  ' ': 'updated',
  '+': 'forced',
  '-': 'deleted',
  '*': 'new',
  '=': 'up_to_date',
  '!': 'rejected',
};

export interface PushQuery {
  remote: string;
  refspecs: string[];
  setUpstream?: boolean;
  /** `<full ref>:<expected id>` */
  lease?: string;
}

/** @throws ToolError `conflict` when the remote has moved on, `forbidden` when it refuses */
export async function pushRemote(
  repository: Repository,
  query: PushQuery,
  progress: Tell,
): Promise<{ access: RemoteAccess; refs: PushedRef[] }> {
  const access = await repository.remote(query.remote, 'push');
  const argv = [
    'push',
    '--porcelain',
    '--progress',
    '--no-recurse-submodules',
    '--no-follow-tags',
    ...(query.setUpstream ? ['--set-upstream'] : []),
    ...(query.lease === undefined ? [] : [`--force-with-lease=${query.lease}`]),
    '--end-of-options',
    query.remote,
    ...query.refspecs,
  ];
  const { code, stdout, stderr } = await repository.run(argv, {
    access: 'write',
    remote: access,
    ok: [0, 1],
    onProgress: phases(progress),
  });
  const refs = parsePush(stdout);
  const rejected = refs.filter(({ result }) => result === 'rejected');
  if (rejected.length > 0) throw gitFailure('push', code, rejected.map(({ to, summary }) => `! ${to} ${summary}`).join('\n'));
  if (code !== 0) throw gitFailure('push', code, stderr);
  return { access, refs };
}

/** git-push(1), OUTPUT: `<flag>\t<from>:<to>\t<summary> (<reason>)`. */
export function parsePush(output: string): PushedRef[] {
  return output.split('\n').flatMap((line) => {
    const [flag = '', refs = '', summary = ''] = line.split('\t');
    const result = RESULTS[flag];
    if (result === undefined || summary === '') return [];
    const cut = refs.indexOf(':');
    return [{ from: refs.slice(0, cut), to: refs.slice(cut + 1), result, summary }];
  });
}

/** The branch that is checked out. @throws ToolError `invalid_input` for a detached HEAD */
export async function branchHere(repository: Repository): Promise<string> {
  const branch = await currentBranch(repository);
  if (branch !== undefined) return branch;
  throw new ToolError('invalid_input', 'No branch is checked out (HEAD is detached).', { hint: 'Name the `branch`, or switch to one.' });
}
