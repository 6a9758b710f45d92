import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isAlive, type BackendsFile, type DockerBackend } from '@deployment-engine/shared/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../../scripts/backends/http.ts';

const MAIN = fileURLToPath(new URL('../../scripts/backends/main.ts', import.meta.url));
const NAMES = ['alertmanager', 'blackbox', 'docker', 'kubernetes', 'nodeExporter', 'prometheus', 'pushgateway', 'registry'];
const CACHE = Object.fromEntries(['HOME', 'XDG_CACHE_HOME'].flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));

let top: string;
let file: string;

async function run(command: string, env: Record<string, string> = {}): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, ['--conditions=@deployment-engine/source', MAIN, command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Below these lie the programs that scripts/backends builds.
    env: { PATH: process.env['PATH'] ?? '', ...CACHE, DEPLOYMENT_ENGINE_TEST_BACKENDS: file, ...env },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (part: string) => (text += part));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, text };
}

const read = async (): Promise<BackendsFile> => JSON.parse(await readFile(file, 'utf8')) as BackendsFile;
const pids = ({ backends }: BackendsFile): Record<string, number | undefined> =>
  Object.fromEntries(Object.entries(backends).map(([name, one]) => [name, one.pid]));

const CONTROL_PLANE = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok'];

interface Recorded {
  pid: number;
  port: number;
}

async function recorded(name: string): Promise<Recorded> {
  return JSON.parse(await readFile(join(dirname(file), 'processes', `${name}.json`), 'utf8')) as Recorded;
}

/** Starts a container that sleeps; returns its process. */
async function startContainer({ socketPath, image }: DockerBackend): Promise<number> {
  const api = (path: string, method = 'POST', body?: string): ReturnType<typeof ask> =>
    ask(`unix:${socketPath}:${path}`, { method, headers: { 'content-type': 'application/json' }, ...(body && { body }) });
  const created = await api('/containers/create', 'POST', JSON.stringify({ Image: image, Cmd: ['sleep', '3600'], NetworkDisabled: true }));
  const { Id } = JSON.parse(created.text) as { Id: string };
  await api(`/containers/${Id}/start`);
  const { State } = JSON.parse((await api(`/containers/${Id}/json`, 'GET')).text) as { State: { Pid: number } };
  expect(isAlive(State.Pid)).toBe(true);
  return State.Pid;
}

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'backends-'));
  // Longer than a socket's path may be.
  file = join(top, 'a-folder-with-a-long-name'.repeat(4), 'env.json');
});

afterAll(async () => {
  await run('down');
  await rm(top, { recursive: true, force: true });
}, 120_000);

describe('scripts/backends', { timeout: 300_000 }, () => {
  it('says that nothing runs before it starts anything', async () => {
    expect(await run('env')).toMatchObject({ code: 1 });
    const { code, text } = await run('status');
    expect(code).toBe(1);
    expect(text.trim().split('\n')).toHaveLength(NAMES.length);
    expect(text).toContain('docker: missing, not started');
    expect(await run('sideways')).toMatchObject({ code: 2 });
  });

  it('names the package of what is not installed, and fails where CI requires all', async () => {
    // No program is found on this PATH, save what Debian keeps in sbin.
    const { code, text } = await run('up', { PATH: '/nonexistent', CI_REQUIRE_BACKENDS: '1' });
    expect(code).toBe(1);
    expect(text).toMatch(/^prometheus: missing, prometheus is not installed; Debian package prometheus; /m);
    expect(text).toMatch(/^kubernetes: missing, etcd is not installed; Debian package etcd-server; /m);
    expect(text).toMatch(/^registry: missing, .*; Debian package docker-registry; /m);
    expect(Object.keys((await read()).missing).toSorted()).toEqual(NAMES);
    expect(await run('up', { PATH: '/nonexistent' })).toMatchObject({ code: 0 });
  });

  it('starts what is installed, once, and restarts what ended', async () => {
    expect(await run('up')).toMatchObject({ code: 0 });
    const first = await read();
    expect([...Object.keys(first.backends), ...Object.keys(first.missing)].toSorted()).toEqual(NAMES);
    if (process.env['CI_REQUIRE_BACKENDS'] === '1') expect(first.missing).toEqual({});
    for (const one of Object.values(first.backends)) {
      const port = /127\.0\.0\.1:(\d+)/.exec(one.health)?.[1];
      if (port !== undefined) expect(Number(port)).toBeLessThan(32768);
    }

    await run('up');
    expect(pids(await read())).toEqual(pids(first));

    const { pushgateway } = first.backends;
    if (pushgateway?.pid === undefined) return;
    process.kill(pushgateway.pid, 'SIGKILL');
    await expect.poll(() => isAlive(pushgateway.pid as number)).toBe(false);
    expect((await run('status')).text).toContain('pushgateway: missing, does not answer');
    await run('up');
    const { pushgateway: again, ...others } = pids(await read());
    expect(again).not.toBe(pushgateway.pid);
    const { pushgateway: _, ...before } = pids(first);
    expect(others).toEqual(before);
  });

  it('starts parts of the control plane again, over the same data, and one at another port where its own was taken', async () => {
    const { kubernetes } = (await read()).backends;
    if (kubernetes === undefined) return;
    const parts = async (): Promise<Record<string, Recorded>> =>
      Object.fromEntries(await Promise.all(CONTROL_PLANE.map(async (name) => [name, await recorded(name)] as const)));
    const node = async (): Promise<{ uid: string; port: number }> => {
      const headers = { authorization: `Bearer ${kubernetes.tokens.admin}` };
      const { text } = await ask(`${kubernetes.url}/api/v1/nodes/worker-1`, { caFile: kubernetes.caFile, headers });
      const { metadata, status } = JSON.parse(text) as {
        metadata: { uid: string };
        status: { daemonEndpoints: { kubeletEndpoint: { Port: number } } };
      };
      return { uid: metadata.uid, port: status.daemonEndpoints.kubeletEndpoint.Port };
    };
    const [before, { uid, port }] = [await parts(), await node()];
    for (const name of ['kube-apiserver', 'kwok']) process.kill(before[name]?.pid as number, 'SIGKILL');
    await expect.poll(() => isAlive(before['kwok']?.pid as number)).toBe(false);
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    try {
      await run('up');
    } finally {
      other.close();
    }
    const after = await parts();
    expect(CONTROL_PLANE.filter((name) => after[name]?.pid !== before[name]?.pid)).toEqual(['kube-apiserver', 'kwok']);
    expect((await read()).backends.kubernetes).toMatchObject({ url: kubernetes.url, pid: after['kube-apiserver']?.pid });
    expect(after['kwok']?.port).not.toBe(port);
    expect(await node()).toEqual({ uid, port: after['kwok']?.port });
  });

  it('ends all of them, and the containers of an engine that was killed', async () => {
    const { backends } = await read();
    const running = Object.values(pids(await read()));
    if (backends.kubernetes) for (const name of CONTROL_PLANE) running.push((await recorded(name)).pid);
    if (backends.docker?.pid !== undefined) {
      running.push(await startContainer(backends.docker));
      process.kill(backends.docker.pid, 'SIGKILL');
    }
    expect(await run('down')).toMatchObject({ code: 0 });
    for (const pid of running) if (pid !== undefined) expect(isAlive(pid)).toBe(false);
    expect(await run('env')).toMatchObject({ code: 1 });
    expect((await run('down')).text).toContain('none was running');
  });
});
