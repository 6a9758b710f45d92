import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, chown, copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DockerBackend } from '@deployment-engine/shared/testing';
import { ask } from '../../scripts/backends/http.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/** Asks the engine's API; throws on an error status and on a failure that a progress stream tells of. */
export async function engine(docker: DockerBackend, path: string, options: Parameters<typeof ask>[1] = {}): Promise<string> {
  const { status, text } = await ask(`unix:${docker.socketPath}:${path}`, options);
  if (status >= 300 || text.includes('"errorDetail"')) throw new Error(`${path.split('?')[0]}: ${status} ${text.slice(-2000)}`);
  return text;
}

async function output(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  return text;
}

/**
 * Makes an image that stands for the public Node image, which a machine without network cannot pull: this test's own Node binary, the
 * shared libraries that it is linked with, and the public image's user `node`.
 */
export async function importNodeImage(docker: DockerBackend, repo: string): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'node-image-'));
  try {
    const put = async (from: string, to: string): Promise<void> => {
      const file = join(root, to);
      await mkdir(dirname(file), { recursive: true });
      await copyFile(from, file);
    };
    await put(process.execPath, '/usr/local/bin/node');
    await chmod(join(root, 'usr/local/bin/node'), 0o755);
    const linked = await output('ldd', [process.execPath]);
    // The addon is linked with libgcc_s, as Node is.
    for (const [library] of linked.matchAll(/\/\S+/g)) await put(library, library);
    await mkdir(join(root, 'etc'));
    await writeFile(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n');
    await writeFile(join(root, 'etc/group'), 'root:x:0:\nnode:x:1000:\n');
    await mkdir(join(root, 'home/node'), { recursive: true });
    await chown(join(root, 'home/node'), 1000, 1000);
    await mkdir(join(root, 'tmp'));
    await chmod(join(root, 'tmp'), 0o1777);
    await chmod(root, 0o755);
    const tar = spawn('tar', ['-C', root, '--numeric-owner', '-c', '.'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const changes = encodeURIComponent('ENV PATH=/usr/local/bin:/usr/bin:/bin');
    await engine(docker, `/images/create?fromSrc=-&repo=${repo}&tag=latest&changes=${changes}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-tar' },
      body: tar.stdout,
    });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

interface Locked {
  dev?: boolean;
  devOptional?: boolean;
  optional?: boolean;
  link?: boolean;
}

/** The built tree as a person would install it for production: what the lockfile does not mark as for development, and each `dist`. */
async function builtTree(): Promise<string[]> {
  const lock = JSON.parse(readFileSync(join(REPOSITORY, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> };
  const packages = Object.entries(lock.packages);
  const production = packages.filter(([path, one]) => path.includes('node_modules/') && !one.dev && !one.devOptional && !one.optional);
  const workspaces = packages.map(([path]) => path).filter((path) => path !== '' && !path.includes('node_modules/'));
  const paths = ['package.json', ...production.map(([path]) => path)];
  for (const workspace of workspaces) {
    // A binary built here lies beside the loader.
    const files = (await readdir(join(REPOSITORY, workspace))).filter((name) => !['src', 'node_modules', 'target'].includes(name));
    paths.push(...files.map((name) => join(workspace, name)));
  }
  // A package nested in another comes along with it.
  return paths.filter((path) => existsSync(join(REPOSITORY, path)) && !paths.some((other) => path.startsWith(`${other}/`)));
}

/** Builds the Containerfile's stage `prebuilt` over `base` from the built tree, without network. */
export async function buildHubImage(docker: DockerBackend, base: string, tag: string): Promise<void> {
  const list = ['Containerfile', ...(await builtTree())];
  const tar = spawn('tar', ['-C', REPOSITORY, '-c', '--exclude=.cache', '--null', '--files-from=-'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  tar.stdin.end(list.join('\0'));
  const buildargs = encodeURIComponent(JSON.stringify({ BASE_IMAGE: base }));
  await engine(docker, `/build?dockerfile=Containerfile&target=prebuilt&networkmode=none&t=${tag}&buildargs=${buildargs}&forcerm=true`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-tar' },
    body: tar.stdout,
    timeoutMs: 240_000,
  });
}
