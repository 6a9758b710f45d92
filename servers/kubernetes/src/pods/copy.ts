import { posix } from 'node:path';
import { ToolError } from '@deployment-engine/shared/contracts';
import type { Cluster } from '../client/cluster.ts';
import { oneLine } from '../report/text.ts';
import { execInPod } from './exec.ts';
import { readTar, tarOf } from './tar.ts';

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

/** What lies at a path of a container: one plain file, or a folder as an archive that holds nothing but files and folders. */
export async function copyFrom(
  cluster: Cluster,
  where: PodFolder,
  { path, archive, maxBytes }: { path: string; archive: boolean; maxBytes: number },
  signal: AbortSignal,
): Promise<{ bytes: Buffer; files: number }> {
  const { dir, base } = posix.parse(path);
  const packed = await tar(cluster, where, { args: ['-c', '-f', '-', '-C', dir, `./${base}`], most: maxBytes + OVERHEAD }, signal);
  const files = await readTar(packed);
  if (files.reduce((sum, { bytes }) => sum + bytes.length, 0) > maxBytes)
    throw new ToolError('too_large', `What lies there is larger than ${maxBytes} bytes.`, { hint: 'Raise max_bytes, or copy less.' });
  if (archive) return { bytes: packed, files: files.filter(({ type }) => type === 'file').length };
  const [file, ...more] = files;
  if (file === undefined || file.type !== 'file' || more.length > 0)
    throw new ToolError('invalid_input', `${path} is a folder.`, { hint: 'Set archive, and give a local path that ends in .tar.' });
  return { bytes: file.bytes, files: 1 };
}

/** Writes one file at a path of a container, or unpacks an archive into the folder there; both replace what is in the way. */
export async function copyTo(
  cluster: Cluster,
  where: PodFolder,
  { path, archive, bytes }: { path: string; archive: boolean; bytes: Buffer },
  signal: AbortSignal,
): Promise<{ files: number }> {
  const files = archive ? (await readTar(bytes)).filter(({ type }) => type === 'file').length : 1;
  const { dir, base } = posix.parse(path);
  await tar(
    cluster,
    where,
    { args: ['-x', '-m', '-o', '-f', '-', '-C', archive ? path : dir], stdin: archive ? bytes : await tarOf(base, bytes), most: OVERHEAD },
    signal,
  );
  return { files };
}
