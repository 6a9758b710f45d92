import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { OutcomeSchema, outcomeOf, renderOutcome } from '../client/outcome.ts';
import { needsWorkingTree } from '../client/revisions.ts';
import { stashAt } from '../client/stashes.ts';
import { keepUndo } from '../client/undo.ts';
import { WRITE, flag, repo } from '../fields.ts';

export const stashPop = defineTool({
  name: 'stash_pop',
  title: 'Bring a stash back and remove it',
  description: 'Applies a stash and, if that worked without conflicts, removes it from the stash. An undo point keeps it.',
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
    const { commit, message } = await stashAt(repository, input.index);
    const result = await repository.run(['stash', 'apply', '--quiet', ...(input.staged ? ['--index'] : []), commit], {
      access: 'write',
      ok: [0, 1],
    });
    const outcome = await outcomeOf(repository, result, 'stash');
    if (outcome.status !== 'done') return outcome;
    const undo = await keepUndo(repository, deps.git.settings.undo, {
      operation: 'stash-drop',
      refs: [{ ref: 'refs/heads/stash', id: commit }],
      note: message,
    });
    await repository.run(['stash', 'drop', '--quiet', `stash@{${input.index}}`], { access: 'write' });
    return { ...outcome, undo };
  },
  render: (output) => renderOutcome('Applying the stash', output),
});
