import { copyFile, lstat, mkdtemp, readdir, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What lies at a path, without following a link there. */
export type Kind = 'file' | 'directory' | 'link' | 'other' | 'nothing';

export interface Facts {
  kind: Kind;
  /** Changes whenever the file was written, replaced or swapped: device, inode, size, mtime and ctime. */
  stamp: string;
}

const kindOf = (one: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }): Kind =>
  one.isSymbolicLink() ? 'link' : one.isFile() ? 'file' : one.isDirectory() ? 'directory' : 'other';

/** What lies at `path` itself. */
export async function factsOf(path: string): Promise<Facts> {
  try {
    const facts = await lstat(path, { bigint: true });
    return { kind: kindOf(facts), stamp: [facts.dev, facts.ino, facts.size, facts.mtimeNs, facts.ctimeNs].join('.') };
  } catch {
    return { kind: 'nothing', stamp: '-' };
  }
}

/** Bytes of a file, links not followed; 0 where there is none. */
export async function bytesOf(path: string): Promise<number> {
  try {
    return (await lstat(path)).size;
  } catch {
    return 0;
  }
}

/** What lies behind `path`, links followed. */
export async function kindBehind(path: string): Promise<Kind> {
  try {
    return kindOf(await stat(path));
  } catch {
    return 'nothing';
  }
}

/** The real path, or undefined where nothing (or a circle of links) lies. */
export async function realPath(path: string): Promise<string | undefined> {
  return realpath(path).catch(() => undefined);
}

/** The entries of a folder; empty where there is no readable folder. */
export async function entriesOf(folder: string): Promise<{ name: string; path: string; kind: Kind }[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.map((one) => ({ name: one.name, path: join(folder, one.name), kind: kindOf(one) }));
  } catch {
    return [];
  }
}

export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

export async function copy(from: string, to: string): Promise<void> {
  await copyFile(from, to);
}

/** Makes a folder of its own below the system's place for temporary files. */
export async function makeTemporaryFolder(prefix: string): Promise<string> {
  return mkdtemp(join(await realpath(tmpdir()), prefix));
}

/** Removes a folder with all in it. */
export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}
