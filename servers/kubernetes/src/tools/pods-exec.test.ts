import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { overEdge, type EdgeOptions } from '../testing/edge.ts';
import { kubernetesSuite } from '../testing/fixture.ts';
import { podBody, running } from '../testing/pods.ts';

interface Executed {
  exit_code?: number;
  stdout: string;
  stderr: string;
}

kubernetesSuite('pods_exec', (bench) => {
  const target = async (name: string): Promise<{ name: string; namespace: string; context: string }> => {
    await running(bench, podBody(name, { containers: ['main', 'json'] }));
    return { name, namespace: bench.namespace, context: 'admin' };
  };
  const sh = (line: string): string[] => ['sh', '-c', line];

  it('runs a program and gives its output and exit code', async () => {
    const pod = await target('runs');
    expect(await bench.ok<Executed>('pods_exec', { ...pod, command: ['printf', '%s|', 'a b', '$HOME', ';ls'] })).toEqual({
      context: 'admin',
      exit_code: 0,
      stdout: 'a b|$HOME|;ls|',
      stderr: '',
    });
    expect(await bench.ok<Executed>('pods_exec', { ...pod, container: 'json', command: sh('echo out; echo err >&2') })).toMatchObject({
      exit_code: 0,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  it('signs in with a client certificate as well', async () => {
    const pod = { ...(await target('certified')), context: 'certificate' };
    expect(await bench.ok<Executed>('pods_exec', { ...pod, command: ['echo', 'hello'] })).toMatchObject({
      exit_code: 0,
      stdout: 'hello\n',
    });
  });

  it('goes through the proxy of the kubeconfig, with TLS inside', async () => {
    const pod = { ...(await target('proxied')), context: 'proxied' };
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket: Duplex) => {
      asked.push(request.url ?? '');
      const onward = connect(Number(new URL(bench.backend.url).port), '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      onward.on('error', () => socket.destroy());
      socket.on('error', () => onward.destroy());
      socket.pipe(onward).pipe(socket);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const kubeconfig = join(bench.root, 'proxied.kubeconfig');
    const cluster = {
      server: 'https://kubernetes.default.svc:6443',
      'certificate-authority': bench.backend.caFile,
      'proxy-url': `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    };
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        contexts: [{ name: 'proxied', context: { cluster: 'proxied', user: 'admin' } }],
        clusters: [{ name: 'proxied', cluster }],
        users: [{ name: 'admin', user: { token: bench.backend.tokens.admin } }],
      }),
    );
    try {
      const session = await bench.with({ kubeconfig, context: 'proxied' });
      expect(await session.ok<Executed>('pods_exec', { ...pod, command: ['echo', 'hello'] })).toMatchObject({
        exit_code: 0,
        stdout: 'hello\n',
      });
      expect(new Set(asked)).toEqual(new Set(['kubernetes.default.svc:6443']));
    } finally {
      proxy.close();
      proxy.closeAllConnections();
    }
  });

  it('gives it an input', async () => {
    const pod = await target('reads');
    const stdin = 'ä line\n'.repeat(20_000);
    const command = ['head', '-c', String(Buffer.byteLength(stdin))];
    const { stdout } = await bench.ok<Executed>('pods_exec', { ...pod, command, stdin, max_tokens: 25_000 });
    expect(stdout.startsWith(stdin.slice(0, 1_000))).toBe(true);
    expect(stdout.endsWith(stdin.slice(-1_000))).toBe(true);
  });

  describe('over an edge that plays the kubelet, since kwok neither ends an input nor gives exit codes', () => {
    const over = (options: EdgeOptions, use: Parameters<typeof overEdge>[2]): Promise<void> => overEdge(bench, options, use);

    it('gives the exit code, and ends the input', async () => {
      const pod = { ...(await target('edge')), context: 'edge' };
      await over({}, async (edge, session) => {
        expect(await session.ok<Executed>('pods_exec', { ...pod, command: sh('echo out; echo err >&2; exit 7') })).toMatchObject({
          exit_code: 7,
          stdout: 'out\n',
          stderr: 'err\n',
        });
        expect(await session.text('pods_exec', { ...pod, command: ['false'] })).toContain('Exit code 1');
        const stdin = 'ä line\n'.repeat(20_000);
        const counted = await session.ok<Executed>('pods_exec', { ...pod, command: ['wc', '-c'], stdin });
        expect(Number(counted.stdout.trim())).toBe(Buffer.byteLength(stdin));
        expect(await session.ok<Executed>('pods_exec', { ...pod, command: ['cat'], stdin: '' })).toMatchObject({
          exit_code: 0,
          stdout: '',
        });
        expect(await session.fails('pods_exec', { ...pod, command: ['no-such-program-here'] })).toMatchObject({ code: 'not_found' });
        await expect.poll(() => edge.open()).toEqual({ programs: 0, sockets: 0 });
      });
    });

    it('closes the connection when the call is cancelled or its time is over', async () => {
      const pod = { ...(await target('edge-ends')), context: 'edge' };
      await over({}, async (edge, session) => {
        const cancel = new AbortController();
        const calling = session.fails('pods_exec', { ...pod, command: ['sleep', '600'] }, { signal: cancel.signal });
        await expect.poll(() => edge.open()).toEqual({ programs: 1, sockets: 1 });
        cancel.abort();
        expect(await calling).toMatchObject({ code: 'cancelled' });
        await expect.poll(() => edge.open()).toEqual({ programs: 0, sockets: 0 });
        const late = await session.ok<Executed>('pods_exec', { ...pod, command: sh('echo begun; exec sleep 600'), timeout_s: 5 });
        expect(late).toEqual({ context: 'edge', stdout: 'begun\n', stderr: '' });
        await expect.poll(() => edge.open()).toEqual({ programs: 0, sockets: 0 });
      });
    });

    it('speaks v4 with an older API server, which cannot end an input', async () => {
      const pod = { ...(await target('edge-old')), context: 'edge' };
      await over({ protocols: ['v4.channel.k8s.io'] }, async (_edge, session) => {
        expect(await session.ok<Executed>('pods_exec', { ...pod, command: sh('exit 3') })).toMatchObject({ exit_code: 3 });
        expect(await session.fails('pods_exec', { ...pod, command: ['cat'], stdin: 'x' })).toMatchObject({ code: 'unsupported' });
      });
    });

    it('says when the connection breaks or ends before the program', async () => {
      const pod = { ...(await target('edge-breaks')), context: 'edge', command: ['true'] };
      await over({ onSocket: (socket) => socket.terminate() }, async (_edge, session) =>
        expect(await session.fails('pods_exec', pod)).toMatchObject({ code: 'unavailable' }),
      );
      await over({ onSocket: (socket) => socket.close(1000) }, async (_edge, session) =>
        expect(await session.fails('pods_exec', pod)).toMatchObject({ code: 'unavailable' }),
      );
      await over({ onSocket: (socket) => socket.send(Buffer.from('\u0003not json')) }, async (_edge, session) =>
        expect(await session.fails('pods_exec', pod)).toMatchObject({ code: 'upstream_error' }),
      );
      await over({ protocols: [] }, async (_edge, session) =>
        expect(await session.fails('pods_exec', pod)).toMatchObject({ code: 'unavailable' }),
      );
    });

    it('reads only as fast as it can be taken', async () => {
      const pod = { ...(await target('edge-fast')), context: 'edge', command: ['true'] };
      const piece = Buffer.concat([Buffer.of(1), Buffer.alloc(64 * 1024, 'x\n')]);
      await over(
        {
          onSocket: (socket) => {
            for (let at = 0; at < 1_000; at += 1) socket.send(piece);
            socket.send(Buffer.from('\u0003{"status":"Success"}'));
          },
        },
        async (_edge, session) => {
          const before = process.memoryUsage().rss;
          expect(await session.ok<Executed>('pods_exec', pod)).toMatchObject({
            exit_code: 0,
            stdout: expect.stringContaining('bytes left out'),
          });
          expect(process.memoryUsage().rss - before).toBeLessThan(250 * 1024 * 1024);
        },
      );
    });
  });

  it('shows the beginning and the end of a long output, within the budget', async () => {
    const pod = await target('talks');
    const long = await bench.ok<Executed>('pods_exec', { ...pod, command: ['seq', '1', '200000'], max_tokens: 1_000 });
    expect(Buffer.byteLength(JSON.stringify(long))).toBeLessThan(2_500);
    expect(long.stdout).toMatch(/^1\n2\n/);
    expect(long.stdout).toMatch(/\n… 128\d{4} bytes left out …\n/);
    expect(long.stdout).toMatch(/\n200000\n$/);
    expect(long.exit_code).toBe(0);
  });

  it('ends when the time is over, and when it is cancelled; nothing is left open', async () => {
    const pod = await target('sleeps');
    const begin = Date.now();
    const late = await bench.ok<Executed>('pods_exec', { ...pod, command: sh('echo begun; exec sleep 600'), timeout_s: 5 });
    expect(late).toEqual({ context: 'admin', stdout: 'begun\n', stderr: '' });
    const cancel = new AbortController();
    const calling = bench.fails('pods_exec', { ...pod, command: ['sleep', '600'] }, { signal: cancel.signal });
    setTimeout(() => cancel.abort(), 500);
    expect(await calling).toMatchObject({ code: 'cancelled' });
    expect(Date.now() - begin).toBeLessThan(20_000);
    const sockets = (): number => process.getActiveResourcesInfo().filter((one) => one === 'TLSSocketWrap' || one === 'TLSWrap').length;
    // only those of requests, which are kept for the next ones
    await expect.poll(sockets, { timeout: 5_000 }).toBeLessThanOrEqual(32);
  });

  it('is asked for with the program, its secrets masked, and bound to the pod that is there', async () => {
    const pod = await target('asked');
    const careful = await bench.with({}, { confirm: 'plan' });
    const args = { ...pod, command: ['mysql', '--password=hunter2hunter2', '-e', 'DROP TABLE x'] };
    const refused = await careful.fails('pods_exec', args);
    expect(refused.code).toBe('confirmation_required');
    expect(JSON.stringify(refused)).not.toContain('hunter2');
    expect(JSON.stringify(refused)).toContain('DROP TABLE x');
  });

  it('takes out the values of Secrets that were read', async () => {
    const pod = await target('whispers');
    await bench.make({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key' }, stringData: { key: 'xK9-correct-horse' } });
    const say = { ...pod, command: ['echo', 'key is xK9-correct-horse.'] };
    expect((await bench.ok<Executed>('pods_exec', say)).stdout).toContain('xK9-correct-horse');
    await bench.ok('resources_get', { kind: 'secrets', name: 'key', namespace: bench.namespace });
    expect((await bench.ok<Executed>('pods_exec', say)).stdout).toMatch(/^key is \[masked [0-9a-f]{8}\]\.\n$/);
  });

  it('says what is not there', async () => {
    const pod = await target('there');
    expect(await bench.fails('pods_exec', { ...pod, container: 'other', command: ['true'] })).toMatchObject({
      code: 'not_found',
      hint: expect.stringContaining('json'),
    });
    expect(await bench.fails('pods_exec', { ...pod, name: 'ther', command: ['true'] })).toMatchObject({
      code: 'not_found',
      hint: expect.stringContaining('there'),
    });
    await running(bench, podBody('done', { annotations: { [bench.backend.fates.annotation]: 'complete' } }));
    await expect
      .poll(async () => (await bench.fails('pods_exec', { ...pod, name: 'done', command: ['true'] })).code, { timeout: 10_000 })
      .toBe('conflict');
  });

  it('is refused where only reading is allowed, and where a rule or the cluster says no', async () => {
    const pod = await target('kept');
    const args = { ...pod, command: ['true'] };
    expect(await (await bench.with({}, { readOnly: true })).fails('pods_exec', args)).toMatchObject({ code: 'read_only' });
    const ruled = await bench.with({ rules: [{ verbs: ['exec'], names: ['kep*'], decide: 'deny' }] });
    expect(await ruled.fails('pods_exec', args)).toMatchObject({ code: 'forbidden' });
    const confirming = await bench.with({ rules: [{ verbs: ['exec'], decide: 'confirm' }] });
    expect(await confirming.fails('pods_exec', args)).toMatchObject({ code: 'forbidden' });
    const reader = await bench.with({ context: 'reader' });
    expect(await reader.fails('pods_exec', { ...args, context: 'reader' })).toMatchObject({
      code: 'forbidden',
      details: { missing: { resource: 'pods/exec', user: 'reader' } },
    });
  });

  it('refuses hostile names and commands before any request', async () => {
    const pod = { name: 'x', namespace: bench.namespace, context: 'admin' };
    for (const command of [[], [''.padEnd(40_000, 'a')], ['a\0b'], 'ls -l', [1], Array.from({ length: 501 }, () => 'a')])
      expect(await bench.fails('pods_exec', { ...pod, command })).toMatchObject({ code: 'invalid_input' });
    for (const name of ['..', '../y', 'a/exec?command=rm', '-x', 'x%00', ' x'])
      expect(await bench.fails('pods_exec', { ...pod, name, command: ['true'] }), name).toMatchObject({ code: 'invalid_input' });
    for (const container of ['a&command=rm', 'a b', '', 'A', 'x'.repeat(64)])
      expect(await bench.fails('pods_exec', { ...pod, container, command: ['true'] }), container).toMatchObject({ code: 'invalid_input' });
  });
});
