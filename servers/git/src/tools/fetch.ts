import { checkRefName } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { currentBranch } from '../client/revisions.ts';
import { fetchRemote, remoteFor } from '../client/transfer.ts';
import { REMOTE, RefUpdateShape, branchName, flag, remoteName, repo, short } from '../fields.ts';

export const fetch = defineTool({
  name: 'fetch',
  title: 'Fetch from a remote',
  description: 'Downloads what a remote has; local branches stay as they are. Use pull to also bring the current branch up to date.',
  scopes: REMOTE,
  toolset: 'remote',
  annotations: writes({ idempotent: true, openWorld: true }),
  deadlineMs: 600_000,
  inputSchema: z.strictObject({
    repo,
    remote: remoteName,
    branch: branchName('Only this branch of the remote.').optional(),
    prune: flag('Forget remote-tracking branches that the remote no longer has.'),
    tags: z.boolean().optional().describe('True: all tags; false: none; absent: those of what is fetched.'),
    depth: z.int().min(1).max(1_000_000).optional().describe('Shorten history to this many commits.'),
    unshallow: flag('Fetch the history that a shallow clone lacks.'),
  }),
  outputSchema: z.object({ remote: z.string(), urls: z.array(z.string()), updates: z.array(RefUpdateShape), total: z.number() }),
  async handler(input, { deps, progress, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    if (input.depth !== undefined && input.unshallow)
      throw new ToolError('invalid_input', '`depth` and `unshallow` exclude each other.', { hint: 'Give one.' });
    const remote = remoteFor(repository, input.remote, await currentBranch(repository));
    const { access, updates } = await fetchRemote(
      repository,
      {
        remote,
        prune: input.prune,
        unshallow: input.unshallow,
        ...(input.branch === undefined ? {} : { refspecs: [`refs/heads/${checkRefName(input.branch)}`] }),
        ...(input.tags === undefined ? {} : { tags: input.tags }),
        ...(input.depth === undefined ? {} : { depth: input.depth }),
      },
      progress,
    );
    return { remote, urls: access.urls, updates: updates.slice(0, 300), total: updates.length };
  },
  render: ({ updates, total }) => ({
    summary: total === 0 ? 'Nothing new.' : `${total} ref(s) changed.`,
    data: updates.map(({ ref, change, to }) => `${change} ${ref} ${short(to)}`).join('\n'),
  }),
});
