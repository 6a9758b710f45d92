import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTar } from '../pods/tar.ts';
import { startEdge, type Edge } from '../testing/edge.ts';
import type { Session } from '@deployment-engine/shared/testing';
import { kubernetesSuite } from '../testing/fixture.ts';
import { podBody, running } from '../testing/pods.ts';

async function archive(...entries: { name: string; type?: string; linkname?: string }[]): Promise<Buffer> {
  const made = pack();
  for (const one of entries) made.entry(one, Buffer.from(one.type === undefined ? 'x' : ''));
  made.finalize();
  const parts: Buffer[] = [];
  for await (const part of made) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

const HOSTILE: [string, Parameters<typeof archive>[0]][] = [
  ['a symbolic link', { name: 'a', type: 'symlink', linkname: '/etc/passwd' }],
  ['a hard link', { name: 'a', type: 'link', linkname: 'b' }],
  ['a pipe', { name: 'a', type: 'fifo' }],
  ['a device', { name: 'a', type: 'character-device' }],
  ['a name that climbs', { name: '../a' }],
  ['a name that climbs in the middle', { name: 'a/../../b' }],
  ['an absolute name', { name: '/etc/cron.d/a' }],
  ['a name with backslashes that climbs', { name: 'a\\..\\..\\b' }],
];

describe('an archive of a container', () => {
  it.each(HOSTILE)('is refused as a whole for %s', async (_what, entry) => {
    await expect(readTar(await archive({ name: 'fine' }, entry))).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('is refused when it is cut short, and read when it is whole', async () => {
    const whole = await archive({ name: './a/b' }, { name: 'c', type: 'directory' });
    await expect(readTar(whole.subarray(0, 700))).rejects.toMatchObject({ code: 'upstream_error' });
    await expect(readTar(Buffer.from('not an archive'.repeat(100)))).rejects.toMatchObject({ code: 'upstream_error' });
    expect(await readTar(whole)).toEqual([
      { name: 'a/b', type: 'file', bytes: Buffer.from('x') },
      { name: 'c', type: 'directory', bytes: Buffer.alloc(0) },
    ]);
  });
});

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
    const packed = args({ direction: 'from_pod', archive: true, local_path: 'data.tar', pod_path: join(inside, 'data') });
    expect(await session.ok('pods_cp', packed)).toMatchObject({ files: 1 });
    mkdirSync(join(inside, 'copy'));
    expect(
      await session.ok('pods_cp', args({ direction: 'to_pod', archive: true, local_path: 'data.tar', pod_path: join(inside, 'copy') })),
    ).toMatchObject({ files: 1 });
    expect(readFileSync(join(inside, 'copy', 'data', 'sub', 'one.txt'), 'utf8')).toBe('one');
    expect(
      await session.fails('pods_cp', args({ direction: 'from_pod', local_path: 'data.txt', pod_path: join(inside, 'data') })),
    ).toMatchObject({
      code: 'invalid_input',
      hint: expect.stringContaining('archive'),
    });
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
        args({ direction: 'from_pod', archive: true, local_path: 'linked.tar', pod_path: join(inside, 'linked') }),
      ),
    ).toMatchObject({ code: 'forbidden' });
    writeFileSync(join(bench.root, 'evil.tar'), await archive({ name: 'a', type: 'symlink', linkname: '/' }));
    expect(
      await session.fails('pods_cp', args({ direction: 'to_pod', archive: true, local_path: 'evil.tar', pod_path: inside })),
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
