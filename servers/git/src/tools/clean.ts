import { literalPathspecs, pathspecs, type Repository } from '@deployment-engine/shared/git';
import { defineTool, destroys, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { GitDeps } from '../client/index.ts';
import { items } from '../client/records.ts';
import { needsWorkingTree } from '../client/revisions.ts';
import { keepUndo } from '../client/undo.ts';
import { WRITE, paths, repo } from '../fields.ts';

const SHOWN = 200;
const BATCH = 500;

export const clean = defineTool({
  name: 'clean',
  title: 'Remove untracked files',
  description: 'Deletes files that git does not track; nested repositories stay. The files are kept in an undo point.',
  scopes: WRITE,
  annotations: destroys({ idempotent: true }),
  deadlineMs: 300_000,
  inputSchema: z.strictObject({
    repo,
    paths: paths('Only these; nothing means everywhere.').default([]),
    ignored: z
      .enum(['keep', 'also', 'only'])
      .default('keep')
      .describe('Ignored files (build output, dependencies): keep them, delete them also, or delete only them.'),
  }),
  outputSchema: z.object({ deleted: z.array(z.string()), total: z.number(), truncated: z.boolean(), undo: z.string().optional() }),
  async plan(input, { deps, ...call }: ToolContext<GitDeps>) {
    const files = await filesToDelete(await deps.git.open(input.repo, call), input);
    const more = files.length > SHOWN ? [`and ${files.length - SHOWN} more`] : [];
    return {
      summary: `Deletes ${files.length} untracked file(s).`,
      changes: [...files.slice(0, SHOWN).map((path) => `delete ${path}`), ...more],
      state: files,
    };
  },
  async handler(input, { deps, progress, ...call }: ToolContext<GitDeps>) {
    const repository = await deps.git.open(input.repo, call);
    const top = needsWorkingTree(repository);
    const files = await filesToDelete(repository, input);
    if (files.length === 0) return { deleted: [], total: 0, truncated: false };
    const undo = await keepUndo(repository, deps.git.settings.undo, { operation: 'clean', untracked: files });
    // exactly the files that were saved and shown, not whatever matches by now; one -f, so nested repositories are safe
    for (let at = 0; at < files.length; at += BATCH) {
      const specs = literalPathspecs(top, files.slice(at, at + BATCH));
      await repository.run(['clean', '-f', '-d', '-x', '--quiet', '--', ...specs], { access: 'write' });
      progress({ progress: Math.min(at + BATCH, files.length), total: files.length });
    }
    return { deleted: files.slice(0, SHOWN), total: files.length, truncated: files.length > SHOWN, undo };
  },
  render: ({ deleted, total, undo }) => ({
    summary: `Deleted ${total} untracked file(s).${undo === undefined ? '' : ` Undo point: ${undo}.`}`,
    data: deleted.join('\n'),
  }),
});

async function filesToDelete(
  repository: Repository,
  input: { paths: readonly string[]; ignored: 'keep' | 'also' | 'only' },
): Promise<string[]> {
  const top = needsWorkingTree(repository);
  const which = { keep: ['--exclude-standard'], also: [], only: ['--ignored', '--exclude-standard'] }[input.ignored];
  const { stdout } = await repository.run(['ls-files', '--others', ...which, '-z', '--', ...pathspecs(top, input.paths)], {
    maxOutputBytes: 64 * 1024 * 1024,
  });
  return items(stdout).filter((path) => !path.endsWith('/'));
}
