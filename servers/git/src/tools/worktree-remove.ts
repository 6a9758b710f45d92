import type { Repository } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import { type CallContext, defineTool, destroys, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { readStatus } from '../client/status.ts';
import { keepUndo } from '../client/undo.ts';
import { listWorktrees } from '../client/worktrees.ts';
import { WRITE, flag, repo } from '../fields.ts';

export const worktreeRemove = defineTool({
  name: 'worktree_remove',
  title: 'Remove a working tree',
  description:
    'Deletes the folder of a linked working tree; its branch stays. Uncommitted changes need `force` and are kept in an undo point (ignored files are not).',
  scopes: WRITE,
  toolset: 'worktree',
  annotations: destroys(),
  inputSchema: z.strictObject({
    repo,
    path: z.string().min(1).max(4096).describe('The folder, as worktree_list names it.'),
    force: flag('Remove it with uncommitted changes.'),
  }),
  outputSchema: z.object({ path: z.string(), branch: z.string().optional(), undo: z.string().optional() }),
  async plan(input, { deps, ...call }: ToolContext<GitDeps>) {
    const { worktree, changed } = await look(deps, call, input);
    return {
      summary: `Deletes the working tree ${worktree.path}; ${changed.length} file(s) there have uncommitted changes.`,
      changes: changed.slice(0, 200).map((path) => `uncommitted: ${path}`),
      state: { head: worktree.head, changed },
    };
  },
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const { repository, linked, worktree, changed } = await look(deps, call, input);
    if (changed.length > 0 && !input.force) {
      throw new ToolError('conflict', `${changed.length} file(s) there have uncommitted changes.`, {
        hint: 'Commit them, or repeat with force: true.',
        details: { files: changed.slice(0, 50) },
      });
    }
    const undo =
      changed.length === 0
        ? undefined
        : await keepUndo(linked, deps.git.settings.undo, {
            operation: 'worktree-remove',
            untracked: 'untracked',
            note: `working tree ${worktree.path}`,
          });
    await repository.run(['worktree', 'remove', ...(changed.length === 0 ? [] : ['--force']), '--', worktree.path], { access: 'write' });
    return { path: worktree.path, branch: worktree.branch, ...(undo === undefined ? {} : { undo }) };
  },
  render: ({ path, undo }) => ({ summary: `Removed the working tree.${undo === undefined ? '' : ` Undo point: ${undo}.`}`, data: path }),
});

async function look(deps: GitDeps, call: CallContext, input: { repo: string; path: string }) {
  const repository = await deps.git.open(input.repo, call);
  const path = await call.roots.resolve(input.path, { kind: 'directory' });
  const worktree = (await listWorktrees(repository)).find((one) => one.path === path);
  if (worktree === undefined)
    throw new ToolError('not_found', 'That folder is no working tree of this repository.', { hint: 'Look at worktree_list.' });
  if (worktree.main)
    throw new ToolError('invalid_input', 'The main working tree holds the repository itself.', { hint: 'Name a linked one.' });
  if (worktree.locked) throw new ToolError('conflict', 'The working tree is locked.', { hint: 'Unlock it in a terminal first.' });
  const linked: Repository = await deps.git.open(path, call);
  if (linked.commonDir !== repository.commonDir || linked.top !== path)
    throw new ToolError('conflict', 'The folder belongs to another repository now.', { hint: 'Look at worktree_list.' });
  if ((await linked.unfinished()) !== undefined)
    throw new ToolError('conflict', 'An operation is unfinished there.', { hint: 'End it by operation_abort in that folder.' });
  const { staged, unstaged, untracked, conflicted } = await readStatus(linked, 'all');
  return {
    repository,
    linked,
    worktree,
    changed: [...new Set([...staged, ...unstaged, ...conflicted].map((one) => one.path).concat(untracked))],
  };
}
