import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { bytesOf, copy, factsOf, makeTemporaryFolder, removeFile, removeFolder } from '../platform/disk/index.ts';
import type { RepositoryPlace } from './discover.ts';

/**
 * Runs `work` with an index of its own, so that trees can be written without touching the person's. `copy` begins with what is staged now
 * (and with what git remembers about unchanged files), `empty` with nothing.
 */
export async function withTemporaryIndex<T>(
  place: RepositoryPlace,
  begin: 'copy' | 'empty',
  work: (variables: { GIT_INDEX_FILE: string }) => Promise<T>,
): Promise<T> {
  const file = join(place.gitDir, `deployment-engine-${randomBytes(6).toString('hex')}.index`);
  try {
    const own = join(place.gitDir, 'index');
    if (begin === 'copy' && (await factsOf(own)).kind !== 'nothing') await copy(own, file);
    return await work({ GIT_INDEX_FILE: file });
  } finally {
    await removeFile(file);
    await removeFile(`${file}.lock`);
  }
}

/** Runs `work` with a place for new objects outside the repository, so that a read that must compute a tree leaves nothing behind. */
export async function withScratchObjects<T>(
  place: RepositoryPlace,
  work: (variables: { GIT_OBJECT_DIRECTORY: string; GIT_ALTERNATE_OBJECT_DIRECTORIES: string }) => Promise<T>,
): Promise<T> {
  const folder = await makeTemporaryFolder('git-objects-');
  try {
    return await work({
      GIT_OBJECT_DIRECTORY: folder,
      GIT_ALTERNATE_OBJECT_DIRECTORIES: quotedForAlternates(join(place.commonDir, 'objects')),
    });
  } finally {
    await removeFolder(folder);
  }
}

/** git(1), GIT_ALTERNATE_OBJECT_DIRECTORIES: a path with the delimiter in it is given in double quotes. */
function quotedForAlternates(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** Bytes of files of the working tree in all; stops counting beyond `cap`. */
export async function worktreeBytes(top: string, paths: readonly string[], cap: number): Promise<number> {
  let total = 0;
  for (const path of paths) {
    total += await bytesOf(join(top, path));
    if (total > cap) break;
  }
  return total;
}
