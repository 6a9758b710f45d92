import { checkRefName } from '@deployment-engine/shared/git';
import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { commitOf } from '../client/revisions.ts';
import { WRITE, branchName, ref, repo, short } from '../fields.ts';

export const tagCreate = defineTool({
  name: 'tag_create',
  title: 'Create a tag',
  description: 'Tags a commit; with a message the tag is annotated. An existing tag is never moved. Send it out by push with `tags`.',
  scopes: WRITE,
  annotations: writes(),
  inputSchema: z.strictObject({
    repo,
    name: branchName('Name of the tag, for example v1.2.0.'),
    ref: ref('What to tag').default('HEAD'),
    message: z.string().min(1).max(20_000).optional().describe('Message of an annotated tag.'),
  }),
  outputSchema: z.object({ name: z.string(), commit: z.string(), annotated: z.boolean() }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const name = checkRefName(input.name, 'tag');
    const commit = await commitOf(repository, input.ref);
    const message = input.message === undefined ? [] : ['--annotate', '--cleanup=whitespace', '--file=-'];
    await repository.run(['tag', ...message, '--', name, commit], {
      access: 'write',
      ...(input.message === undefined ? {} : { input: input.message }),
    });
    return { name, commit, annotated: input.message !== undefined };
  },
  render: ({ name, commit, annotated }) => ({
    summary: `Created the ${annotated ? 'annotated ' : ''}tag at ${short(commit)}.`,
    data: name,
  }),
});
