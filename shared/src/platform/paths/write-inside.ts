import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link, lstat, open, readlink, rename, unlink, type FileHandle } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import { ToolError } from '../../contracts/error.ts';
import { formatOf, sameFormat } from './format.ts';
import { confirmStillInside, readFileInside } from './read-inside.ts';
import type { Place, Roots } from './roots.ts';

export const OUTPUT_EXTENSIONS = ['.sarif', '.json', '.xml'] as const;

const LARGEST_REPLACED = 64 * 1024 * 1024;

export interface WriteInsideOptions {
  /** Accepted endings, lower case with the dot; default `.sarif`, `.json`, `.xml`. */
  extensions?: readonly string[];
  /** Says whether an existing file's bytes may be replaced. Default: both are of one format (`formatOf`, `sameFormat`). */
  replaceOnlySameFormat?: (existing: Buffer) => boolean;
  base?: string;
}

/** Refuses an output path without writing: what can be known before the work is worth knowing before it. */
export async function checkOutputPath(roots: Roots, path: string, options: WriteInsideOptions = {}): Promise<string> {
  return (await placeForOutput(roots, path, options)).path;
}

/**
 * Writes a report inside the roots and returns its real path. The path must end in an accepted extension, go through no link and no
 * folder whose name begins with a dot; its folder must exist. The bytes go to a temporary file beside it, are synced and renamed into
 * place, so a reader sees the old file or the new one. An existing file is replaced only by one of its own format.
 *
 * @throws ToolError `forbidden`, `invalid_input`, `not_found`, `conflict`
 */
export async function writeFileInside(
  roots: Roots,
  path: string,
  bytes: Uint8Array | string,
  options: WriteInsideOptions = {},
): Promise<string> {
  const data = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  const place = await placeForOutput(roots, path, options);
  const mode = place.exists ? await confirmReplaceable(roots, place, data, options) : undefined;

  const flavour = roots.platform === 'win32' ? win32 : posix;
  const folder = flavour.dirname(place.path);
  const held = await holdFolder(roots, folder);
  try {
    const at = (name: string) => flavour.join(held.path, name);
    const name = flavour.basename(place.path);
    const temporary = `.${name.slice(0, 64)}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      await writeSynced(roots, at(temporary), flavour.join(folder, temporary), data, mode);
      await putInPlace(at(temporary), at(name), mode === undefined);
    } catch (error) {
      await unlink(at(temporary)).catch(() => undefined);
      throw asToolError(error);
    }
    // The new name itself must survive a power cut; not every file system lets a folder be synced.
    await held.folder?.sync().catch(() => undefined);
  } finally {
    await held.folder?.close();
  }
  return place.path;
}

async function placeForOutput(roots: Roots, path: string, options: WriteInsideOptions): Promise<Place> {
  const { extensions = OUTPUT_EXTENSIONS, base } = options;
  const flavour = roots.platform === 'win32' ? win32 : posix;
  if (/[\\/]$/.test(path)) throw new ToolError('invalid_input', 'The output path names a folder.', { hint: 'Add a file name.' });
  const place = await roots.locate(path, { mustExist: false, kind: 'file', ...(base === undefined ? {} : { base }) });
  if (!extensions.includes(flavour.extname(place.path).toLowerCase())) {
    throw new ToolError('invalid_input', `The output path must end in ${extensions.join(', ')}.`, { hint: 'Change the extension.' });
  }
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
  return place;
}

/** @returns the mode that the new file takes over */
async function confirmReplaceable(roots: Roots, place: Place, fresh: Uint8Array, options: WriteInsideOptions): Promise<number> {
  const facts = await lstat(place.path);
  const existing = await readFileInside(roots, place.path, { maxBytes: LARGEST_REPLACED });
  if (existing.length > 0) {
    const replaceable =
      options.replaceOnlySameFormat ??
      ((old: Buffer) => {
        const [was, is] = [formatOf(old), formatOf(fresh)];
        return was !== undefined && is !== undefined && sameFormat(was, is);
      });
    if (!replaceable(existing)) {
      throw new ToolError('conflict', 'The output path holds a file of another kind, which is not replaced.', {
        hint: 'Choose a path that does not exist yet.',
      });
    }
  }
  return facts.mode & 0o777;
}

interface HeldFolder {
  /** A path that leads to this very folder. */
  path: string;
  folder?: FileHandle;
}

/**
 * Opens the folder, so that on Linux names are looked up in it whatever its path becomes (what openat(2) is for, by way of /proc).
 * Elsewhere a folder swapped at the wrong moment can still draw an empty temporary file, never the report, to another place.
 */
async function holdFolder(roots: Roots, folder: string): Promise<HeldFolder> {
  if (process.platform === 'win32') return { path: folder };
  let handle: FileHandle;
  try {
    handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    throw asToolError(error);
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

async function writeSynced(roots: Roots, path: string, real: string, data: Uint8Array, mode: number | undefined): Promise<void> {
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0), mode ?? 0o644);
  try {
    await confirmStillInside(roots, file, real);
    if (mode !== undefined) await file.chmod(mode);
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function putInPlace(from: string, to: string, isNew: boolean): Promise<void> {
  if (!isNew) return rename(from, to);
  try {
    // Unlike rename, link refuses when something appeared meanwhile.
    await link(from, to);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST')
      throw new ToolError('conflict', 'A file appeared at the output path meanwhile.', { hint: 'Try again.', cause: error });
    return rename(from, to);
  }
  await unlink(from);
}

function asToolError(error: unknown): ToolError {
  if (error instanceof ToolError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new ToolError('unavailable', 'The disk is full.', { hint: 'Free some space.', cause: error });
  return new ToolError('forbidden', 'The output file cannot be written.', { hint: 'Check the permissions of its folder.', cause: error });
}
