import { checkRefName, type Repository } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { headOf, idOf } from '../client/revisions.ts';
import { fetchRemote, phases } from '../client/transfer.ts';
import { REMOTE, branchName, short } from '../fields.ts';

export const repoClone = defineTool({
  name: 'repo_clone',
  title: 'Clone a repository',
  description:
    'Downloads a repository into a new folder inside the allowed folders and checks out its branch. Nothing of it runs: no hooks, no filters, no submodules.',
  scopes: REMOTE,
  toolset: 'remote',
  annotations: writes({ openWorld: true }),
  deadlineMs: 600_000,
  inputSchema: z.strictObject({
    url: z.string().min(1).max(2000).describe('https or ssh URL, or the path of a repository inside the allowed folders.'),
    repo: z.string().min(1).max(4096).describe('The new folder; it must not exist yet.'),
    branch: branchName("Branch to check out. Default: the remote's own.").optional(),
    depth: z.int().min(1).max(1_000_000).optional().describe('Only this many commits of history.'),
  }),
  outputSchema: z.object({
    path: z.string(),
    url: z.string(),
    branch: z.string().optional(),
    head: z.string().optional(),
    refs: z.number(),
  }),
  async handler(input, { deps, progress, ...call }: ToolContext<GitDeps>) {
    const { git } = deps.git;
    git.checkUrl(input.url);
    const place = await call.roots.locate(input.repo, { mustExist: false });
    if (place.exists)
      throw new ToolError('conflict', 'Something lies at that path already.', { hint: 'Choose a folder that does not exist yet.' });
    const path = await git.init(place.path, call);
    const made = await deps.git.open(path, call);
    await made.run(['remote', 'add', '--', 'origin', input.url], { access: 'write' });
    // opened again: what is fetched is judged by the config as it is now
    const repository = await deps.git.open(path, call);
    const access = await repository.remote('origin', 'fetch');
    const depth = input.depth === undefined ? {} : { depth: input.depth };
    const wanted = input.branch === undefined ? undefined : checkRefName(input.branch);
    const { updates } = await fetchRemote(repository, { remote: 'origin', ...depth }, progress);
    const branch = wanted ?? (await defaultBranch(repository, phases(progress)));
    if (branch === undefined) return { path, url: access.urls[0] ?? '', refs: updates.length };
    if ((await idOf(repository, `refs/remotes/origin/${branch}`)) === undefined) {
      throw new ToolError('not_found', `The remote has no branch "${branch.slice(0, 80)}"; what it has was fetched.`, {
        hint: 'Look at branch_list with kind remote, then branch_switch.',
      });
    }
    await repository.run(['checkout', '--quiet', '-B', branch, '--track', `origin/${branch}`], { access: 'write', timeoutMs: 280_000 });
    const head = await headOf(repository);
    return { path, url: access.urls[0] ?? '', branch, refs: updates.length, ...(head === undefined ? {} : { head }) };
  },
  render: ({ path, branch, head, refs }) => ({
    summary: `Cloned ${refs} ref(s)${branch === undefined ? '; the remote is empty' : `, HEAD is ${short(head)}`}.`,
    data: `${path} ${branch ?? ''}`,
  }),
});

/** The branch that the remote's HEAD names. */
async function defaultBranch(repository: Repository, onProgress: (line: string) => void): Promise<string | undefined> {
  const remote = await repository.remote('origin', 'fetch');
  const { stdout } = await repository.run(['ls-remote', '--symref', '--end-of-options', 'origin', 'HEAD'], { remote, onProgress });
  const named = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(stdout)?.[1];
  return named === undefined ? undefined : checkRefName(named);
}
