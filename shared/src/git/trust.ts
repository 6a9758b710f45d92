import { join } from 'node:path';
import { below } from './containment.ts';
import { realPath } from '../platform/disk/index.ts';
import type { RepositoryPlace } from './discover.ts';

/**
 * Whether the operator trusts this very repository. A linked working tree is trusted with its repository; a submodule or a repository
 * nested in a trusted one is not, unless `folder/*` covers it.
 */
export async function isTrusted(trusted: readonly string[], place: RepositoryPlace): Promise<boolean> {
  for (const entry of trusted) {
    const all = /[\\/]\*$/.test(entry);
    const real = await realPath(all ? entry.slice(0, -2) || '/' : entry);
    if (real === undefined) continue;
    const { commonDir, top } = place;
    if (all) {
      // both ends: a working tree elsewhere whose storage lies there, or the other way round, is not meant
      if (below(real, commonDir) !== undefined && (top === undefined || below(real, top) !== undefined)) return true;
    } else if (top === real || commonDir === real || commonDir === join(real, '.git')) return true;
  }
  return false;
}
