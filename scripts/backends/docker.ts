import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DockerBackend } from '@deployment-engine/shared/testing';
import { ask } from './http.ts';
import { endLeftovers, unmountAll } from './leftovers.ts';
import { endProcess, isAlive } from './process.ts';
import { dataFolder, demand, ensure, Missing, recorded, type Running, type Service, stop } from './service.ts';
import { stateFolder } from './state.ts';

const NAME = 'docker';
const IMAGE = 'busybox:test';
// sun_path holds 107 bytes, and the engine puts its own longer names below the folder we give it.
const LONGEST_FOLDER = 107 - '/exec/containerd/containerd-debug.sock'.length;

/** Where the engine's sockets lie: its data folder, or a short one of root's when that path is too long for a socket. */
function socketFolder(): string {
  const folder = dataFolder(NAME);
  if (Buffer.byteLength(folder) <= LONGEST_FOLDER) return folder;
  return `/run/deployment-engine-${createHash('sha256').update(stateFolder()).digest('hex').slice(0, 12)}`;
}

const socketPath = (): string => join(socketFolder(), 'docker.sock');

const service = (storage: string): Service => ({
  name: NAME,
  program: 'dockerd',
  port: false,
  health: () => `unix:${socketPath()}:/_ping`,
  async args({ folder }) {
    await mkdir(socketFolder(), { recursive: true, mode: 0o755 });
    const config = join(folder, 'daemon.json');
    await writeFile(config, '{}\n');
    // Left by an engine that was killed: its number may belong to another process now, and the engine would refuse to start.
    await rm(join(folder, 'docker.pid'), { force: true });
    await endLeftovers(join(socketFolder(), 'exec'));
    return [
      `--config-file=${config}`,
      `--data-root=${join(folder, 'data')}`,
      `--exec-root=${join(socketFolder(), 'exec')}`,
      `--pidfile=${join(folder, 'docker.pid')}`,
      `--host=unix://${socketPath()}`,
      // No change to the machine's network: containers get the network "none" or "host".
      '--iptables=false',
      '--ip6tables=false',
      '--bridge=none',
      `--storage-driver=${storage}`,
      '--shutdown-timeout=5',
      '--log-level=warn',
    ];
  },
});

export async function startDocker(): Promise<DockerBackend> {
  if (process.platform !== 'linux') throw new Missing('the test engine needs Linux');
  if (process.getuid?.() !== 0) throw new Missing('the test engine needs root');
  await demand('dockerd', 'containerd', 'runc', 'busybox');
  const running = await ensureEngine();
  await importImage();
  return {
    health: running.health,
    pid: running.pid,
    host: `unix://${socketPath()}`,
    socketPath: socketPath(),
    image: IMAGE,
  };
}

async function ensureEngine(): Promise<Running> {
  try {
    return await ensure(service('overlay2'));
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    // An overlay cannot lie on an overlay, as where this machine is itself a container.
    await unmountAll(dataFolder(NAME));
    await rm(join(dataFolder(NAME), 'data'), { recursive: true, force: true });
    return await ensure(service('vfs'));
  }
}

const api = (path: string): string => `unix:${socketPath()}:/v1.41${path}`;

async function call(what: string, path: string, options: Parameters<typeof ask>[1] = {}): Promise<string> {
  const { status, text } = await ask(api(path), options);
  // Streams answer 200 first and tell of a failure inside.
  if (status >= 300 || text.includes('"errorDetail"')) throw new Missing(`${what} failed: ${status} ${text.trim().slice(-500)}`);
  return text;
}

/** Makes the test image from this machine's static BusyBox, once. */
async function importImage(): Promise<void> {
  if ((await ask(api(`/images/${IMAGE}/json`))).status === 200) return;
  const [busybox] = await demand('busybox');
  const root = await mkdtemp(join(tmpdir(), 'busybox-'));
  try {
    for (const folder of ['bin', 'etc', 'root', 'tmp']) await mkdir(join(root, folder));
    await copyFile(busybox, join(root, 'bin', 'busybox'));
    const applets = await outputOf(busybox, ['--list']);
    for (const applet of applets.split('\n')) if (applet && applet !== 'busybox') await symlink('busybox', join(root, 'bin', applet));
    await writeFile(join(root, 'etc', 'passwd'), 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n');
    await writeFile(join(root, 'etc', 'group'), 'root:x:0:\nnogroup:x:65534:\n');
    const tar = spawn('tar', ['-C', root, '--owner=0', '--group=0', '--numeric-owner', '-c', '.'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [repo, tag] = IMAGE.split(':');
    const changes = ['CMD ["sh"]', 'ENV PATH=/bin'].map((one) => `&changes=${encodeURIComponent(one)}`).join('');
    await call('docker import', `/images/create?fromSrc=-&repo=${repo}&tag=${tag}${changes}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-tar' },
      body: tar.stdout,
    });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function outputOf(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Missing(`${program} ended with ${code}`);
  return text;
}

/** Puts the test image into the registry, so that there is something to pull; returns its name there. */
export async function pushImage(registry: string): Promise<string> {
  const repo = `${registry}/busybox`;
  const [, tag = 'latest'] = IMAGE.split(':');
  const name = `${repo}:${tag}`;
  const there = await ask(`http://${registry}/v2/busybox/manifests/${tag}`, {
    headers: { accept: '*/*' },
  });
  if (there.status === 200) return name;
  await call('docker tag', `/images/${IMAGE}/tag?repo=${encodeURIComponent(repo)}&tag=${tag}`, {
    method: 'POST',
  });
  await call('docker push', `/images/${repo}/push?tag=${tag}`, {
    method: 'POST',
    headers: { 'x-registry-auth': Buffer.from('{}').toString('base64') },
  });
  await call('docker rmi', `/images/${name}?noprune=true`, { method: 'DELETE' });
  return name;
}

interface ContainerEntry {
  Id: string;
}

export async function stopDocker(): Promise<boolean> {
  const running = await recorded(NAME);
  if (running && isAlive(running)) {
    // Containers would outlive the engine if it had to be killed.
    const list = await ask(api('/containers/json?all=true'), { timeoutMs: 5000 }).catch(() => undefined);
    const containers = list?.status === 200 ? (JSON.parse(list.text) as ContainerEntry[]) : [];
    await Promise.allSettled(
      containers.map(({ Id }) => ask(api(`/containers/${Id}?force=true&v=true`), { method: 'DELETE', timeoutMs: 10_000 })),
    );
    await endProcess(running, 20_000);
  }
  await endLeftovers(join(socketFolder(), 'exec'));
  await unmountAll(dataFolder(NAME));
  const was = await stop(NAME);
  if (socketFolder() !== dataFolder(NAME)) await rm(socketFolder(), { recursive: true, force: true });
  return was || (running !== undefined && !isAlive(running));
}
