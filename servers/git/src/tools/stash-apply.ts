import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { OutcomeSchema, outcomeOf, renderOutcome } from '../client/outcome.ts';
import { needsWorkingTree } from '../client/revisions.ts';
import { stashAt } from '../client/stashes.ts';
import { WRITE, flag, repo } from '../fields.ts';

export const stashApply = defineTool({
  name: 'stash_apply',
  title: 'Bring a stash back',
  description: 'Applies a stash to the working tree and keeps it in the stash. Conflicts are an answer. Use stash_pop to also remove it.',
  scopes: WRITE,
  annotations: writes(),
  inputSchema: z.strictObject({
    repo,
    index: z.int().min(0).max(10_000).default(0).describe('Which one; 0 is the newest.'),
    staged: flag('Also stage what was staged then.'),
  }),
  outputSchema: OutcomeSchema,
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    needsWorkingTree(repository);
    const { commit } = await stashAt(repository, input.index);
    const result = await repository.run(['stash', 'apply', '--quiet', ...(input.staged ? ['--index'] : []), commit], {
      access: 'write',
      ok: [0, 1],
    });
    return outcomeOf(repository, result, 'stash');
  },
  render: (output) => renderOutcome('Applying the stash', output),
});
