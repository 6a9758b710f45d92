import { checkRefName, type Repository } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, destroys, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { countCommits, readHistory } from '../client/history.ts';
import type { GitDeps } from '../client/index.ts';
import { upstreamOf } from '../client/refs.ts';
import { idOf } from '../client/revisions.ts';
import { branchHere, pushRemote, remoteFor } from '../client/transfer.ts';
import { keepUndo } from '../client/undo.ts';
import { PushShape } from './push.ts';
import { REMOTE, branchName, flag, remoteName, repo, short } from '../fields.ts';

interface Input {
  remote?: string | undefined;
  branch?: string | undefined;
  to?: string | undefined;
  delete: boolean;
}

export const pushForce = defineTool({
  name: 'push_force',
  title: 'Overwrite or delete a remote branch',
  description:
    'Replaces a remote branch by the local one, or deletes it, only if it is still what the last fetch saw (--force-with-lease). Fetch first. Use push where nothing is overwritten.',
  scopes: REMOTE,
  toolset: 'remote',
  annotations: destroys({ openWorld: true }),
  deadlineMs: 600_000,
  inputSchema: z.strictObject({
    repo,
    remote: remoteName,
    branch: branchName('Local branch. Default: the current one.').optional(),
    to: branchName("Name on the remote. Default: the upstream's, or the same name.").optional(),
    delete: flag('Delete the remote branch instead.'),
  }),
  outputSchema: PushShape.extend({ was: z.string(), undo: z.string() }),
  async plan(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const { remote, to, expected, commit } = await look(repository, input);
    const count = await countCommits(repository, [expected], commit === undefined ? [] : [commit]);
    const lost = commit === undefined ? [] : await readHistory(repository, { from: [expected], without: [commit], limit: 20 });
    return {
      summary: commit === undefined ? `Deletes ${remote}/${to}.` : `Replaces ${remote}/${to}; ${count} commit(s) leave it.`,
      changes: [
        `${remote}/${to}: ${short(expected)} -> ${short(commit)}`,
        ...lost.map(({ id, subject }) => `leaves: ${short(id)} ${subject}`),
      ],
      state: { expected, commit },
    };
  },
  async handler(input, { deps, progress, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const { remote, to, expected, branch } = await look(repository, input);
    const ref = `refs/heads/${to}`;
    const undo = await keepUndo(repository, deps.git.settings.undo, {
      operation: 'push-force',
      refs: [{ ref: `refs/remotes/${remote}/${to}`, id: expected }],
    });
    const refspec = branch === undefined ? `:${ref}` : `+refs/heads/${branch}:${ref}`;
    const { access, refs } = await pushRemote(
      repository,
      { remote, refspecs: [refspec.replace(/^\+/, '')], lease: `${ref}:${expected}` },
      progress,
    );
    return { remote, urls: access.urls, refs, was: expected, undo };
  },
  render: ({ refs, was, undo }) => ({
    summary: `The remote branch was at ${short(was)}. Undo point (keeps those commits here): ${undo}.`,
    data: refs.map(({ to, result, summary }) => `${result} ${to} ${summary}`).join('\n'),
  }),
});

async function look(repository: Repository, input: Input) {
  const branch =
    input.branch === undefined
      ? input.delete && input.to !== undefined
        ? undefined
        : await branchHere(repository)
      : checkRefName(input.branch);
  const remote = remoteFor(repository, input.remote, branch);
  const upstream = branch === undefined ? undefined : upstreamOf(repository, branch);
  const to = checkRefName(input.to ?? (upstream?.remote === remote ? upstream.branch : (branch ?? '')));
  const expected = await idOf(repository, `refs/remotes/${remote}/${to}`);
  if (expected === undefined)
    throw new ToolError('not_found', `Nothing is known of ${remote}/${to}.`, {
      hint: 'Fetch first, so that what is overwritten is known.',
    });
  if (input.delete) return { remote, to, expected, branch: undefined, commit: undefined };
  const commit = await idOf(repository, `refs/heads/${branch ?? ''}`);
  if (commit === undefined || branch === undefined)
    throw new ToolError('not_found', 'There is no such local branch.', { hint: 'Look at branch_list.' });
  return { remote, to, expected, branch, commit };
}
