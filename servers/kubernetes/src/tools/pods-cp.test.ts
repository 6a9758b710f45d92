import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { archive, HOSTILE, hostileArchive } from '../testing/archives.ts';
import { overEdge, startEdge, type Edge } from '../testing/edge.ts';
import type { Session } from '@deployment-engine/shared/testing';
import { kubernetesSuite } from '../testing/fixture.ts';
import { podBody, running } from '../testing/pods.ts';

kubernetesSuite('pods_cp, over an edge that plays the kubelet: kwok neither ends an input nor gives exit codes', (bench) => {
  let edge: Edge;
  let session: Session;
  /** What the edge's programs see as the container's own folder. */
  let inside: string;
  const args = (more: object): object => ({ name: 'box', namespace: bench.namespace, context: 'edge', ...more });

  beforeAll(async () => {
    edge = await startEdge(bench.backend, bench.root);
    session = await bench.with({ kubeconfig: edge.kubeconfig, context: 'edge' });
    inside = join(bench.root, 'container');
    mkdirSync(join(inside, 'data', 'sub'), { recursive: true });
    await running(bench, podBody('box'));
  }, 60_000);
  afterAll(() => edge.close());

  it('carries a file there and back, byte by byte', async () => {
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 7919) % 256));
    writeFileSync(join(bench.root, 'in.bin'), bytes);
    const there = await session.ok('pods_cp', args({ direction: 'to_pod', local_path: 'in.bin', pod_path: join(inside, 'got.bin') }));
    expect(there).toMatchObject({ files: 1, bytes: 300_000 });
    expect(readFileSync(join(inside, 'got.bin')).equals(bytes)).toBe(true);
    const back = await session.ok<{ path: string }>(
      'pods_cp',
      args({ direction: 'from_pod', local_path: 'out.bin', pod_path: join(inside, 'got.bin') }),
    );
    expect(back.path).toBe(join(bench.root, 'out.bin'));
    expect(readFileSync(back.path).equals(bytes)).toBe(true);
    await expect.poll(() => edge.open()).toEqual({ programs: 0, sockets: 0 });
  });

  it('carries a folder as an archive', async () => {
    writeFileSync(join(inside, 'data', 'sub', 'one.txt'), 'one');
    const packed = args({ direction: 'from_pod', as: 'archive', local_path: 'data.tar', pod_path: join(inside, 'data') });
    expect(await session.ok('pods_cp', packed)).toMatchObject({ files: 1 });
    mkdirSync(join(inside, 'copy'));
    expect(
      await session.ok('pods_cp', args({ direction: 'to_pod', as: 'archive', local_path: 'data.tar', pod_path: join(inside, 'copy') })),
    ).toMatchObject({ files: 1 });
    expect(readFileSync(join(inside, 'copy', 'data', 'sub', 'one.txt'), 'utf8')).toBe('one');
    expect(
      await session.fails('pods_cp', args({ direction: 'from_pod', local_path: 'data.txt', pod_path: join(inside, 'data') })),
    ).toMatchObject({
      code: 'invalid_input',
      hint: expect.stringMatching(/folder.*archive/),
    });
  });

  it('carries a folder as it is there and back: empty files and folders, what can be run, links inside of it', async () => {
    const at = join(inside, 'tree');
    mkdirSync(join(at, 'deep', 'er'), { recursive: true });
    mkdirSync(join(at, 'empty'));
    writeFileSync(join(at, 'deep', 'er', 'one.txt'), 'one');
    writeFileSync(join(at, 'none'), '');
    writeFileSync(join(at, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
    writeFileSync(join(at, '.hidden'), 'kept');
    linkSync(join(at, 'run.sh'), join(at, 'same.sh'));
    symlinkSync('deep/er', join(at, 'short'));
    symlinkSync('../../none', join(at, 'deep', 'er', 'up'));
    const from = await session.ok('pods_cp', args({ direction: 'from_pod', as: 'folder', local_path: 'tree', pod_path: at }));
    expect(from).toMatchObject({ files: 5, path: join(bench.root, 'tree') });
    const as = (folder: string) => ({
      names: (readdirSync(folder, { recursive: true }) as string[]).toSorted(),
      one: readFileSync(join(folder, 'short', 'one.txt'), 'utf8'),
      up: readlinkSync(join(folder, 'deep', 'er', 'up')),
      modes: ['run.sh', 'same.sh', 'none'].map((name) => (statSync(join(folder, name)).mode & 0o111) !== 0),
    });
    expect(as(join(bench.root, 'tree'))).toEqual(as(at));
    const there = { direction: 'to_pod', as: 'folder', local_path: 'tree', pod_path: join(inside, 'back') };
    expect(await session.ok('pods_cp', args(there))).toMatchObject({ files: 5, path: join(inside, 'back') });
    expect(as(join(inside, 'back'))).toEqual(as(at));
    await expect.poll(() => edge.open()).toEqual({ programs: 0, sockets: 0 });
  });

  it('replaces no folder, takes no file for one, and leaves nothing half made', async () => {
    const copy = { direction: 'from_pod', as: 'folder', pod_path: join(inside, 'data') };
    mkdirSync(join(bench.root, 'taken'));
    for (const local_path of ['taken', 'in.bin', '.'])
      expect(await session.fails('pods_cp', args({ ...copy, local_path, overwrite: true })), local_path).toMatchObject({
        code: 'conflict',
      });
    for (const local_path of ['.git/hooks', '.kube', '../beside', '/etc/beside', 'absent/below'])
      expect((await session.fails('pods_cp', args({ ...copy, local_path }))).code, local_path).toMatch(/forbidden|not_found/);
    writeFileSync(join(inside, 'single'), 'x');
    expect(await session.fails('pods_cp', args({ ...copy, local_path: 'new', pod_path: join(inside, 'single') }))).toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('no folder'),
    });
    symlinkSync('data', join(inside, 'alias'));
    expect(await session.fails('pods_cp', args({ ...copy, local_path: 'new', pod_path: join(inside, 'alias') }))).toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('a link to "data"'),
    });
    mkdirSync(join(inside, 'repository', '.GIT'), { recursive: true });
    expect(await session.fails('pods_cp', args({ ...copy, local_path: 'new', pod_path: join(inside, 'repository') }))).toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('Git'),
    });
    mkdirSync(join(bench.root, 'outward'));
    symlinkSync('../in.bin', join(bench.root, 'outward', 'link'));
    expect(
      await session.fails('pods_cp', args({ direction: 'to_pod', as: 'folder', local_path: 'outward', pod_path: join(inside, 'got') })),
    ).toMatchObject({ code: 'forbidden' });
    expect(existsSync(join(inside, 'got'))).toBe(false);
    expect(readdirSync(bench.root).filter((name) => name === 'new' || name.endsWith('.tmp'))).toEqual([]);
  });

  it.each(HOSTILE)('makes no folder of what a hostile container packs: %s', async (_what, entries, code) => {
    const before = readdirSync(bench.root).toSorted();
    const packed = await hostileArchive('box', entries);
    const onSocket = (socket: WebSocket): void => {
      for (let from = 0; from < packed.length; from += 1024 * 1024)
        socket.send(Buffer.concat([Buffer.of(1), packed.subarray(from, from + 1024 * 1024)]));
      socket.send(Buffer.concat([Buffer.of(3), Buffer.from('{"status":"Success"}')]));
      socket.close(1000);
    };
    await overEdge(bench, { onSocket }, async (_edge, hostile) => {
      for (const [as, local_path] of [
        ['folder', 'hostile'],
        ['archive', 'hostile.tar'],
      ])
        expect(
          await hostile.fails('pods_cp', args({ direction: 'from_pod', as, local_path, pod_path: '/srv/box', max_bytes: 1_000_000 })),
        ).toMatchObject({ code });
    });
    expect(
      readdirSync(bench.root)
        .filter((name) => !/^edge-.*kubeconfig$/.test(name))
        .toSorted(),
    ).toEqual(before.filter((name) => !/^edge-.*kubeconfig$/.test(name)));
  });

  it('refuses links that the container packs, and writes nothing', async () => {
    symlinkSync('/etc/hostname', join(inside, 'link'));
    expect(
      await session.fails('pods_cp', args({ direction: 'from_pod', local_path: 'link.txt', pod_path: join(inside, 'link') })),
    ).toMatchObject({ code: 'forbidden' });
    mkdirSync(join(inside, 'linked'));
    symlinkSync('/etc', join(inside, 'linked', 'etc'));
    expect(
      await session.fails(
        'pods_cp',
        args({ direction: 'from_pod', as: 'archive', local_path: 'linked.tar', pod_path: join(inside, 'linked') }),
      ),
    ).toMatchObject({ code: 'forbidden' });
    writeFileSync(join(bench.root, 'evil.tar'), await archive([{ name: 'a', type: 'symlink', linkname: '/' }]));
    expect(
      await session.fails('pods_cp', args({ direction: 'to_pod', as: 'archive', local_path: 'evil.tar', pod_path: inside })),
    ).toMatchObject({ code: 'forbidden' });
    expect(['link.txt', 'linked.tar'].filter((one) => existsSync(join(bench.root, one)))).toEqual([]);
  });

  it('stays inside the roots: ten ways out are refused in both directions', async () => {
    writeFileSync(join(inside, 'plain'), 'plain');
    mkdirSync(join(bench.root, 'real'), { recursive: true });
    symlinkSync('/etc', join(bench.root, 'etc'));
    symlinkSync('/etc/hostname', join(bench.root, 'host.txt'));
    symlinkSync('/tmp/nothing-is-there', join(bench.root, 'dangling.txt'));
    symlinkSync(join(bench.root, 'real'), join(bench.root, 'alias'));
    const ways = [
      '/etc/hostname',
      '../outside.txt',
      'real/../../outside.txt',
      'etc/hostname',
      'host.txt',
      'dangling.txt',
      '~/outside.txt',
      '/proc/self/environ',
      'a\0b.txt',
      `${bench.root}/../outside.txt`,
      '.ssh/authorized_keys',
    ];
    for (const local_path of ways)
      for (const direction of ['from_pod', 'to_pod']) {
        const error = await session.fails('pods_cp', args({ direction, local_path, pod_path: join(inside, 'plain'), overwrite: true }));
        expect(['forbidden', 'invalid_input', 'not_found'], `${direction} ${local_path}: ${error.message}`).toContain(error.code);
      }
    // written through a link inside the roots, a file would appear under another name than the one that was confirmed
    expect(
      await session.fails('pods_cp', args({ direction: 'from_pod', local_path: 'alias/x.txt', pod_path: join(inside, 'plain') })),
    ).toMatchObject({ code: 'forbidden' });
    expect(lstatSync(join(bench.root, 'host.txt')).isSymbolicLink()).toBe(true);
    expect(existsSync(join(bench.root, '..', 'outside.txt'))).toBe(false);
    expect(edge.open()).toEqual({ programs: 0, sockets: 0 });
  });

  it('replaces a local file only when it is told to, and refuses more than it may carry', async () => {
    writeFileSync(join(bench.root, 'mine.txt'), 'mine');
    writeFileSync(join(inside, 'theirs.txt'), 'theirs');
    const copy = { direction: 'from_pod', local_path: 'mine.txt', pod_path: join(inside, 'theirs.txt') };
    expect(await session.fails('pods_cp', args(copy))).toMatchObject({ code: 'conflict' });
    expect(readFileSync(join(bench.root, 'mine.txt'), 'utf8')).toBe('mine');
    // one that is empty is somebody's too
    writeFileSync(join(bench.root, 'empty.txt'), '');
    expect(await session.fails('pods_cp', args({ ...copy, local_path: 'empty.txt' }))).toMatchObject({ code: 'conflict' });
    expect(readFileSync(join(bench.root, 'empty.txt'), 'utf8')).toBe('');
    await session.ok('pods_cp', args({ ...copy, overwrite: true }));
    expect(readFileSync(join(bench.root, 'mine.txt'), 'utf8')).toBe('theirs');
    expect(await session.fails('pods_cp', args({ ...copy, local_path: 'small.txt', max_bytes: 3 }))).toMatchObject({ code: 'too_large' });
    expect(await session.fails('pods_cp', args({ ...copy, direction: 'to_pod', max_bytes: 3 }))).toMatchObject({ code: 'too_large' });
    writeFileSync(join(inside, 'huge'), Buffer.alloc(20 * 1024 * 1024));
    expect(
      await session.fails('pods_cp', args({ ...copy, local_path: 'huge.bin', pod_path: join(inside, 'huge'), max_bytes: 1_000 })),
    ).toMatchObject({ code: 'too_large' });
    await expect.poll(() => edge.open()).toEqual({ programs: 0, sockets: 0 });
  });

  it('says what is not there, refuses hostile paths, and does nothing in read-only mode', async () => {
    const copy = { direction: 'from_pod', local_path: 'x.txt' };
    expect(await session.fails('pods_cp', args({ ...copy, pod_path: join(inside, 'absent') }))).toMatchObject({ code: 'not_found' });
    for (const pod_path of ['relative', '/a/../etc', '/', '/a/', '-rf', '/a\0b', '/a//b', ''])
      expect(await session.fails('pods_cp', args({ ...copy, pod_path })), pod_path).toMatchObject({ code: 'invalid_input' });
    const only = await bench.with({ kubeconfig: edge.kubeconfig, context: 'edge' }, { readOnly: true });
    writeFileSync(join(inside, 'kept'), 'kept');
    for (const direction of ['from_pod', 'to_pod'])
      expect(await only.fails('pods_cp', args({ direction, local_path: 'mine.txt', pod_path: join(inside, 'kept') }))).toMatchObject({
        code: 'read_only',
      });
    const ruled = await bench.with({ kubeconfig: edge.kubeconfig, context: 'edge', rules: [{ verbs: ['exec'], decide: 'deny' }] });
    expect(await ruled.fails('pods_cp', args({ ...copy, pod_path: join(inside, 'kept') }))).toMatchObject({ code: 'forbidden' });
    const planned = await (
      await bench.with({ kubeconfig: edge.kubeconfig, context: 'edge' }, { confirm: 'plan' })
    ).fails('pods_cp', args({ ...copy, pod_path: join(inside, 'kept') }));
    expect(JSON.stringify(planned.details)).toContain('x.txt is made on this machine');
    expect(existsSync(join(bench.root, 'x.txt'))).toBe(false);
  });
});
