import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { makeTemporaryFolder, removeFolder } from './disk.ts';

/** A folder that only this user can look into, gone when its work is done. */
export interface PrivateFolder {
  path: string;
  /** Writes a new file (mode 0600) below the folder, with the folders on the way; returns its path. */
  write(name: string, data: string | Uint8Array): Promise<string>;
}

/** Gives `use` a private folder (mode 0700) to hand files to a program, and removes it with all in it, however the work ends. */
export async function withPrivateFolder<T>(prefix: string, use: (folder: PrivateFolder) => Promise<T>): Promise<T> {
  const path = await makeTemporaryFolder(prefix);
  const write = async (name: string, data: string | Uint8Array): Promise<string> => {
    const file = join(path, name);
    const inside = relative(path, file);
    if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`)) throw new Error(`${name} lies outside of its folder`);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, data, { flag: 'wx', mode: 0o600 });
    return file;
  };
  try {
    return await use({ path, write });
  } finally {
    await removeFolder(path);
  }
}
