import { describe, expect, it } from 'vitest';
import { overEdge, type EdgeOptions } from '../testing/edge.ts';
import { kubernetesSuite } from '../testing/fixture.ts';
import { podBody, running } from '../testing/pods.ts';

interface Attached {
  ended: boolean;
  stdout: string;
  stderr: string;
}

kubernetesSuite('pods_attach', (bench) => {
  const target = async (name: string, container: object = { stdin: true }) => {
    const body = podBody(name);
    Object.assign(body.spec.containers[0]!, container);
    await running(bench, body);
    return { name, namespace: bench.namespace, context: 'edge' };
  };
  const sh = (line: string): string[] => ['sh', '-c', line];
  const over = (options: EdgeOptions, use: Parameters<typeof overEdge>[2]): Promise<void> => overEdge(bench, options, use);

  describe('over an edge that plays the kubelet, since kwok attaches to no input', () => {
    it('writes to the program, reads both outputs, and says that it ended', async () => {
      const pod = await target('talks');
      await over({ program: sh('read a; echo "got $a"; echo warned >&2') }, async (edge, session) => {
        expect(await session.ok<Attached>('pods_attach', { ...pod, stdin: 'hello\n' })).toEqual({
          context: 'edge',
          ended: true,
          stdout: 'got hello\n',
          stderr: 'warned\n',
        });
        await expect.poll(() => edge.open()).toEqual({ programs: 0, sockets: 0 });
      });
    });

    it('leaves the input open, and the program alone when the time is over', async () => {
      const pod = await target('stays');
      await over({ program: ['cat'], protocols: ['v4.channel.k8s.io'] }, async (edge, session) => {
        const heard = await session.ok<Attached>('pods_attach', { ...pod, stdin: 'echo\n', timeout_s: 5 });
        expect(heard).toEqual({ context: 'edge', ended: false, stdout: 'echo\n', stderr: '' });
        await expect.poll(() => edge.open()).toEqual({ programs: 0, sockets: 0 });
      });
    });

    it('asks for a terminal where the container has one, which has one output', async () => {
      const pod = await target('terminal', { stdin: true, tty: true });
      const asked: URLSearchParams[] = [];
      const onSocket: EdgeOptions['onSocket'] = (socket, request) => {
        asked.push(new URL(request.url ?? '', 'http://edge').searchParams);
        socket.send(Buffer.from('\u0001\u001B[31mred\u001B[0m'));
        socket.send(Buffer.from('\u0003{"status":"Success"}'));
      };
      await over({ onSocket }, async (_edge, session) => {
        expect(await session.ok<Attached>('pods_attach', pod)).toMatchObject({ ended: true, stdout: 'red' });
      });
      expect(Object.fromEntries(asked[0]!)).toEqual({ container: 'main', stdin: 'false', stdout: 'true', stderr: 'false', tty: 'true' });
    });

    it('says what went wrong', async () => {
      const pod = await target('breaks');
      const failure = '\u0003{"status":"Failure","message":"container main not found"}';
      await over({ onSocket: (socket) => socket.send(Buffer.from(failure)) }, async (_edge, session) =>
        expect(await session.fails('pods_attach', pod)).toMatchObject({
          code: 'upstream_error',
          message: expect.stringContaining('not found'),
        }),
      );
      await over({ onSocket: (socket) => socket.close(1000) }, async (_edge, session) =>
        expect(await session.fails('pods_attach', pod)).toMatchObject({ code: 'unavailable' }),
      );
    });
  });

  it('refuses an input that nobody would read, a pod that does not run, and what the operator forbids', async () => {
    const pod = { ...(await target('deaf', {})), context: 'admin' };
    expect(await bench.fails('pods_attach', { ...pod, stdin: 'x' })).toMatchObject({
      code: 'unsupported',
      hint: expect.stringContaining('pods_exec'),
    });
    expect(await bench.fails('pods_attach', { ...pod, name: 'nobody' })).toMatchObject({ code: 'not_found' });
    const strict = await bench.with({ rules: [{ verbs: ['attach'], decide: 'deny' }] });
    expect(await strict.fails('pods_attach', pod)).toMatchObject({ code: 'forbidden' });
  });

  it('shows before it happens what would be written', async () => {
    const pod = { ...(await target('asked')), context: 'admin' };
    const careful = await bench.with({}, { confirm: 'plan' });
    const { code, details } = await careful.fails('pods_attach', { ...pod, stdin: 'DROP TABLE x;\n' });
    expect(code).toBe('confirmation_required');
    expect(JSON.stringify(details)).toContain('DROP TABLE x;');
  });
});
