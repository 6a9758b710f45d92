import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link, lstat, open, rename, unlink } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import { ToolError } from '../../contracts/error.ts';
import { formatOf, sameFormat } from './format.ts';
import { confirmOutput, holdFolder, outputFailure } from './output-place.ts';
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
  return (await placeForFile(roots, path, options)).path;
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
  const place = await placeForFile(roots, path, options);
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
      throw outputFailure(error);
    }
    // The new name itself must survive a power cut; not every file system lets a folder be synced.
    await held.folder?.sync().catch(() => undefined);
  } finally {
    await held.folder?.close();
  }
  return place.path;
}

async function placeForFile(roots: Roots, path: string, { extensions = OUTPUT_EXTENSIONS, base }: WriteInsideOptions): Promise<Place> {
  const flavour = roots.platform === 'win32' ? win32 : posix;
  if (/[\\/]$/.test(path)) throw new ToolError('invalid_input', 'The output path names a folder.', { hint: 'Add a file name.' });
  const place = await roots.locate(path, { mustExist: false, kind: 'file', ...(base === undefined ? {} : { base }) });
  if (!extensions.includes(flavour.extname(place.path).toLowerCase())) {
    throw new ToolError('invalid_input', `The output path must end in ${extensions.join(', ')}.`, { hint: 'Change the extension.' });
  }
  await confirmOutput(roots, path, place, base);
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
