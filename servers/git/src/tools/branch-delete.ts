import { checkRefName, type Repository } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, destroys, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { countCommits, readHistory } from '../client/history.ts';
import type { GitDeps } from '../client/index.ts';
import { refsBelow, upstreamOf } from '../client/refs.ts';
import { idOf } from '../client/revisions.ts';
import { keepUndo } from '../client/undo.ts';
import { WRITE, branchName, flag, repo, short } from '../fields.ts';

const SHOWN = 20;

export const branchDelete = defineTool({
  name: 'branch_delete',
  title: 'Delete a branch',
  description: 'Deletes a local branch. Commits that no other branch or tag has need `force`. An undo point is kept.',
  scopes: WRITE,
  annotations: destroys(),
  inputSchema: z.strictObject({ repo, name: branchName('The branch.'), force: flag('Delete it even if commits are only there.') }),
  outputSchema: z.object({
    name: z.string(),
    commit: z.string(),
    only_here: z.number().describe('Commits that no other branch or tag has.'),
    undo: z.string(),
  }),
  async plan(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const { commit, lost, count } = await look(repository, checkRefName(input.name));
    const changes = [`delete ${input.name} at ${short(commit)}`, ...lost.map(({ id, subject }) => `only there: ${short(id)} ${subject}`)];
    return {
      summary:
        count === 0
          ? 'Deletes a branch whose commits are all elsewhere too.'
          : `Deletes a branch with ${count} commit(s) that are nowhere else.`,
      changes,
      state: { commit, count },
    };
  },
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const name = checkRefName(input.name);
    const { commit, count } = await look(repository, name);
    if (count > 0 && !input.force) {
      throw new ToolError('conflict', `${count} commit(s) are only in this branch.`, {
        hint: 'Merge or push it first, or repeat with force: true.',
        details: { only_here: count },
      });
    }
    const upstream = upstreamOf(repository, name);
    const refs = [
      { ref: `refs/heads/${name}`, id: commit, ...(upstream === undefined ? {} : { upstream: `${upstream.remote}/${upstream.branch}` }) },
    ];
    const undo = await keepUndo(repository, deps.git.settings.undo, { operation: 'branch-delete', refs });
    await repository.run(['branch', '--delete', '--force', '--', name], { access: 'write' });
    return { name, commit, only_here: count, undo };
  },
  render: ({ name, commit, undo }) => ({ summary: `Deleted the branch, which was at ${short(commit)}. Undo point: ${undo}.`, data: name }),
});

async function look(repository: Repository, name: string) {
  const commit = await idOf(repository, `refs/heads/${name}`);
  if (commit === undefined)
    throw new ToolError('not_found', `There is no local branch "${name.slice(0, 80)}".`, { hint: 'Look at branch_list.' });
  const others = await refsBelow(repository, 'refs/heads/', 'refs/remotes/', 'refs/tags/');
  others.delete(`refs/heads/${name}`);
  const elsewhere = [...new Set(others.values())].filter((id) => id !== commit);
  if ([...others.values()].includes(commit)) return { commit, lost: [], count: 0 };
  const count = await countCommits(repository, [commit], elsewhere.slice(0, 2000));
  const lost = count === 0 ? [] : await readHistory(repository, { from: [commit], without: elsewhere.slice(0, 2000), limit: SHOWN });
  return { commit, lost, count };
}
