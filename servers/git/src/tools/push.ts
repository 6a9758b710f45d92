import { checkRefName } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { upstreamOf } from '../client/refs.ts';
import { idOf } from '../client/revisions.ts';
import { branchHere, pushRemote, remoteFor } from '../client/transfer.ts';
import { REMOTE, branchName, flag, remoteName, repo } from '../fields.ts';

export const PushShape = z.object({
  remote: z.string(),
  urls: z.array(z.string()),
  refs: z.array(
    z.object({
      from: z.string(),
      to: z.string(),
      result: z.enum(['new', 'updated', 'forced', 'deleted', 'up_to_date', 'rejected']),
      summary: z.string(),
    }),
  ),
});

export const push = defineTool({
  name: 'push',
  title: 'Push to a remote',
  description:
    'Sends a branch or tags to a remote. Never overwrites: if the remote has moved on it is refused (pull first, or push_force).',
  scopes: REMOTE,
  toolset: 'remote',
  annotations: writes({ openWorld: true }),
  deadlineMs: 600_000,
  inputSchema: z.strictObject({
    repo,
    remote: remoteName,
    branch: branchName('Local branch. Default: the current one.').optional(),
    to: branchName("Name on the remote. Default: the upstream's, or the same name.").optional(),
    tags: z.array(branchName('A tag.')).max(100).default([]).describe('Send these tags instead of a branch.'),
    set_upstream: flag('Let the branch follow what is pushed.'),
  }),
  outputSchema: PushShape,
  async handler(input, { deps, progress, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const refspecs: string[] = [];
    let branch: string | undefined;
    if (input.tags.length > 0) for (const tag of input.tags) refspecs.push(`refs/tags/${checkRefName(tag, 'tag')}:refs/tags/${tag}`);
    else {
      branch = input.branch === undefined ? await branchHere(repository) : checkRefName(input.branch);
      if ((await idOf(repository, `refs/heads/${branch}`)) === undefined) {
        throw new ToolError('not_found', `There is no local branch "${branch}" with a commit.`, { hint: 'Look at branch_list.' });
      }
    }
    const remote = remoteFor(repository, input.remote, branch);
    if (branch !== undefined) {
      const upstream = upstreamOf(repository, branch);
      refspecs.push(
        `refs/heads/${branch}:refs/heads/${checkRefName(input.to ?? (upstream?.remote === remote ? upstream.branch : branch))}`,
      );
    }
    const { access, refs } = await pushRemote(
      repository,
      { remote, refspecs, setUpstream: input.set_upstream && branch !== undefined },
      progress,
    );
    return { remote, urls: access.urls, refs };
  },
  render: ({ refs }) => ({
    summary: refs.every(({ result }) => result === 'up_to_date') ? 'The remote already has it.' : `Pushed ${refs.length} ref(s).`,
    data: refs.map(({ to, result, summary }) => `${result} ${to} ${summary}`).join('\n'),
  }),
});
