import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, rename, rm, symlink } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import { ToolError } from '../../contracts/error.ts';
import { confirmFolder, type FolderEntry } from './folder-entries.ts';
import { refuseHostileName } from './names.ts';
import { confirmOutput, holdFolder, outputFailure } from './output-place.ts';
import { confirmStillInside } from './read-inside.ts';
import type { Place, Roots } from './roots.ts';

/** Refuses the path of a new folder without making it; returns its real path. */
export async function checkNewFolder(roots: Roots, path: string): Promise<string> {
  return (await placeForFolder(roots, path)).path;
}

/**
 * Makes a folder inside the roots with all that is listed, and returns its real path. Nothing may lie there yet. It is made under another
 * name beside it and renamed when it is whole: when something fails or the signal is aborted, nothing of it is left.
 *
 * @throws ToolError `forbidden`, `invalid_input`, `not_found`, `conflict`, `too_large`
 */
export async function writeFolderInside(roots: Roots, path: string, entries: readonly FolderEntry[], signal: AbortSignal): Promise<string> {
  confirmFolder(entries);
  for (const { name } of entries) confirmName(roots, name);
  const place = await placeForFolder(roots, path);
  const flavour = roots.platform === 'win32' ? win32 : posix;
  const { dir, base: name } = flavour.parse(place.path);
  const held = await holdFolder(roots, dir);
  try {
    const making = `.${name.slice(0, 64)}.${randomBytes(6).toString('hex')}.tmp`;
    const temporary = flavour.join(held.path, making);
    const final = flavour.join(held.path, name);
    try {
      await mkdir(temporary, { mode: 0o755 });
      await fill(roots, flavour.join(dir, making), entries, signal);
      if (await isThere(final)) throw appeared();
      await rename(temporary, final);
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      signal.throwIfAborted();
      throw ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')
        ? appeared(error)
        : outputFailure(error);
    }
  } finally {
    await held.folder?.close();
  }
  return place.path;
}

/** Links come last: nothing is ever written through one. */
async function fill(roots: Roots, folder: string, entries: readonly FolderEntry[], signal: AbortSignal): Promise<void> {
  const held = await holdFolder(roots, folder);
  try {
    await fillHeld(roots, { real: folder, path: held.path }, entries, signal);
  } finally {
    await held.folder?.close();
  }
}

async function fillHeld(
  roots: Roots,
  { real, path }: { real: string; path: string },
  entries: readonly FolderEntry[],
  signal: AbortSignal,
): Promise<void> {
  const at = (name: string): string => `${path}/${name}`;
  const made = new Set<string>();
  const make = async (name: string): Promise<void> => {
    if (name === '.' || made.has(name)) return;
    await mkdir(at(name), { recursive: true, mode: 0o755 });
    made.add(name);
  };
  for (const entry of entries) {
    signal.throwIfAborted();
    await make(entry.type === 'directory' ? entry.name : posix.dirname(entry.name));
    if (entry.type !== 'file') continue;
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
    const file = await open(at(entry.name), flags, entry.executable ? 0o755 : 0o644);
    try {
      await confirmStillInside(roots, file, (roots.platform === 'win32' ? win32 : posix).join(real, entry.name));
      // not synced one by one: after a power cut the folder is either there under its temporary name or has to be copied again
      await file.writeFile(entry.bytes);
    } finally {
      await file.close();
    }
  }
  for (const entry of entries) if (entry.type === 'link') await symlink(entry.target, at(entry.name));
}

function confirmName(roots: Roots, name: string): void {
  refuseHostileName(`./${name}`, roots.platform);
  if (roots.platform === 'win32' && name.includes('\\'))
    throw new ToolError('forbidden', 'The folder holds a name with a backslash, which Windows takes for two names.', {
      hint: 'Copy less.',
    });
  // looking at a folder with git runs what the configuration of its repository says
  if (name.split('/').some((one) => one.toLowerCase() === '.git'))
    throw new ToolError('forbidden', 'The folder holds the folder of a Git repository (.git), which may run programs here.', {
      hint: 'Copy it as an archive, or copy the folders beside .git.',
    });
}

async function placeForFolder(roots: Roots, path: string): Promise<Place> {
  const place = await roots.locate(path, { mustExist: false });
  if (place.exists || place.inside === '')
    throw new ToolError('conflict', 'Something lies at the path of the new folder already.', {
      hint: 'Choose a name that does not exist yet: a folder is never replaced.',
    });
  await confirmOutput(roots, path, place);
  return place;
}

const appeared = (cause?: unknown): ToolError =>
  new ToolError('conflict', 'Something appeared at the path of the new folder meanwhile, or two of its names are one here.', {
    hint: 'Choose a name that does not exist yet.',
    cause,
  });

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );
