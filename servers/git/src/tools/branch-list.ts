import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { listBranches } from '../client/refs.ts';
import { commitOf } from '../client/revisions.ts';
import { READ, limit, ref, repo, short } from '../fields.ts';

export const branchList = defineTool({
  name: 'branch_list',
  title: 'List branches',
  description: 'Local and remote-tracking branches with their upstream, distance to it and last commit.',
  scopes: READ,
  annotations: reads(),
  inputSchema: z.strictObject({
    repo,
    kind: z.enum(['local', 'remote', 'all']).default('local').describe('Which branches.'),
    contains: ref('Only branches that have this commit').optional(),
    merged_into: ref('Only branches whose commits are all in this').optional(),
    not_merged_into: ref('Only branches that have commits which are not in this').optional(),
    sort: z.enum(['recent', 'name']).default('recent').describe('Order.'),
    limit: limit(1000, 100, 'branches'),
  }),
  outputSchema: z.object({
    branches: z.array(
      z.object({
        name: z.string(),
        kind: z.enum(['local', 'remote']),
        commit: z.string(),
        current: z.boolean(),
        upstream: z.string().optional(),
        ahead: z.number().optional(),
        behind: z.number().optional(),
        upstream_gone: z.boolean().optional(),
        date: z.string(),
        author: z.string(),
        subject: z.string(),
        worktree: z.string().optional().describe('Another working tree in which it is checked out.'),
      }),
    ),
    truncated: z.boolean(),
  }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const id = async (given: string | undefined) => (given === undefined ? undefined : commitOf(repository, given));
    const [contains, merged, noMerged] = [await id(input.contains), await id(input.merged_into), await id(input.not_merged_into)];
    const branches = await listBranches(repository, {
      kind: input.kind,
      sort: input.sort,
      limit: input.limit + 1,
      ...(contains === undefined ? {} : { contains }),
      ...(merged === undefined ? {} : { merged }),
      ...(noMerged === undefined ? {} : { noMerged }),
    });
    return { branches: branches.slice(0, input.limit), truncated: branches.length > input.limit };
  },
  render({ branches, truncated }) {
    const lines = branches.map(({ name, current, commit, subject, upstream, ahead, behind, upstream_gone: gone }) => {
      const follows = upstream === undefined ? '' : ` [${upstream}${gone ? ', gone' : `, +${ahead} -${behind}`}]`;
      return `${current ? '* ' : ''}${name} ${short(commit)}${follows} ${subject}`;
    });
    return { summary: `${branches.length} branch(es).${truncated ? ' More exist; raise `limit`.' : ''}`, data: lines.join('\n') };
  },
});
