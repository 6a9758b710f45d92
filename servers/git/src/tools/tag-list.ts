import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { listTags } from '../client/refs.ts';
import { commitOf } from '../client/revisions.ts';
import { READ, limit, ref, repo, short } from '../fields.ts';

export const tagList = defineTool({
  name: 'tag_list',
  title: 'List tags',
  description: 'Tags with what they point at and, if annotated, their message.',
  scopes: READ,
  annotations: reads(),
  inputSchema: z.strictObject({
    repo,
    pattern: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[A-Za-z0-9._/*?+@-]+$/, 'letters, digits, . _ / * ? + @ - only')
      .optional()
      .describe('Only names like this, for example v1.*'),
    contains: ref('Only tags that have this commit').optional(),
    sort: z.enum(['recent', 'version', 'name']).default('recent').describe('Order; `version` puts v1.10 before v1.9.'),
    limit: limit(1000, 100, 'tags'),
  }),
  outputSchema: z.object({
    tags: z.array(
      z.object({
        name: z.string(),
        commit: z.string(),
        annotated: z.boolean(),
        date: z.string(),
        tagger: z.string().optional(),
        message: z.string().optional(),
      }),
    ),
    truncated: z.boolean(),
  }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const tags = await listTags(repository, {
      sort: input.sort,
      limit: input.limit + 1,
      ...(input.pattern === undefined ? {} : { pattern: input.pattern }),
      ...(input.contains === undefined ? {} : { contains: await commitOf(repository, input.contains) }),
    });
    return { tags: tags.slice(0, input.limit), truncated: tags.length > input.limit };
  },
  render({ tags, truncated }) {
    const lines = tags.map(
      ({ name, commit, date, message }) =>
        `${name} ${short(commit)} ${date.slice(0, 10)}${message === undefined ? '' : ` ${message.split('\n')[0]}`}`,
    );
    return { summary: `${tags.length} tag(s).${truncated ? ' More exist; raise `limit`.' : ''}`, data: lines.join('\n') };
  },
});
