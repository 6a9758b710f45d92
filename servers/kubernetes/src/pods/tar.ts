import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ToolError } from '@deployment-engine/shared/contracts';

export interface TarFile {
  name: string;
  type: 'file' | 'directory';
  bytes: Buffer;
}

const MOST_ENTRIES = 10_000;

/**
 * The files and folders of an archive that a container has packed, or that is to be unpacked there. Its words are not believed: a link,
 * a device, a name that is absolute or climbs out is refused, and with it the whole archive.
 *
 * @throws ToolError `forbidden`, `too_large`, `upstream_error` for what is no whole archive
 */
export async function readTar(archive: Buffer): Promise<TarFile[]> {
  const { extract } = await import('tar-stream');
  const files: TarFile[] = [];
  const reader = extract();
  reader.on('entry', (header, stream, next) => {
    try {
      const { type, name } = checked(header);
      if (files.length >= MOST_ENTRIES) throw new ToolError('too_large', `The archive holds more than ${MOST_ENTRIES} files.`);
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        files.push({ name, type, bytes: Buffer.concat(parts) });
        next();
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
  return files;
}

function checked({ name, type = 'file' }: { name: string; type?: string }): Pick<TarFile, 'name' | 'type'> {
  const refuse = (why: string): never => {
    throw new ToolError('forbidden', `The archive holds ${why}, and is refused as a whole.`, { hint: 'Copy plain files and folders.' });
  };
  const shown = JSON.stringify(name.slice(0, 100));
  if (type !== 'file' && type !== 'contiguous-file' && type !== 'directory') return refuse(`${shown}, a ${type}`);
  if (name.startsWith('/') || name.includes('\0') || name.split(/[\\/]/).includes('..'))
    return refuse(`the name ${shown}, which leads out of it`);
  return { name: posix.normalize(name).replace(/\/+$/, ''), type: type === 'directory' ? 'directory' : 'file' };
}

/** An archive of one file. */
export async function tarOf(name: string, bytes: Buffer): Promise<Buffer> {
  const { pack } = await import('tar-stream');
  const archive = pack();
  archive.entry({ name, mode: 0o644, mtime: new Date() }, bytes);
  archive.finalize();
  const parts: Buffer[] = [];
  for await (const part of archive) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
