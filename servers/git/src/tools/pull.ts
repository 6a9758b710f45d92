import { checkRefName } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { OutcomeSchema, outcomeOf, renderOutcome } from '../client/outcome.ts';
import { upstreamOf } from '../client/refs.ts';
import { commitOf, headOf, needsWorkingTree } from '../client/revisions.ts';
import { branchHere, fetchRemote, remoteFor } from '../client/transfer.ts';
import { keepUndo } from '../client/undo.ts';
import { REMOTE, branchName, remoteName, repo, short } from '../fields.ts';

export const pull = defineTool({
  name: 'pull',
  title: 'Pull the latest changes from a remote',
  description:
    'Fetches the upstream of the current branch and brings it in, by fast-forward only or by a merge. Conflicts are an answer. To rebase: fetch, then rebase.',
  scopes: REMOTE,
  toolset: 'remote',
  annotations: writes({ openWorld: true }),
  deadlineMs: 600_000,
  inputSchema: z.strictObject({
    repo,
    remote: remoteName,
    branch: branchName("Branch of the remote. Default: the current branch's upstream, or its own name.").optional(),
    mode: z
      .enum(['ff_only', 'merge'])
      .default('ff_only')
      .describe('ff_only refuses when both sides have new commits; merge makes a merge commit.'),
  }),
  outputSchema: OutcomeSchema.extend({ remote: z.string(), fetched: z.string() }),
  async handler(input, { deps, progress, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    needsWorkingTree(repository);
    const branch = await branchHere(repository);
    const unfinished = await repository.unfinished();
    if (unfinished !== undefined)
      throw new ToolError('conflict', `A ${unfinished} is unfinished.`, { hint: 'Use operation_continue or operation_abort first.' });
    const remote = remoteFor(repository, input.remote, branch);
    const upstream = upstreamOf(repository, branch);
    const theirs = checkRefName(input.branch ?? (upstream?.remote === remote ? upstream.branch : branch));
    await fetchRemote(repository, { remote, refspecs: [`refs/heads/${theirs}`] }, progress);
    const fetched = await commitOf(repository, 'FETCH_HEAD');
    const born = (await headOf(repository)) !== undefined;
    const undo = born ? await keepUndo(repository, deps.git.settings.undo, { operation: 'pull' }) : undefined;
    const argv = [
      'merge',
      '--no-edit',
      '--no-gpg-sign',
      '--strategy=ort',
      '--no-progress',
      ...(input.mode === 'ff_only' ? ['--ff-only'] : ['--ff', `--message=Merge branch '${theirs}' of ${remote}`]),
      fetched,
    ];
    const result = await repository.run(argv, { access: 'write', ok: [0, 1, 128] });
    return { ...(await outcomeOf(repository, result, 'merge', undo)), remote, fetched };
  },
  render: (output) => renderOutcome(`Pulling ${short(output.fetched)}`, output),
});
