import { posix } from 'node:path';
import { ToolError } from '@deployment-engine/shared/contracts';
import {
  checkNewFolder,
  checkOutputPath,
  type FolderEntry,
  readFileInside,
  readFolderInside,
  type Roots,
  writeFileInside,
  writeFolderInside,
} from '@deployment-engine/shared/platform';
import { type Packed, sizeOf } from './copy.ts';
import { readTar, tarOf } from './tar.ts';

/** What is copied, as this machine has it. */
export const FORMS = ['file', 'folder', 'archive'] as const;

export interface LocalWish {
  direction: 'to_pod' | 'from_pod';
  pod_path: string;
  local_path: string;
  as: (typeof FORMS)[number];
  overwrite: boolean;
  max_bytes: number;
}

/** What is to be unpacked in a folder of a container. */
export interface Load {
  archive: Buffer;
  into: string;
  files: number;
  bytes: number;
}

/** Any ending, since what a container holds is of every kind; the door still refuses links and names that begin with a dot. */
const output = ({ local_path, overwrite }: LocalWish) => ({
  extensions: [posix.extname(local_path).toLowerCase()],
  replaceOnlySameFormat: () => overwrite,
});

function confirmForm({ as, local_path }: LocalWish): void {
  if (as === 'archive' && !local_path.toLowerCase().endsWith('.tar'))
    throw new ToolError('invalid_input', 'An archive needs a local path that ends in .tar.', { hint: 'For example backup.tar.' });
}

/**
 * What is to be sent, read and packed. The same files always make the same load.
 *
 * @throws ToolError for what may not be read, is larger than max_bytes, or would not stay in its folder
 */
export async function loadOf(wish: LocalWish, roots: Roots, signal: AbortSignal): Promise<Load> {
  confirmForm(wish);
  const { as, local_path, pod_path, max_bytes } = wish;
  const { dir, base } = posix.parse(pod_path);
  if (as === 'folder') {
    const entries = await readFolderInside(roots, local_path, max_bytes, signal);
    const below: FolderEntry[] = [{ type: 'directory', name: base }, ...entries.map((one) => ({ ...one, name: `${base}/${one.name}` }))];
    return { archive: await tarOf(below), into: dir, ...sizeOf(entries) };
  }
  const bytes = await readFileInside(roots, local_path, { maxBytes: max_bytes });
  if (as === 'archive')
    return { archive: bytes, into: pod_path, files: sizeOf(await readTar(bytes, max_bytes)).files, bytes: bytes.length };
  const file: FolderEntry = { type: 'file', name: base, bytes, executable: false };
  return { archive: await tarOf([file]), into: dir, files: 1, bytes: bytes.length };
}

/** Refuses before anything is asked of the cluster what could not be kept here anyway. */
export async function confirmRoom(wish: LocalWish, roots: Roots): Promise<void> {
  confirmForm(wish);
  if (wish.as === 'folder') {
    await checkNewFolder(roots, wish.local_path);
    return;
  }
  await checkOutputPath(roots, wish.local_path, output(wish));
  const { exists } = await roots.locate(wish.local_path, { mustExist: false });
  if (exists && !wish.overwrite)
    throw new ToolError('conflict', `${wish.local_path} is there already.`, { hint: 'Choose another name, or set overwrite.' });
}

/** Writes what a container packed: one plain file, a new folder, or the archive itself. */
export async function keep(
  { archive, entries }: Packed,
  wish: LocalWish,
  roots: Roots,
  signal: AbortSignal,
): Promise<{ files: number; bytes: number; path: string }> {
  const { as, local_path, pod_path } = wish;
  const [first] = entries;
  if (as === 'archive') {
    const path = await writeFileInside(roots, local_path, archive, output(wish));
    return { files: sizeOf(entries).files, bytes: archive.length, path };
  }
  if (first?.name === '' && first.type === 'link')
    throw new ToolError('invalid_input', `${pod_path} is a link to ${JSON.stringify(first.target.slice(0, 200))}.`, {
      hint: 'Copy what it leads to.',
    });
  const isFolder = first?.name !== '' || first.type === 'directory';
  if (isFolder !== (as === 'folder'))
    throw new ToolError('invalid_input', `${pod_path} is ${isFolder ? 'a folder' : 'no folder'}.`, {
      hint: isFolder ? 'Set as to folder, or to archive with a local path that ends in .tar.' : 'Set as to file.',
    });
  const path =
    first?.type === 'file' && !isFolder
      ? await writeFileInside(roots, local_path, first.bytes, output(wish))
      : await writeFolderInside(
          roots,
          local_path,
          entries.filter(({ name }) => name !== ''),
          signal,
        );
  return { ...sizeOf(entries), path };
}
