import { symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dockerSuite, idle } from './testing/fixture.ts';

dockerSuite('the inside of containers on a real engine', (bench) => {
  const run = (more: object) => bench.ok('container_run', { image: bench.backend.image, network: 'none', pull: 'never', ...more });

  describe('exec', () => {
    it('gives output, exit code, environment, folder, user and input', async () => {
      const name = await idle(bench, 'exec');
      const exec = (more: object) =>
        bench.ok<{ exit_code: number; lines: { text: string }[] }>('container_exec', { container: name, ...more });
      expect(
        await exec({
          command: ['sh', '-c', 'echo "$GREETING from $PWD as $(id -u)"; exit 4'],
          env: { GREETING: 'hi' },
          workdir: '/tmp',
          user: '65534',
        }),
      ).toMatchObject({
        exit_code: 4,
        timed_out: false,
        ended: true,
        lines: [{ stream: 'stdout', text: 'hi from /tmp as 65534' }],
      });
      expect(await exec({ command: ['cat'], input: 'one\ntwo' })).toMatchObject({
        exit_code: 0,
        lines: [{ text: 'one' }, { text: 'two' }],
      });
      // engines differ between 126 and 127 here
      expect((await exec({ command: ['no-such-program'] })).exit_code).toBeGreaterThanOrEqual(126);
      expect((await exec({ command: ['seq', '1', '5000'], tail: 3 })).lines.map((line) => line.text)).toEqual(['4998', '4999', '5000']);
    });

    it('ends the program when its time is up, and when the call is cancelled', async () => {
      const name = await idle(bench, 'exec-timeout');
      const sleepers = async () =>
        (
          await bench.ok<{ lines: { text: string }[] }>('container_exec', {
            container: name,
            command: ['sh', '-c', 'ps | grep -c "[s]leep 777"'],
          })
        ).lines[0]?.text;
      expect(
        await bench.ok('container_exec', { container: name, command: ['sh', '-c', 'echo begun; sleep 777'], timeout_s: 3 }),
      ).toMatchObject({ timed_out: true, ended: true, lines: [{ text: 'begun' }] });
      expect(await sleepers()).toBe('0');
      const stop = new AbortController();
      const call = bench.fails('container_exec', { container: name, command: ['sleep', '777'] }, { signal: stop.signal });
      await expect.poll(sleepers, { timeout: 10_000 }).toBe('1');
      stop.abort();
      expect(await call).toMatchObject({ code: 'cancelled' });
      await expect.poll(sleepers, { timeout: 10_000 }).toBe('0');
    });

    it('refuses one that does not run', async () => {
      const name = bench.name('exec-stopped');
      await run({ name, command: ['true'], wait: true });
      expect(await bench.fails('container_exec', { container: name, command: ['true'] })).toMatchObject({ code: 'conflict' });
    });
  });

  it('writes, reads and lists files of a container, and tells what changed', async () => {
    const name = await idle(bench, 'files');
    writeFileSync(`${bench.root}/given.txt`, 'from the host');
    symlinkSync('/etc/hostname', `${bench.root}/out.txt`);
    expect(await bench.ok('container_copy_to', { container: name, path: '/tmp/a.txt', content: 'grüße\n', mode: '600' })).toMatchObject({
      bytes: 8,
    });
    expect(await bench.ok('container_copy_to', { container: name, path: '/tmp/b.txt', source: 'given.txt' })).toMatchObject({ bytes: 13 });
    expect(await bench.fails('container_copy_to', { container: name, path: '/tmp/c.txt', source: 'out.txt' })).toMatchObject({
      code: 'forbidden',
    });
    expect(await bench.fails('container_copy_to', { container: name, path: '/tmp/c.txt' })).toMatchObject({ code: 'invalid_input' });
    expect(await bench.ok('container_copy_from', { container: name, path: '/tmp/a.txt' })).toMatchObject({
      type: 'file',
      encoding: 'utf8',
      content: 'grüße\n',
      size: 8,
      truncated: false,
    });
    expect(await bench.ok('container_copy_from', { container: name, path: '/tmp/a.txt', max_bytes: 3 })).toMatchObject({
      content: 'gr',
      truncated: true,
    });
    expect(await bench.ok('container_copy_from', { container: name, path: '/bin/busybox', max_bytes: 16 })).toMatchObject({
      encoding: 'base64',
      truncated: true,
    });
    expect(await bench.ok('container_copy_from', { container: name, path: '/bin/sh' })).toMatchObject({
      type: 'symlink',
      target: 'busybox',
    });
    const folder = await bench.ok<{ entries: { name: string }[] }>('container_copy_from', { container: name, path: '/tmp' });
    expect(folder).toMatchObject({ type: 'directory', truncated: false });
    expect(folder.entries.map((one) => one.name).toSorted()).toEqual(['a.txt', 'b.txt']);
    expect(await bench.ok('container_copy_from', { container: name, path: '/bin', limit: 5 })).toMatchObject({ truncated: true });
    expect(await bench.fails('container_copy_from', { container: name, path: '/nowhere' })).toMatchObject({ code: 'not_found' });
    const changes = await bench.ok<{ changes: object[] }>('container_changes', { container: name, under: '/tmp' });
    expect(changes.changes).toEqual(expect.arrayContaining([{ kind: 'added', path: '/tmp/a.txt' }]));
  });
});
