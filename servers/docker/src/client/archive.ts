import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ToolError } from '@deployment-engine/shared/contracts';

export interface ArchiveEntry {
  name: string;
  type: 'file' | 'directory' | 'symlink' | 'other';
  size: number;
  mode: number;
  /** Where a link points. */
  target?: string;
  /** Files: the first bytes. */
  content?: Buffer;
}

export interface ArchiveLimits {
  /** Bytes kept of one file. */
  contentBytes: number;
  entries: number;
}

/** Reads a tar archive as far as the limits go. Names are the archive's own words and lead nowhere on this machine. */
export async function readArchive(archive: Readable, limits: ArchiveLimits): Promise<{ entries: ArchiveEntry[]; truncated: boolean }> {
  const { extract } = await import('tar-stream');
  const entries: ArchiveEntry[] = [];
  const enough = new Error('enough');
  const reader = extract();
  reader.on('entry', (header, stream, next) => {
    if (entries.length >= limits.entries) return next(enough);
    const chunks: Buffer[] = [];
    let kept = 0;
    stream.on('data', (chunk: Buffer) => {
      if (kept >= limits.contentBytes) return;
      chunks.push(chunk.subarray(0, limits.contentBytes - kept));
      kept += chunk.length;
    });
    stream.on('end', () => {
      const type = header.type === 'file' || header.type === 'directory' || header.type === 'symlink' ? header.type : 'other';
      entries.push({
        name: header.name,
        type,
        size: header.size ?? 0,
        mode: header.mode ?? 0,
        ...(header.linkname ? { target: header.linkname } : {}),
        ...(type === 'file' ? { content: Buffer.concat(chunks) } : {}),
      });
      next();
    });
  });
  try {
    await pipeline(archive, reader as unknown as NodeJS.WritableStream);
  } catch (error) {
    if (error !== enough) throw error;
    return { entries, truncated: true };
  }
  return { entries, truncated: false };
}

/** A tar archive of one file. */
export async function archiveOf(name: string, content: Buffer, mode: number): Promise<Buffer> {
  if (name === '' || name.includes('/')) throw new ToolError('invalid_input', 'The path must end in a file name.');
  const { pack } = await import('tar-stream');
  const archive = pack();
  archive.entry({ name, mode, mtime: new Date() }, content);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
