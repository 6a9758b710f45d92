import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { OutcomeSchema, outcomeOf, renderOutcome } from '../client/outcome.ts';
import { needsWorkingTree } from '../client/revisions.ts';
import { WRITE, flag, repo } from '../fields.ts';

const PROGRAMS = { merge: 'merge', rebase: 'rebase', cherry_pick: 'cherry-pick', revert: 'revert' } as const;

export const operationContinue = defineTool({
  name: 'operation_continue',
  title: 'Continue a merge or rebase',
  description: 'Goes on with the unfinished merge, rebase, cherry-pick or revert once its conflicts are resolved and added.',
  scopes: WRITE,
  annotations: writes(),
  deadlineMs: 300_000,
  inputSchema: z.strictObject({ repo, skip: flag('Leave the present commit out (not for a merge).') }),
  outputSchema: OutcomeSchema.extend({ operation: z.enum(['merge', 'rebase', 'cherry_pick', 'revert']) }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    needsWorkingTree(repository);
    const operation = await repository.unfinished();
    if (operation === undefined) throw new ToolError('conflict', 'Nothing is unfinished.', { hint: 'Look at status.' });
    if (operation === 'am' || operation === 'bisect')
      throw new ToolError('unsupported', `An unfinished ${operation} is not continued from here.`, { hint: 'Finish it in a terminal.' });
    if (input.skip && operation === 'merge')
      throw new ToolError('invalid_input', 'A merge has no step to skip.', { hint: 'Use operation_abort.' });
    const result = await repository.run([PROGRAMS[operation], input.skip ? '--skip' : '--continue'], {
      access: 'write',
      ok: [0, 1, 128],
      timeoutMs: 280_000,
    });
    return { ...(await outcomeOf(repository, result, PROGRAMS[operation])), operation };
  },
  render: (output) => renderOutcome(`The ${output.operation}`, output),
});
