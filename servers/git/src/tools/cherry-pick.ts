import { defineTool, type ToolContext, writes } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { OutcomeSchema, renderOutcome } from '../client/outcome.ts';
import { replay } from '../client/replay.ts';
import { WRITE, flag, ref, repo } from '../fields.ts';

export const cherryPick = defineTool({
  name: 'cherry_pick',
  title: 'Apply single commits of another branch',
  description:
    'Applies the changes of commits from elsewhere on top of the current branch, in the given order. Conflicts are an answer. An undo point is kept.',
  scopes: WRITE,
  toolset: 'rewrite',
  annotations: writes(),
  deadlineMs: 300_000,
  inputSchema: z.strictObject({
    repo,
    commits: z.array(ref('A commit')).min(1).max(100).describe('Which commits.'),
    mainline: z.int().min(1).max(16).optional().describe('For merge commits: the number of the parent that counts as the main line.'),
    no_commit: flag('Only stage the changes.'),
    mention: flag('Add "(cherry picked from commit …)" to the messages.'),
  }),
  outputSchema: OutcomeSchema,
  async handler(input, { deps, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    return replay(repository, deps.git.settings.undo, {
      program: 'cherry-pick',
      commits: input.commits,
      mainline: input.mainline,
      mention: input.mention,
      noCommit: input.no_commit,
    });
  },
  render: (output) => renderOutcome('Copying commits', output),
});
