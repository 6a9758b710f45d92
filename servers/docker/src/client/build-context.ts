import { posix, relative, sep } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { ToolError } from '@deployment-engine/shared/contracts';
import { readFileInside, type Roots } from '@deployment-engine/shared/platform';
import type { Header } from 'tar-stream';

export interface ContextOptions {
  /** A real path inside the roots. */
  folder: string;
  roots: Roots;
  /** Path of the Dockerfile below the folder, with slashes. */
  dockerfile: string;
  maxBytes: number;
  maxFileBytes: number;
  signal: AbortSignal;
  /** Told about every file that was packed. */
  packed?: (files: number, bytes: number) => void;
}

const IGNORE_FILE = '.dockerignore';

/**
 * Packs a folder as a build wants it: a tar archive without what .dockerignore leaves out. Links are packed as links and never
 * followed; every file is opened through the roots again, so that one that is swapped while it is packed leads nowhere.
 *
 * Errors of the stream are ToolErrors: `too_large`, `forbidden`, `conflict`.
 */
export async function packContext(options: ContextOptions): Promise<Readable> {
  const { folder, roots, dockerfile, maxBytes, maxFileBytes, signal } = options;
  const [{ pack: walk }, { pack }, ignored] = await Promise.all([import('tar-fs'), import('tar-stream'), readIgnore(options)]);
  const archive = pack();
  const out = new PassThrough();
  const fail = (error: unknown) => {
    out.destroy(asToolError(error));
    archive.destroy();
  };
  let bytes = 0;
  let files = 0;

  // The walker hands over what it meets; what goes into the archive, and how a file is read, is decided here.
  const target = {
    entry(header: Header, done: (error?: Error | null) => void): void {
      const name = header.name.split(sep).join(posix.sep);
      if (out.destroyed || signal.aborted) return fail(signal.reason);
      if (name === '.' || (ignored.filter(name) && name !== dockerfile && name !== IGNORE_FILE)) return void process.nextTick(done);
      // whose files these are here says nothing there, and would only spoil the engine's cache
      const entry: Header = { ...header, name, uid: 0, gid: 0 };
      if (header.type !== 'file') return void archive.entry(entry, done);
      readFileInside(roots, posix.join(folder, name), { maxBytes: maxFileBytes }).then(
        (content) => {
          files += 1;
          bytes += content.length;
          if (bytes > maxBytes)
            return fail(
              new ToolError('too_large', `The build context is larger than ${maxBytes} bytes.`, {
                hint: 'List what is not needed in .dockerignore.',
              }),
            );
          options.packed?.(files, bytes);
          return void archive.entry({ ...entry, size: content.length }, content, done);
        },
        (error: unknown) => fail(inFile(error, name)),
      );
    },
    finalize: () => archive.finalize(),
    destroy: fail,
  };
  archive.on('error', fail);
  out.on('close', () => archive.destroy());
  archive.pipe(out);
  walk(folder, {
    pack: target,
    strict: false,
    sort: true,
    // Below an ignored folder an exception may lie; only without exceptions can a whole folder be left out unseen.
    ignore: (path) => !ignored.exceptions && keepsOut(ignored, relative(folder, path).split(sep).join(posix.sep), dockerfile),
  });
  return out;
}

interface Ignored {
  filter(path: string): boolean;
  exceptions: boolean;
}

/** True for what is ignored and neither is nor holds one of the two files that a build always needs. */
function keepsOut(ignored: Ignored, path: string, dockerfile: string): boolean {
  return ignored.filter(path) && path !== IGNORE_FILE && path !== dockerfile && !dockerfile.startsWith(`${path}/`);
}

/** The rules of `<Dockerfile>.dockerignore` if it is there, else of `.dockerignore` (docs.docker.com, "Build context"). */
async function readIgnore({ folder, roots, dockerfile }: ContextOptions): Promise<Ignored> {
  for (const name of [`${dockerfile}.dockerignore`, IGNORE_FILE]) {
    const text = await readFileInside(roots, posix.join(folder, name)).then(
      (bytes) => bytes.toString('utf8').replace(/^\ufeff/, ''),
      (error: unknown) => {
        if (error instanceof ToolError && error.code === 'not_found') return undefined;
        throw inFile(error, name);
      },
    );
    if (text === undefined) continue;
    const {
      default: { default: dockerignore },
    } = await import('@balena/dockerignore');
    const rules = dockerignore({ ignorecase: false }).add(text.split(/\r?\n/));
    return { filter: (path) => rules.ignores(path), exceptions: /^\s*!/m.test(text) };
  }
  return { filter: () => false, exceptions: false };
}

function inFile(error: unknown, name: string): unknown {
  return error instanceof ToolError ? new ToolError(error.code, `${name}: ${error.message}`, { hint: error.hint, cause: error }) : error;
}

function asToolError(error: unknown): ToolError {
  if (error instanceof ToolError) return error;
  return new ToolError('conflict', 'The build context could not be read: it changed meanwhile, or a file has no read permission.', {
    hint: 'Try again when nothing writes to it.',
    cause: error,
  });
}
