import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError } from '../../contracts/error.ts';
import { confirmFolder, type FolderEntry, MOST_ENTRIES } from './folder-entries.ts';
import { readFileInside } from './read-inside.ts';
import type { Roots } from './roots.ts';

/**
 * A folder inside the roots with everything in it, by name. Links are never followed; each file is opened through the roots again, so
 * that one that is swapped meanwhile leads nowhere.
 *
 * @throws ToolError `forbidden` (links that lead out, sockets, pipes, devices), `not_found`, `invalid_input`, `too_large`
 */
export async function readFolderInside(roots: Roots, path: string, maxBytes: number, signal: AbortSignal): Promise<FolderEntry[]> {
  const top = await roots.resolve(path, { kind: 'directory' });
  const entries: FolderEntry[] = [];
  let left = maxBytes;

  const read = async (name: string): Promise<FolderEntry> => {
    const at = join(top, name);
    const facts = await lstat(at);
    if (facts.isDirectory()) return { type: 'directory', name };
    if (facts.isSymbolicLink()) return { type: 'link', name, target: await readlink(at) };
    if (!facts.isFile())
      throw new ToolError('forbidden', `The folder holds ${JSON.stringify(name.slice(0, 100))}, which is no plain file.`, {
        hint: 'Copy plain files and folders.',
      });
    const bytes = await readFileInside(roots, at, { maxBytes: left });
    left -= bytes.length;
    return { type: 'file', name, bytes, executable: (facts.mode & 0o100) !== 0 };
  };

  const walk = async (folder: string): Promise<void> => {
    const at = join(top, folder);
    if ((await roots.resolve(at)) !== at) throw changed();
    for (const name of (await readdir(at)).toSorted()) {
      signal.throwIfAborted();
      const entry = await read(folder === '' ? name : `${folder}/${name}`);
      entries.push(entry);
      if (entries.length > MOST_ENTRIES) confirmFolder(entries);
      if (entry.type === 'directory') await walk(entry.name);
    }
  };

  try {
    await walk('');
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ToolError)) throw changed(error);
    if (error.code !== 'too_large' || entries.length > MOST_ENTRIES) throw error;
    throw new ToolError('too_large', `The folder holds more than ${maxBytes} bytes.`, { hint: 'Copy less at once.', cause: error });
  }
  confirmFolder(entries);
  return entries;
}

const changed = (cause?: unknown): ToolError =>
  new ToolError('conflict', 'The folder changed while it was read, or a part of it may not be read.', {
    hint: 'Look at its permissions, and try again when nothing writes to it.',
    cause,
  });
