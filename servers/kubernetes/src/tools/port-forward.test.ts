import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import type { ForwardFacts } from '../forward/forwards.ts';
import { kubernetesSuite } from '../testing/fixture.ts';
import { podBody, running } from '../testing/pods.ts';

const ADA = { id: 'user:ada', kind: 'user', scopes: ['*'], roles: [] } as const;

async function dial(address: string): Promise<Socket> {
  const [host, port] = address.split(':');
  const socket = connect(Number(port), host);
  await once(socket, 'connect');
  return socket;
}

/** What comes back of a text; kwok answers a forwarded port with an echo. */
async function echo(address: string, text: string): Promise<string> {
  const socket = await dial(address);
  let heard = '';
  socket.setEncoding('utf8').on('data', (part: string) => (heard += part));
  socket.write(text);
  await expect.poll(() => heard.length, { timeout: 10_000 }).toBe(text.length);
  socket.destroy();
  return heard;
}

kubernetesSuite('port_forward_start, port_forward_stop, port_forwards_list', (bench) => {
  const start = (args: object): Promise<ForwardFacts> =>
    bench.ok<ForwardFacts>('port_forward_start', { namespace: bench.namespace, context: 'admin', ...args });
  const list = async (): Promise<ForwardFacts[]> => (await bench.ok<{ forwards: ForwardFacts[] }>('port_forwards_list')).forwards;

  it('leads from a port of this machine to a port of a pod, for several connections at once', async () => {
    await running(bench, podBody('echo'));
    const forward = await start({ name: 'echo', port: 80 });
    expect(forward).toMatchObject({ pod: 'echo', port: 80, address: expect.stringMatching(/^127\.0\.0\.1:\d+$/), context: 'admin' });
    const long = 'a line of text\n'.repeat(40_000);
    const [first, second] = await Promise.all([echo(forward.address, 'hello'), echo(forward.address, long)]);
    expect(first).toBe('hello');
    expect(second === long).toBe(true);
    expect(await list()).toEqual([expect.objectContaining({ id: forward.id, address: forward.address })]);

    // those of the echoes are over, though the pod's side cannot be told
    await expect.poll(async () => (await list())[0]?.connections, { timeout: 10_000 }).toBe(0);
    const open = await dial(forward.address);
    await expect.poll(async () => (await list())[0]?.connections).toBe(1);
    open.on('error', () => undefined);
    const closed = once(open, 'close');
    await bench.ok('port_forward_stop', { id: forward.id });
    await closed;
    expect(await list()).toEqual([]);
    const [refused] = await once(connect(Number(forward.address.split(':')[1]), '127.0.0.1'), 'error');
    expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('finds the pod and the port behind a service and by name', async () => {
    await running(bench, podBody('served', { labels: { app: 'served' } }));
    await bench.make({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'front' },
      spec: { selector: { app: 'served' }, ports: [{ name: 'http', port: 8080, targetPort: 'p-main' }] },
    });
    for (const args of [
      { name: 'service/front', port: 8080 },
      { name: 'service/front', port: 'http' },
      { name: 'served', port: 'p-main' },
    ]) {
      const forward = await start(args);
      expect(forward).toMatchObject({ pod: 'served', port: 80 });
      await bench.ok('port_forward_stop', { id: forward.id });
    }
    const away = { namespace: bench.namespace, context: 'admin' };
    expect(await bench.fails('port_forward_start', { ...away, name: 'service/front', port: 1 })).toMatchObject({
      code: 'not_found',
      hint: expect.stringContaining('8080'),
    });
    expect(await bench.fails('port_forward_start', { ...away, name: 'served', port: 'other' })).toMatchObject({ code: 'not_found' });
  });

  it('belongs to whoever opened it', async () => {
    await running(bench, podBody('owned'));
    const session = await bench.with({}, { policy: { decide: () => ({ allow: true, reason: 'test' }) } });
    const as = async (principal: typeof ADA, tool: string, args: object = {}): Promise<string> => {
      const outcome = await session.server.runtime.callTool(tool, args, { ...session.server.caller(), principal });
      return JSON.stringify(outcome.kind === 'result' ? outcome.value.result : outcome);
    };
    const mine = await session.ok<ForwardFacts>('port_forward_start', {
      name: 'owned',
      port: 80,
      namespace: bench.namespace,
      context: 'admin',
    });
    expect(await as(ADA, 'port_forwards_list')).toContain('0 forwarded ports');
    expect(await as(ADA, 'port_forward_stop', { id: mine.id })).toContain('not_found');
    expect((await session.ok<{ forwards: unknown[] }>('port_forwards_list')).forwards).toHaveLength(1);
    expect(await echo(mine.address, 'still mine')).toBe('still mine');
  });

  it('opens so many and no more, and ends all with the server', async () => {
    await running(bench, podBody('many'));
    const session = await bench.with({});
    const args = { name: 'many', port: 80, namespace: bench.namespace, context: 'admin' };
    const opened: ForwardFacts[] = [];
    for (let at = 0; at < 10; at += 1) opened.push(await session.ok<ForwardFacts>('port_forward_start', args));
    expect(await session.fails('port_forward_start', args)).toMatchObject({ code: 'rate_limited' });
    await session.server.close();
    for (const { address } of opened) {
      const [refused] = await once(connect(Number(address.split(':')[1]), '127.0.0.1'), 'error');
      expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
    }
  });

  it('is refused for a port in use, for what does not run, and for those who may not', async () => {
    await running(bench, podBody('ported'));
    const args = { name: 'ported', port: 80, namespace: bench.namespace, context: 'admin' };
    const first = await start({ name: 'ported', port: 80 });
    const taken = Number(first.address.split(':')[1]);
    expect(await bench.fails('port_forward_start', { ...args, local_port: taken })).toMatchObject({ code: 'unavailable' });
    await running(bench, podBody('ended', { annotations: { [bench.backend.fates.annotation]: 'complete' } }));
    await expect
      .poll(async () => (await bench.fails('port_forward_start', { ...args, name: 'ended' })).code, { timeout: 10_000 })
      .toBe('conflict');
    expect(await bench.fails('port_forward_start', { ...args, context: 'reader' })).toMatchObject({ code: 'forbidden' });
    expect(await (await bench.with({}, { readOnly: true })).fails('port_forward_start', args)).toMatchObject({ code: 'read_only' });
    const ruled = await bench.with({ rules: [{ verbs: ['port-forward'], decide: 'deny' }] });
    expect(await ruled.fails('port_forward_start', args)).toMatchObject({ code: 'forbidden' });
    const wrong = [
      { port: 0 },
      { port: 70_000 },
      { port: '-x' },
      { local_port: 80 },
      { name: '../x' },
      { port: '80&x=1' },
      { host: '0.0.0.0' },
    ];
    for (const one of wrong)
      expect(await bench.fails('port_forward_start', { ...args, ...one }), JSON.stringify(one)).toMatchObject({ code: 'invalid_input' });
  });
});
