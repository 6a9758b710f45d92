import { constants } from 'node:fs';
import { access, copyFile, lstat, mkdir, open, readlink, type FileHandle } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ToolError } from '../../contracts/error.ts';
import { writeAtomic } from '../state/write-atomic.ts';

const LARGEST = 16 * 1024 * 1024;
/** As many links as Linux follows. */
const MOST_LINKS = 40;

/** A person's file as it was read. */
export interface TextFile {
  /** The file itself: links are followed. */
  path: string;
  /** With a byte order mark, if it begins with one. */
  text: string;
  /** Permission bits. */
  mode: number;
}

export interface ReplaceOptions {
  /** What was read before, undefined for nothing: a file that differs by now is left alone. */
  expected: TextFile | undefined;
  /** Permission bits; default: those of the file, 0600 for a new one. */
  mode?: number | undefined;
}

export interface Replaced {
  path: string;
  /** Where the old content lies; undefined when there was none. */
  backup: string | undefined;
}

/**
 * Reads a file that a person named. undefined: there is none.
 *
 * @throws ToolError `invalid_input` (no regular file, no UTF-8), `too_large`, `forbidden`
 */
export async function readTextFile(path: string): Promise<TextFile | undefined> {
  const file = await followLinks(resolve(path));
  let handle: FileHandle;
  try {
    // a pipe would wait for ever
    handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return undefined;
    throw refused(file, 'cannot be read', error);
  }
  try {
    const facts = await handle.stat();
    if (!facts.isFile()) throw new ToolError('invalid_input', `${file} is not a regular file.`, { hint: 'Name a file.' });
    if (facts.size > LARGEST) throw new ToolError('too_large', `${file} is larger than ${LARGEST} bytes.`);
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await handle.readFile());
    return { path: file, text, mode: facts.mode & 0o777 };
  } catch (error) {
    if (error instanceof ToolError) throw error;
    if (error instanceof TypeError)
      throw new ToolError('invalid_input', `${file} is not UTF-8 text.`, { hint: 'Save it as UTF-8.', cause: error });
    throw refused(file, 'cannot be read', error);
  } finally {
    await handle.close();
  }
}

/**
 * Replaces a person's file as a whole: a copy of the old content stays beside it, links are followed so that they stay links, and after a
 * crash the old content or the new one is there. Makes the folder when it is missing.
 *
 * @throws ToolError `conflict` when the file is no longer what was read, `forbidden` when it may not be written
 */
export async function replaceTextFile(path: string, text: string, { expected, mode }: ReplaceOptions): Promise<Replaced> {
  const file = await followLinks(resolve(path));
  const now = await readTextFile(file);
  if (now?.text !== expected?.text || (expected !== undefined && now?.path !== expected.path)) {
    throw new ToolError('conflict', `${file} was changed in the meantime; it is left as it is.`, { hint: 'Run the command again.' });
  }
  try {
    if (now === undefined) await mkdir(dirname(file), { recursive: true });
    // a rename would replace a file that its owner has write-protected
    else await access(file, constants.W_OK);
    const backup = now === undefined ? undefined : await backUp(file);
    await writeAtomic(file, text, mode ?? now?.mode ?? 0o600);
    return { path: file, backup };
  } catch (error) {
    throw refused(file, 'cannot be written', error);
  }
}

/** The file behind links; one that points to nothing names the file to be made. */
async function followLinks(path: string): Promise<string> {
  let at = path;
  for (let steps = 0; steps <= MOST_LINKS; steps++) {
    const facts = await lstat(at).catch(() => undefined);
    if (facts?.isSymbolicLink() !== true) return at;
    at = resolve(dirname(at), await readlink(at));
  }
  throw new ToolError('invalid_input', `The links at ${path} go in a circle.`, { hint: 'Remove them, or name the file itself.' });
}

async function backUp(file: string): Promise<string> {
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  for (let attempt = 0; ; attempt++) {
    const copy = `${file}.${stamp}${attempt === 0 ? '' : `-${attempt}`}.bak`;
    try {
      await copyFile(file, copy, constants.COPYFILE_EXCL);
      return copy;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt >= 100) throw error;
    }
  }
}

function refused(file: string, what: string, cause: unknown): ToolError {
  return new ToolError('forbidden', `${file} ${what} (${(cause as NodeJS.ErrnoException).code ?? 'unknown reason'}).`, {
    hint: 'Check the permissions of the file and of its folder.',
    cause,
  });
}
