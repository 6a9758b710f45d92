import { expect, it, vi } from 'vitest';
import { Cluster } from '../client/cluster.ts';
import { kubernetesSuite } from '../testing/fixture.ts';
import type { Pod } from '../pods/pod.ts';
import { runBody } from '../pods/run.ts';

interface Ran {
  name: string;
  status: string;
  exit_code?: number;
  log: string;
  older?: boolean;
  removed: boolean;
}

const WISH = { namespace: 'x', image: 'busybox', env: {}, cpu: '1', memory: '1Mi', timeoutMs: 1_000, keep: false, tail: 1 } as const;

kubernetesSuite('pods_run', (bench) => {
  const args = (more: object = {}): object => ({ namespace: bench.namespace, context: 'admin', image: 'registry.test/app:1', ...more });
  const pods = async (): Promise<Pod[]> => {
    const kind = await bench.cluster.kind('v1/pods', AbortSignal.timeout(5_000));
    return bench.cluster.listAll<Pod>(kind, { namespace: bench.namespace }, AbortSignal.timeout(5_000));
  };
  /** Lets a pod meet a fate as soon as it is there: the tool itself sets no annotations. */
  const fated = async (name: string, fate: string): Promise<void> => {
    const kind = await bench.cluster.kind('v1/pods', AbortSignal.timeout(5_000));
    await expect.poll(async () => (await pods()).some(({ metadata }) => metadata.name === name), { timeout: 10_000 }).toBe(true);
    await bench.cluster.patch(
      kind,
      { namespace: bench.namespace, name },
      { metadata: { annotations: { [bench.backend.fates.annotation]: fate } } },
      { type: 'merge' },
      AbortSignal.timeout(5_000),
    );
  };

  it('runs to the end, gives log and exit code, and removes the pod', async () => {
    const [ran] = await Promise.all([bench.ok<Ran>('pods_run', args({ name: 'good', tail: 5 })), fated('good', 'complete')]);
    expect(ran).toMatchObject({ name: 'good', status: 'Completed', exit_code: 0, removed: true, older: true });
    expect(ran.log).toMatch(/request 40 answered/);
    const [bad] = await Promise.all([bench.ok<Ran>('pods_run', args({ name: 'bad' })), fated('bad', 'failed')]);
    expect(bad).toMatchObject({ exit_code: 1, removed: true });
    await expect.poll(async () => (await pods()).length, { timeout: 10_000 }).toBe(0);
  });

  it('asks for no privileges and no token unless it is told to', async () => {
    const running = bench.ok<Ran>('pods_run', args({ name: 'shy', timeout_s: 8, env: { MODE: 'test' } }));
    await expect.poll(async () => (await pods()).length, { timeout: 10_000 }).toBe(1);
    const { spec, metadata } = (await pods())[0] as Pod & { spec: Record<string, unknown> };
    expect(metadata.name).toBe('shy');
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      restartPolicy: 'Never',
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        { securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }, env: [{ name: 'MODE', value: 'test' }] },
      ],
    });
    expect(JSON.stringify(runBody({ ...WISH, security: 'image' }))).not.toContain('securityContext');
    const late = await running;
    expect(late).toMatchObject({ status: 'Running', removed: true });
    expect(late.exit_code).toBeUndefined();
  });

  it('is taken in a namespace that enforces the restricted standard', async () => {
    const namespace = await bench.space('strict', { 'pod-security.kubernetes.io/enforce': 'restricted' });
    expect(await bench.fails('pods_run', args({ namespace, security: 'image', timeout_s: 1 }))).toMatchObject({ code: 'forbidden' });
    expect(await bench.ok<Ran>('pods_run', args({ namespace, timeout_s: 1 }))).toMatchObject({ removed: true });
  });

  it('gives up at once on an image that cannot be had, and leaves nothing behind when it is cancelled', async () => {
    const begin = Date.now();
    const [failure] = await Promise.all([
      bench.fails('pods_run', args({ name: 'no-image', timeout_s: 60 })),
      fated('no-image', 'image-pull'),
    ]);
    expect(failure).toMatchObject({ code: 'upstream_error', message: expect.stringContaining('ImagePullBackOff') });
    expect(Date.now() - begin).toBeLessThan(20_000);
    const cancel = new AbortController();
    const calling = bench.fails('pods_run', args({ name: 'dropped' }), { signal: cancel.signal });
    await expect.poll(async () => (await pods()).some(({ metadata }) => metadata.name === 'dropped'), { timeout: 10_000 }).toBe(true);
    cancel.abort();
    expect(await calling).toMatchObject({ code: 'cancelled' });
    await expect.poll(async () => (await pods()).length, { timeout: 10_000 }).toBe(0);
  });

  it('leaves nothing behind either when it is cancelled before the cluster says that it made the pod', async () => {
    const cancel = new AbortController();
    const create = Cluster.prototype.create;
    const answer = vi.spyOn(Cluster.prototype, 'create').mockImplementation(async function (this: Cluster, kind, place, body, signal) {
      const made = await create.call(this, kind, place, body, AbortSignal.timeout(10_000));
      cancel.abort();
      signal.throwIfAborted();
      return made;
    });
    try {
      expect(await bench.fails('pods_run', args({ name: 'unheard' }), { signal: cancel.signal })).toMatchObject({ code: 'cancelled' });
      expect(answer).toHaveBeenCalledOnce();
    } finally {
      answer.mockRestore();
    }
    await expect.poll(async () => (await pods()).length, { timeout: 10_000 }).toBe(0);
  });

  it('is refused by rules, by the cluster and in read-only mode before anything is made', async () => {
    const keeps = await bench.with({ rules: [{ verbs: ['delete'], kinds: ['pods'], decide: 'deny' }] });
    expect(await keeps.fails('pods_run', args())).toMatchObject({ code: 'forbidden' });
    expect(await (await bench.with({}, { readOnly: true })).fails('pods_run', args())).toMatchObject({ code: 'read_only' });
    expect(await bench.fails('pods_run', args({ context: 'reader' }))).toMatchObject({ code: 'forbidden' });
    const wrong = [
      { image: '' },
      { image: '-x' },
      { image: 'a b' },
      { image: 'a\nb' },
      { name: '../x' },
      { cpu: 'lots' },
      { memory: '-1' },
      { env: { 'A=B': 'c' } },
      { command: 'ls' },
    ];
    for (const one of wrong) expect(await bench.fails('pods_run', args(one)), JSON.stringify(one)).toMatchObject({ code: 'invalid_input' });
    expect(await pods()).toEqual([]);
  });
});
