import { posix } from 'node:path';
import { ToolError } from '@deployment-engine/shared/contracts';
import type { FolderEntry } from '@deployment-engine/shared/platform';
import type { Cluster } from '../client/cluster.ts';
import { oneLine } from '../report/text.ts';
import { execInPod } from './exec.ts';
import { readTar } from './tar.ts';

export interface PodFolder {
  namespace: string;
  pod: string;
  container: string;
}

/** Headers and padding of a few thousand small files. */
const OVERHEAD = 8 * 1024 * 1024;
const LONGEST_COMPLAINT = 4_096;

/** Runs tar in a container; its output, at most so many bytes. */
async function tar(
  cluster: Cluster,
  where: PodFolder,
  { args, stdin, most }: { args: readonly string[]; stdin?: Buffer; most: number },
  signal: AbortSignal,
): Promise<Buffer> {
  const tooMuch = new AbortController();
  const parts: Buffer[] = [];
  let size = 0;
  let complaint = '';
  const wish = {
    ...where,
    command: ['tar', ...args],
    stdin: stdin === undefined ? undefined : [stdin],
    onOutput(stream: 'stdout' | 'stderr', bytes: Buffer): void {
      if (stream === 'stderr') {
        if (complaint.length < LONGEST_COMPLAINT) complaint += bytes.toString('utf8');
        return;
      }
      size += bytes.length;
      if (size > most)
        return tooMuch.abort(
          new ToolError('too_large', 'There is more than max_bytes allows.', { hint: 'Raise max_bytes, or copy less.' }),
        );
      parts.push(Buffer.from(bytes));
    },
  };
  let code: number;
  try {
    code = await execInPod(cluster, wish, AbortSignal.any([signal, tooMuch.signal]));
  } catch (error) {
    const { details } = error as { details?: { reason?: unknown } };
    if (error instanceof ToolError && details?.reason === 'no_program')
      throw new ToolError('missing_dependency', `The container ${where.container} has no tar.`, {
        hint: 'Read the file with pods_exec (cat), or add a container that has tar with pods_debug.',
        cause: error,
      });
    throw error;
  }
  if (code === 0) return Buffer.concat(parts);
  const said = oneLine(complaint, 300);
  throw new ToolError(
    /no such file|cannot stat|not found/i.test(said)
      ? 'not_found'
      : /permission denied|read-only/i.test(said)
        ? 'forbidden'
        : 'upstream_error',
    `tar in the container ended with ${code}: ${said}`,
    { hint: 'Look at the path with pods_exec (ls -la).' },
  );
}

export const sizeOf = (entries: readonly FolderEntry[]): { files: number; bytes: number } => {
  const files = entries.filter((one) => one.type === 'file');
  return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes.length, 0) };
};

export interface Packed {
  /** The archive as the container made it. */
  archive: Buffer;
  /** What it holds, by the path below what was asked for; that itself is `''`. */
  entries: FolderEntry[];
}

/**
 * What lies at a path of a container, packed there.
 *
 * @throws ToolError `forbidden` for an archive that holds anything but what lies there
 */
export async function copyFrom(
  cluster: Cluster,
  where: PodFolder,
  { path, maxBytes }: { path: string; maxBytes: number },
  signal: AbortSignal,
): Promise<Packed> {
  const { dir, base } = posix.parse(path);
  const archive = await tar(cluster, where, { args: ['-c', '-f', '-', '-C', dir, `./${base}`], most: maxBytes + OVERHEAD }, signal);
  const entries = await readTar(archive, maxBytes);
  if (entries[0]?.name !== base || entries.some(({ name }) => name !== base && !name.startsWith(`${base}/`)))
    throw new ToolError('forbidden', `The container packed something else than ${path}.`, { hint: 'Look at its tar with pods_exec.' });
  return { archive, entries: entries.map((one) => ({ ...one, name: one.name.slice(base.length + 1) })) };
}

/** Unpacks an archive in a folder of a container; what is in the way is replaced. */
export async function unpackIn(cluster: Cluster, where: PodFolder, folder: string, archive: Buffer, signal: AbortSignal): Promise<void> {
  await tar(cluster, where, { args: ['-x', '-m', '-o', '-f', '-', '-C', folder], stdin: archive, most: OVERHEAD }, signal);
}
