import { constants } from 'node:fs';
import { open, readlink, realpath, stat, type FileHandle } from 'node:fs/promises';
import { ToolError } from '../../contracts/error.ts';
import type { Roots } from './roots.ts';

export interface ReadInsideOptions {
  /** Refuse larger files; 1 MiB by default. */
  maxBytes?: number;
  base?: string;
}

/**
 * Reads a regular file inside the roots. What was opened is checked again after opening, so that a path swapped for a link in between
 * is noticed; a pipe, socket or device is refused without waiting on it.
 *
 * @throws ToolError `forbidden`, `not_found`, `invalid_input`, `too_large`
 */
export async function readFileInside(roots: Roots, path: string, options: ReadInsideOptions = {}): Promise<Buffer> {
  const { maxBytes = 1024 * 1024, base } = options;
  const real = await roots.resolve(path, base === undefined ? {} : { base });
  const file = await openWithoutLinks(real);
  try {
    const facts = await file.stat();
    if (!facts.isFile()) throw new ToolError('invalid_input', 'The path is not a regular file.', { hint: 'Give a file.' });
    await confirmStillInside(roots, file, real);
    if (facts.size > maxBytes) throw tooLarge(maxBytes);
    // A file in /proc or one that is being written reports less than it gives: the cap counts bytes read, not bytes promised.
    const chunks: Buffer[] = [];
    for (let total = 0; ;) {
      const chunk = Buffer.allocUnsafe(Math.min(64 * 1024, maxBytes - total + 1));
      const { bytesRead } = await file.read(chunk, 0, chunk.length);
      if (bytesRead === 0) return Buffer.concat(chunks);
      total += bytesRead;
      if (total > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}

function tooLarge(maxBytes: number): ToolError {
  return new ToolError('too_large', `The file is larger than ${maxBytes} bytes.`, {
    hint: 'Give a smaller file, or ask for a part of it.',
  });
}

async function openWithoutLinks(real: string): Promise<FileHandle> {
  try {
    // Both flags are absent on Windows; there the check after opening stands alone.
    return await open(real, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ELOOP') throw new ToolError('forbidden', 'The path was replaced by a symbolic link.', { cause: error });
    if (code === 'ENOENT') throw new ToolError('not_found', 'Nothing exists at that path.', { cause: error });
    if (code === 'ENXIO') throw new ToolError('invalid_input', 'The path is not a regular file.', { hint: 'Give a file.', cause: error });
    throw new ToolError('forbidden', 'The file cannot be opened.', { hint: 'Check its permissions.', cause: error });
  }
}

/** Refuses when the opened file is not the one that was resolved inside the roots. */
export async function confirmStillInside(roots: Roots, file: FileHandle, real: string): Promise<void> {
  const swapped = (cause?: unknown) => new ToolError('forbidden', 'The path changed while it was opened.', { hint: 'Try again.', cause });
  if (roots.platform === 'linux' && process.platform === 'linux') {
    // The kernel knows where an open file lies, whatever its path has become meanwhile.
    const now = await readlink(`/proc/self/fd/${file.fd}`).catch(() => undefined);
    if (now === real) return;
    if (now !== undefined) throw swapped();
  }
  const [opened, named, again] = await Promise.all([file.stat({ bigint: true }), stat(real, { bigint: true }), realpath(real)]).catch(
    (error: unknown) => {
      throw swapped(error);
    },
  );
  if (opened.ino !== named.ino || opened.dev !== named.dev || again !== real) throw swapped();
}
