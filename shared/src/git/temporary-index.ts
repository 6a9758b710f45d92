import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { copy, factsOf, removeFile, sizeAndAge } from '../platform/disk/index.ts';
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

/** Bytes of files of the working tree in all; stops counting beyond `cap`. */
export async function worktreeBytes(top: string, paths: readonly string[], cap: number): Promise<number> {
  let total = 0;
  for (const path of paths) {
    total += (await sizeAndAge(join(top, path)))?.bytes ?? 0;
    if (total > cap) break;
  }
  return total;
}
