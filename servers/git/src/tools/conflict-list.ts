import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { listConflicts } from '../client/conflicts.ts';
import type { GitDeps } from '../client/index.ts';
import { ConflictSchema } from '../client/outcome.ts';
import { needsWorkingTree } from '../client/revisions.ts';
import { cutText } from '../client/records.ts';
import { READ, flag, repo } from '../fields.ts';

const MOST_TEXT = 8000;
const MOST_SIDES = 20;

export const conflictList = defineTool({
  name: 'conflict_list',
  title: 'List conflicts',
  description:
    'Files that a merge, rebase, cherry-pick, revert or stash left in conflict, on request with both sides and their common base.',
  scopes: READ,
  annotations: reads(),
  inputSchema: z.strictObject({ repo, sides: flag('Also the text of base, ours and theirs (first 20 files, 8,000 characters each).') }),
  outputSchema: z.object({
    unfinished: z.string().optional(),
    conflicts: z.array(
      ConflictSchema.extend({
        base: z.string().optional(),
        ours: z.string().optional(),
        theirs: z.string().optional(),
        cut: z.boolean().optional(),
      }),
    ),
  }),
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    needsWorkingTree(repository);
    const conflicts = await listConflicts(repository);
    const unfinished = await repository.unfinished();
    if (!input.sides) return { unfinished, conflicts };
    const sideOf = async (stage: 1 | 2 | 3, path: string): Promise<string | undefined> => {
      const { stdout, code } = await repository.run(['cat-file', 'blob', `:${stage}:${path}`], { ok: [0, 128] });
      return code === 0 ? stdout : undefined;
    };
    const detailed = [];
    for (const conflict of conflicts.slice(0, MOST_SIDES)) {
      const sides = [await sideOf(1, conflict.path), await sideOf(2, conflict.path), await sideOf(3, conflict.path)].map((text) =>
        text === undefined ? undefined : cutText(text, MOST_TEXT),
      );
      const [base, ours, theirs] = sides.map((side) => side?.text);
      detailed.push({ ...conflict, base, ours, theirs, cut: sides.some((side) => side?.truncated === true) });
    }
    return { unfinished, conflicts: [...detailed, ...conflicts.slice(MOST_SIDES)] };
  },
  render({ conflicts, unfinished }) {
    const summary =
      conflicts.length === 0
        ? `No conflicts.${unfinished === undefined ? '' : ` The ${unfinished} can go on: operation_continue.`}`
        : `${conflicts.length} file(s) in conflict${unfinished === undefined ? '' : ` (${unfinished})`}.`;
    const side = (name: string, text: string | undefined) => (text === undefined ? '' : `\n[${name}]\n${text}`);
    return {
      summary,
      data: conflicts
        .map(
          ({ path, kind, regions, base, ours, theirs }) =>
            `${kind} ${path} (${regions} region(s))${side('base', base)}${side('ours', ours)}${side('theirs', theirs)}`,
        )
        .join('\n'),
    };
  },
});
