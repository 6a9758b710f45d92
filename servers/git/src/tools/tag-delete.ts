import { checkRefName, type Repository } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, destroys, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { idOf } from '../client/revisions.ts';
import { keepUndo } from '../client/undo.ts';
import { WRITE, branchName, repo, short } from '../fields.ts';

export const tagDelete = defineTool({
  name: 'tag_delete',
  title: 'Delete a tag',
  description: 'Deletes a tag here (not on a remote). An undo point is kept.',
  scopes: WRITE,
  annotations: destroys(),
  inputSchema: z.strictObject({ repo, name: branchName('The tag.') }),
  outputSchema: z.object({ name: z.string(), was: z.string(), undo: z.string() }),
  async plan(input, { deps, ...call }: ToolContext<GitDeps>) {
    const was = await tagAt(await deps.git.open(input.repo, call), input.name);
    return { summary: 'Deletes a tag.', changes: [`delete ${input.name}, which is ${short(was)}`], state: was };
  },
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const was = await tagAt(repository, input.name);
    const undo = await keepUndo(repository, deps.git.settings.undo, {
      operation: 'tag-delete',
      refs: [{ ref: `refs/tags/${input.name}`, id: was }],
    });
    await repository.run(['tag', '--delete', '--', input.name], { access: 'write' });
    return { name: input.name, was, undo };
  },
  render: ({ name, was, undo }) => ({ summary: `Deleted the tag, which was ${short(was)}. Undo point: ${undo}.`, data: name }),
});

async function tagAt(repository: Repository, given: string): Promise<string> {
  const id = await idOf(repository, `refs/tags/${checkRefName(given, 'tag')}`);
  if (id === undefined) throw new ToolError('not_found', `There is no tag "${given.slice(0, 80)}".`, { hint: 'Look at tag_list.' });
  return id;
}
