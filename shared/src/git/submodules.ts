import { join } from 'node:path';
import type { Roots } from '../platform/paths/index.ts';
import { configClosure, type ConfigEntry, type ListConfigFile } from './config-entries.ts';
import { checkStorage, repositoryAt, type RepositoryPlace } from './discover.ts';

const DEEPEST = 8;

/** Lists the paths of the submodules that a repository's index names. */
export type ListGitlinks = (place: RepositoryPlace) => Promise<string[]>;

/**
 * The config of every submodule that is checked out below a working tree. Some programs of git (add, commit, stash) start others in
 * there, which read that config; their overrides are handed down, so drivers named only there must be among them.
 *
 * @throws ToolError `forbidden` for a submodule whose storage or config is refused
 */
export async function submoduleConfigs(
  roots: Roots,
  place: RepositoryPlace,
  list: ListConfigFile,
  gitlinks: ListGitlinks,
  depth = 0,
): Promise<ConfigEntry[]> {
  if (place.top === undefined || depth >= DEEPEST) return [];
  const entries: ConfigEntry[] = [];
  for (const path of await gitlinks(place)) {
    const inner = await repositoryAt(roots, join(place.top, path));
    if (inner === undefined || inner.top === undefined) continue;
    await checkStorage(roots, inner);
    entries.push(...(await configClosure(inner, list)));
    entries.push(...(await submoduleConfigs(roots, inner, list, gitlinks, depth + 1)));
  }
  return entries;
}
