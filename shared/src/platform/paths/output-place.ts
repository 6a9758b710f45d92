import { constants } from 'node:fs';
import { lstat, open, readlink, type FileHandle } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import { ToolError } from '../../contracts/error.ts';
import { confirmStillInside } from './read-inside.ts';
import type { Place, Roots } from './roots.ts';

/**
 * Refuses a place that nothing is written to: below a name that begins with a dot, through a link, in a folder that is not there.
 *
 * @throws ToolError `forbidden`, `not_found`
 */
export async function confirmOutput(roots: Roots, path: string, place: Place, base?: string): Promise<void> {
  const flavour = roots.platform === 'win32' ? win32 : posix;
  if (place.inside.split(flavour.sep).some((name) => name.startsWith('.'))) {
    throw new ToolError('forbidden', 'Nothing is written to a file or folder whose name begins with a dot.', {
      hint: 'Choose another folder.',
    });
  }
  // A path that went through a link has a real path that differs from what was asked.
  const start = base === undefined ? (roots.list()[0] ?? place.root) : await roots.resolve(base);
  const asked = flavour.resolve(start, path);
  if (asked !== place.path && asked !== flavour.join(place.spelled, place.inside)) {
    throw new ToolError('forbidden', 'The output path goes through a symbolic link or another spelling of its folder.', {
      hint: `Give the real path, below ${place.root}.`,
    });
  }
  const parent = await lstat(flavour.dirname(place.path)).catch(() => undefined);
  if (parent === undefined || !parent.isDirectory()) {
    throw new ToolError('not_found', 'The folder of the output path does not exist.', {
      hint: 'Create the folder first, or choose one that exists.',
    });
  }
}

export interface HeldFolder {
  /** A path that leads to this very folder. */
  path: string;
  folder?: FileHandle;
}

/**
 * Opens the folder, so that on Linux names are looked up in it whatever its path becomes (what openat(2) is for, by way of /proc).
 * Elsewhere a folder swapped at the wrong moment can still draw an empty temporary file, never the report, to another place.
 */
export async function holdFolder(roots: Roots, folder: string): Promise<HeldFolder> {
  if (process.platform === 'win32') return { path: folder };
  let handle: FileHandle;
  try {
    handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    throw outputFailure(error);
  }
  try {
    await confirmStillInside(roots, handle, folder);
  } catch (error) {
    await handle.close();
    throw error;
  }
  const byNumber = `/proc/self/fd/${handle.fd}`;
  const reachable = roots.platform === 'linux' && (await readlink(byNumber).catch(() => undefined)) !== undefined;
  return { path: reachable ? byNumber : folder, folder: handle };
}

/** What writing met, in our words. */
export function outputFailure(error: unknown): ToolError {
  if (error instanceof ToolError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new ToolError('unavailable', 'The disk is full.', { hint: 'Free some space.', cause: error });
  return new ToolError('forbidden', 'The output file cannot be written.', { hint: 'Check the permissions of its folder.', cause: error });
}
