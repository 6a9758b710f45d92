import { defineTool, destroys, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { stashAt } from '../client/stashes.ts';
import { keepUndo } from '../client/undo.ts';
import { WRITE, repo, short } from '../fields.ts';

export const stashDrop = defineTool({
  name: 'stash_drop',
  title: 'Remove a stash',
  description: 'Removes one entry from the stash without applying it. An undo point keeps it.',
  scopes: WRITE,
  annotations: destroys(),
  inputSchema: z.strictObject({ repo, index: z.int().min(0).max(10_000).describe('Which one; 0 is the newest.') }),
  outputSchema: z.object({ commit: z.string(), message: z.string(), undo: z.string() }),
  async plan(input, { deps, ...call }: ToolContext<GitDeps>) {
    const { commit, message, date } = await stashAt(await deps.git.open(input.repo, call), input.index);
    return { summary: 'Removes one stash.', changes: [`remove ${short(commit)} of ${date}: ${message}`], state: commit };
  },
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const { commit, message } = await stashAt(repository, input.index);
    const undo = await keepUndo(repository, deps.git.settings.undo, {
      operation: 'stash-drop',
      refs: [{ ref: 'refs/heads/stash', id: commit }],
      note: message,
    });
    await repository.run(['stash', 'drop', '--quiet', `stash@{${input.index}}`], { access: 'write' });
    return { commit, message, undo };
  },
  render: ({ commit, message, undo }) => ({ summary: `Removed the stash ${short(commit)}. Undo point: ${undo}.`, data: message }),
});
