import { checkRevision, isObjectId, type Repository } from '@deployment-engine/shared/git';
import { ToolError } from '@deployment-engine/shared/contracts';

/** The commit that a revision means. What comes back is an id, so that no later program has to read a caller's words. */
export async function commitOf(repository: Repository, revision: string): Promise<string> {
  return objectOf(repository, revision, 'commit');
}

/** @param type peeled to this kind of object; `object` leaves it */
export async function objectOf(repository: Repository, revision: string, type: 'commit' | 'tree' | 'object' = 'object'): Promise<string> {
  const peel = type === 'object' ? '^{object}' : `^{${type}}`;
  const { stdout, code } = await repository.run(
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${checkRevision(revision)}${peel}`],
    { ok: [0, 1, 128] },
  );
  const id = stdout.trim();
  if (code === 0 && isObjectId(id)) return id;
  if (revision === 'HEAD') throw new ToolError('not_found', 'The repository has no commit yet.', { hint: 'Make a first commit.' });
  throw new ToolError('not_found', `The revision "${revision.slice(0, 80)}" does not exist.`, {
    hint: 'List what exists by branch_list, tag_list or log.',
  });
}

/** The commit of HEAD, or undefined before the first commit. */
export async function headOf(repository: Repository): Promise<string | undefined> {
  return idOf(repository, 'HEAD^{commit}');
}

/** The id of a full ref name (trusted text), or undefined. */
export async function idOf(repository: Repository, name: string): Promise<string | undefined> {
  const { stdout, code } = await repository.run(['rev-parse', '--verify', '--quiet', '--end-of-options', name], { ok: [0, 1, 128] });
  return code === 0 && isObjectId(stdout.trim()) ? stdout.trim() : undefined;
}

/** The branch that is checked out, as its short name; undefined when HEAD is detached. */
export async function currentBranch(repository: Repository): Promise<string | undefined> {
  const { stdout, code } = await repository.run(['symbolic-ref', '--quiet', 'HEAD'], { ok: [0, 1, 128] });
  const name = stdout.trim();
  return code === 0 && name.startsWith('refs/heads/') ? name.slice('refs/heads/'.length) : undefined;
}

export function needsWorkingTree(repository: Repository): string {
  if (repository.top !== undefined) return repository.top;
  throw new ToolError('unsupported', 'This needs a working tree, and the repository is bare.', { hint: 'Use a clone, or worktree_add.' });
}
