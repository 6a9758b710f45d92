import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { OutcomeSchema, outcomeOf, renderOutcome } from '../client/outcome.ts';
import { commitOf, needsWorkingTree } from '../client/revisions.ts';
import { keepUndo } from '../client/undo.ts';
import { WRITE, ref, repo } from '../fields.ts';

export const merge = defineTool({
  name: 'merge',
  title: 'Merge into the current branch',
  description:
    'Merges a branch or commit into the current branch. Conflicts are an answer with the files; merge_preview shows them beforehand. An undo point is kept.',
  scopes: WRITE,
  annotations: writes(),
  deadlineMs: 300_000,
  inputSchema: z.strictObject({
    repo,
    ref: ref('What to merge'),
    fast_forward: z
      .enum(['allow', 'only', 'never'])
      .default('allow')
      .describe('Move the branch without a merge commit where that is possible: allowed, required, or never.'),
    squash: z.boolean().default(false).describe('Only stage the changes; commit them yourself.'),
    message: z.string().min(1).max(20_000).optional().describe('Message of the merge commit.'),
    prefer: z.enum(['ours', 'theirs']).optional().describe('Resolve conflicting regions by taking this side.'),
  }),
  outputSchema: OutcomeSchema,
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    needsWorkingTree(repository);
    const commit = await commitOf(repository, input.ref);
    const unfinished = await repository.unfinished();
    if (unfinished !== undefined)
      throw new ToolError('conflict', `A ${unfinished} is unfinished.`, { hint: 'Use operation_continue or operation_abort first.' });
    const undo = await keepUndo(repository, deps.git.settings.undo, { operation: 'merge' });
    const argv = [
      'merge',
      '--no-edit',
      ...(repository.trusted ? [] : ['--no-gpg-sign']),
      '--strategy=ort',
      '--no-progress',
      { allow: '--ff', only: '--ff-only', never: '--no-ff' }[input.squash ? 'allow' : input.fast_forward],
      ...(input.squash ? ['--squash'] : [`--message=${input.message ?? `Merge ${input.ref}`}`]),
      ...(input.prefer === undefined ? [] : [`-X${input.prefer}`]),
      commit,
    ];
    const result = await repository.run(argv, { access: 'write', ok: [0, 1, 2, 128], timeoutMs: 280_000 });
    return outcomeOf(repository, result, 'merge', undo);
  },
  render: (output) => renderOutcome('The merge', output),
});
