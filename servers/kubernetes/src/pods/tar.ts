import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ToolError } from '@deployment-engine/shared/contracts';
import { confirmFolder, type FolderEntry, MOST_ENTRIES } from '@deployment-engine/shared/platform';
import type { Header } from 'tar-stream';

type File = Extract<FolderEntry, { type: 'file' }>;

/**
 * The files, folders and links of an archive that a container has packed, or that is to be unpacked there. Its words are not believed: a
 * device, a link or a name that leads out, what lies below a link is refused, and with it the whole archive. A hard link is the file that
 * it names, which must have come before.
 *
 * @param maxBytes of the files together, hard links counted as files
 * @throws ToolError `forbidden`, `too_large`, `upstream_error` for what is no whole archive
 */
export async function readTar(archive: Buffer, maxBytes: number): Promise<FolderEntry[]> {
  const { extract } = await import('tar-stream');
  const entries: FolderEntry[] = [];
  const files = new Map<string, File>();
  let left = maxBytes;
  const reader = extract();
  reader.on('entry', (header, stream, next) => {
    try {
      if (entries.length >= MOST_ENTRIES)
        throw new ToolError('too_large', `The archive holds more than ${MOST_ENTRIES} files and folders.`, { hint: 'Copy less at once.' });
      // what a header promises is refused before it is read
      if ((header.size ?? 0) > left) throw tooLarge(maxBytes);
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        try {
          const entry = entryOf(header, () => Buffer.concat(parts), files);
          if (entry?.type === 'file') {
            left -= entry.bytes.length;
            if (left < 0) throw tooLarge(maxBytes);
            files.set(entry.name, entry);
          }
          if (entry !== undefined) entries.push(entry);
          next();
        } catch (error) {
          next(error);
        }
      });
    } catch (error) {
      next(error);
    }
  });
  try {
    await pipeline(Readable.from([archive], { objectMode: false }), reader);
  } catch (error) {
    if (error instanceof ToolError) throw error;
    throw new ToolError('upstream_error', 'This is no whole tar archive.', { hint: 'Try again, or pack it anew.', cause: error });
  }
  confirmFolder(entries);
  return entries;
}

const tooLarge = (maxBytes: number): ToolError =>
  new ToolError('too_large', `What lies there is larger than ${maxBytes} bytes.`, { hint: 'Raise max_bytes, or copy less.' });

/** One entry in our words; undefined for the folder that the archive itself is of. */
function entryOf(header: Header, bytes: () => Buffer, files: ReadonlyMap<string, File>): FolderEntry | undefined {
  const { type = 'file', mode = 0 } = header;
  const refuse = (why: string): never => {
    throw new ToolError('forbidden', `The archive holds ${why}, and is refused as a whole.`, { hint: 'Copy plain files and folders.' });
  };
  const shown = JSON.stringify(header.name.slice(0, 100));
  if (header.name.startsWith('/') || header.name.split(/[\\/]/).includes('..')) return refuse(`the name ${shown}, which leads out of it`);
  const name = plain(header.name);
  switch (type) {
    case 'directory':
      return name === '.' ? undefined : { type, name };
    case 'file':
    case 'contiguous-file':
      return { type: 'file', name, bytes: bytes(), executable: (mode & 0o100) !== 0 };
    case 'symlink':
      return { type: 'link', name, target: header.linkname ?? '' };
    case 'link': {
      const file = files.get(plain(header.linkname ?? ''));
      return file === undefined ? refuse(`${shown}, a hard link to what is not in it`) : { ...file, name };
    }
    default:
      return refuse(`${shown}, a ${type}`);
  }
}

const plain = (name: string): string => posix.normalize(name).replace(/\/+$/, '');

/** An archive of these. The same entries always make the same bytes. */
export async function tarOf(entries: readonly FolderEntry[]): Promise<Buffer> {
  const { pack } = await import('tar-stream');
  const archive = pack();
  const mtime = new Date(0);
  for (const entry of entries)
    if (entry.type === 'file') archive.entry({ name: entry.name, mode: entry.executable ? 0o755 : 0o644, mtime }, Buffer.from(entry.bytes));
    else if (entry.type === 'link') archive.entry({ name: entry.name, type: 'symlink', linkname: entry.target, mtime }, Buffer.alloc(0));
    else archive.entry({ name: entry.name, type: 'directory', mode: 0o755, mtime }, Buffer.alloc(0));
  archive.finalize();
  const parts: Buffer[] = [];
  for await (const part of archive) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
