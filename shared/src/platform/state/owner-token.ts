import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { constants } from 'node:fs';
import { link, open, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ToolError } from '../../contracts/error.ts';
import { ensureStateFolder } from './state-home.ts';
import { syncFolder, writeBeside } from './write-atomic.ts';

const FILE = 'owner-token';
// 256 bits in base64url.
const SHAPE = /^[A-Za-z0-9_-]{43}$/;

/** The file that holds the owner's token, for messages that say how to read it. */
export function ownerTokenFile(home: string): string {
  return join(home, FILE);
}

/**
 * The local owner's bearer token: read, or made on the first call. Several processes that start at once agree on one: a complete file
 * is linked to the name, which only the first can do.
 *
 * @throws ToolError `forbidden` when others could read or have written the file, `unavailable` when it is damaged
 */
export async function ownerToken(home: string): Promise<string> {
  const existing = await readOwnerToken(home);
  if (existing !== undefined) return existing;
  await ensureStateFolder(home);
  const file = ownerTokenFile(home);
  const token = randomBytes(32).toString('base64url');
  const temporary = await writeBeside(file, `${token}\n`, 0o600);
  try {
    await link(temporary, file);
    await syncFolder(home);
    return token;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return await createExclusively(file, token);
  } finally {
    await unlink(temporary).catch(() => undefined);
  }
  return requireToken(home);
}

/** The owner's token, or undefined when none was made yet. Makes nothing. */
export async function readOwnerToken(home: string): Promise<string | undefined> {
  const file = ownerTokenFile(home);
  let handle: FileHandle;
  try {
    handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new ToolError('forbidden', `The owner token ${file} cannot be read.`, {
      hint: 'It must be a plain file of yours; remove it to get a new one.',
      cause: error,
    });
  }
  try {
    const facts = await handle.stat();
    const uid = process.getuid?.();
    if (!facts.isFile() || (uid !== undefined && (facts.uid !== uid || (facts.mode & 0o077) !== 0))) {
      throw new ToolError('forbidden', `The owner token ${file} is open to other users.`, {
        hint: 'Remove it; a new one is made at the next start.',
      });
    }
    const token = (facts.size > 256 ? '' : await handle.readFile('latin1')).trim();
    if (!SHAPE.test(token)) {
      throw new ToolError('unavailable', `The owner token ${file} is damaged.`, {
        hint: 'Remove it; a new one is made at the next start.',
      });
    }
    return token;
  } finally {
    await handle.close();
  }
}

/** Compares in a time that does not depend on where the two differ, nor on their lengths. */
export function tokenMatches(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return expected !== '' && timingSafeEqual(digest(given), digest(expected));
}

/** For file systems without hard links: the name is taken first, then filled. */
export async function createExclusively(file: string, token: string): Promise<string> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return requireToken(dirname(file));
    throw new ToolError('unavailable', `The owner token ${file} cannot be written.`, {
      hint: 'Check the permissions of its folder.',
      cause: error,
    });
  }
  try {
    await handle.writeFile(`${token}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return token;
}

async function requireToken(home: string): Promise<string> {
  const token = await readOwnerToken(home);
  if (token === undefined) throw new ToolError('unavailable', 'The owner token vanished while it was made.', { hint: 'Try again.' });
  return token;
}
