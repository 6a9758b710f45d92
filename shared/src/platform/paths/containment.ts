import { lstat, realpath, stat } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import { ToolError } from '../../contracts/error.ts';

/** The part of a path below a folder ('' for the folder itself), or undefined when it does not lie there. Compares text only. */
export function below(folder: string, path: string, platform: NodeJS.Platform): string | undefined {
  const flavour = platform === 'win32' ? win32 : posix;
  const relative = flavour.relative(folder, path);
  if (relative === '..' || relative.startsWith(`..${flavour.sep}`) || flavour.isAbsolute(relative)) return undefined;
  return relative;
}

/** Says whether two existing paths are one folder. */
export type SameFolder = (one: string, other: string) => Promise<boolean>;

/** The same folder by device and inode, which sees through letter case, Unicode forms and bind mounts. */
export const sameByIdentity: SameFolder = async (one, other) => {
  try {
    const [first, second] = await Promise.all([stat(one, { bigint: true }), stat(other, { bigint: true })]);
    return first.ino !== 0n && first.ino === second.ino && first.dev === second.dev;
  } catch {
    return false;
  }
};

/**
 * The part of a real path below a folder. Text first; where text fails, an ancestor that *is* the folder counts, so that a file system
 * without letter case gives the same answer for every spelling.
 */
export async function belowReally(
  folder: string,
  path: string,
  platform: NodeJS.Platform,
  same: SameFolder = sameByIdentity,
): Promise<string | undefined> {
  const text = below(folder, path, platform);
  if (text !== undefined) return text;
  const flavour = platform === 'win32' ? win32 : posix;
  // Only a spelling can differ there, never the depth: one comparison of the ancestor at the folder's depth is enough for case; a bind
  // mount may sit at another depth, so every ancestor is asked.
  for (let at = path; ; at = flavour.dirname(at)) {
    if (await same(at, folder)) return flavour.relative(at, path);
    if (at === flavour.dirname(at)) return undefined;
  }
}

export interface RealPath {
  path: string;
  exists: boolean;
}

/**
 * The real path of something that may not exist yet: the deepest existing prefix is resolved by the operating system, the rest is kept.
 * A link that points to nothing is refused, since creating "through" it would land wherever it points.
 */
export async function realPathOf(path: string, flavour: Pick<typeof posix, 'dirname' | 'basename' | 'join'> = posix): Promise<RealPath> {
  const missing: string[] = [];
  for (let at = path; ;) {
    try {
      const real = await realpath(at);
      return { path: missing.length === 0 ? real : flavour.join(real, ...missing), exists: missing.length === 0 };
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'ENOTDIR') throw new ToolError('not_found', 'A part of the path is a file, not a folder.', { cause: error });
      if (code === 'ENAMETOOLONG')
        throw new ToolError('invalid_input', 'A name in the path is too long for the file system.', { cause: error });
      if (code !== 'ENOENT')
        throw new ToolError('forbidden', 'The path cannot be resolved (no permission, or links that go in a circle).', { cause: error });
      if (await linkLiesAt(at))
        throw new ToolError('forbidden', 'The path goes through a symbolic link that points to nothing.', { cause: error });
      const up = flavour.dirname(at);
      if (up === at) return { path, exists: false };
      missing.unshift(flavour.basename(at));
      at = up;
    }
  }
}

async function linkLiesAt(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch {
    return false;
  }
}
