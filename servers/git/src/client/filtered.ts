import type { Repository } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import { items } from './records.ts';

/**
 * Refuses to store files that a filter (such as git-lfs) would have to change first: in a repository that is not trusted the filter does
 * not run, and what would be stored is the raw file.
 *
 * @throws ToolError `forbidden`, naming the files
 */
export async function refuseFiltered(repository: Repository, pathspecs: readonly string[]): Promise<void> {
  if (repository.filters.length === 0) return;
  const { stdout } = await repository.run(['ls-files', '--modified', '--others', '--exclude-standard', '-z', '--', ...pathspecs], {
    maxOutputBytes: 32 * 1024 * 1024,
  });
  if (stdout === '') return;
  const checked = await repository.run(['check-attr', '-z', '--stdin', 'filter'], { input: stdout, maxOutputBytes: 64 * 1024 * 1024 });
  const parts = items(checked.stdout);
  const filtered: string[] = [];
  for (let at = 0; at + 2 < parts.length; at += 3) if (repository.filters.includes(parts[at + 2] ?? '')) filtered.push(parts[at] ?? '');
  if (filtered.length === 0) return;
  throw new ToolError(
    'forbidden',
    `${filtered.length} file(s) pass through a filter (${repository.filters.join(', ')}) that does not run in a repository that is not trusted.`,
    {
      hint: 'Leave these files out, or have the operator list the repository under `trusted`.',
      details: { files: filtered.slice(0, 50) },
    },
  );
}
