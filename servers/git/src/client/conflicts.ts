import type { Repository } from '@deployment-engine/shared/git';
import { readStatus, type ConflictKind } from './status.ts';

export interface Conflict {
  path: string;
  kind: ConflictKind;
  /** Lines where conflicting regions begin in the file as it lies there now. */
  regions: number;
}

const MOST_COUNTED = 200;

/** The files that a merge left open. */
export async function listConflicts(repository: Repository): Promise<Conflict[]> {
  const { conflicted } = await readStatus(repository, 'none');
  if (conflicted.length === 0) return [];
  const counts = await countRegions(
    repository,
    conflicted.slice(0, MOST_COUNTED).map(({ path }) => path),
  );
  return conflicted.map(({ path, kind }) => ({ path, kind, regions: counts.get(path) ?? 0 }));
}

async function countRegions(repository: Repository, paths: readonly string[]): Promise<Map<string, number>> {
  const specs = paths.map((path) => `:(top,literal)${path}`);
  const { stdout } = await repository.run(['grep', '--count', '-z', '--no-color', '--no-textconv', '-e', '^<<<<<<< ', '--', ...specs], {
    ok: [0, 1],
  });
  return new Map(
    stdout.split('\n').flatMap((line) => {
      const [path, count] = line.split('\0');
      return path === undefined || count === undefined ? [] : [[path, Number(count)] as const];
    }),
  );
}
