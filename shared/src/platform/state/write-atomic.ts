import { randomBytes } from 'node:crypto';
import { open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Replaces a file as a whole: the data goes to a new file beside it, is synced, and takes the name; after a crash the old content or the
 * new one is there. A symbolic link at the path is replaced, not followed. The folder must exist.
 *
 * @param mode permission bits of the new file
 */
export async function writeAtomic(file: string, data: string | Uint8Array, mode = 0o600): Promise<void> {
  const temporary = await writeBeside(file, data, mode);
  try {
    await renameOver(temporary, file);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(file));
}

/** Writes and syncs a file of a random name beside `file`; returns its path. */
export async function writeBeside(file: string, data: string | Uint8Array, mode: number): Promise<string> {
  const temporary = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}.tmp`);
  const handle = await open(temporary, 'wx', mode);
  try {
    await handle.writeFile(data);
    // The mode given to open is narrowed by the umask.
    await handle.chmod(mode);
    await handle.sync();
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  } finally {
    await handle.close();
  }
  return temporary;
}

async function renameOver(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await rename(from, to);
    } catch (error) {
      // On Windows a virus scanner or a reader may hold the target for a moment.
      const code = (error as NodeJS.ErrnoException).code;
      if (process.platform !== 'win32' || attempt >= 10 || (code !== 'EPERM' && code !== 'EACCES' && code !== 'EBUSY')) throw error;
      await pause(attempt * 10);
    }
  }
}

/** Makes new names in a folder survive a power cut, where the file system can. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  if (handle === undefined) return;
  await handle.sync().catch(() => undefined);
  await handle.close();
}
