import type { Repository } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';
import { records } from './records.ts';

export interface Stash {
  index: number;
  commit: string;
  message: string;
  /** ISO 8601. */
  date: string;
}

export async function listStashes(repository: Repository): Promise<Stash[]> {
  const { stdout } = await repository.run(['stash', 'list', '--format=%H%x00%gs%x00%cI%x00', '--no-show-signature']);
  return records(stdout, 3).map(([commit = '', message = '', date = ''], index) => ({ index, commit, message, date }));
}

export async function stashAt(repository: Repository, index: number): Promise<Stash> {
  const stashes = await listStashes(repository);
  const stash = stashes[index];
  if (stash !== undefined) return stash;
  throw new ToolError(
    'not_found',
    stashes.length === 0 ? 'There is nothing in the stash.' : `There is no stash ${index}; the last is ${stashes.length - 1}.`,
    { hint: 'Look at stash_list.' },
  );
}
