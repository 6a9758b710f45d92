import { expect, it } from 'vitest';
import { deployment, firstCause, type Diagnosis } from '../testing/diagnosis.ts';
import { kubernetesSuite, soon } from '../testing/fixture.ts';

kubernetesSuite('diagnose', (bench) => {
  it('names missing permissions as gaps, and says what it can', async () => {
    const namespace = await bench.space('reader');
    await bench.make(deployment(bench, 'web', { namespace, fate: 'oom' }));
    await firstCause(bench, { namespace }, 'out_of_memory', 'Deployment/web');
    const reader = await bench.ok<Diagnosis>('diagnose', { namespace, context: 'reader' });
    expect(reader.causes[0]).toMatchObject({ cause: 'out_of_memory' });
    expect(reader.gaps).toEqual([`reader lacks the permission to list secrets in the namespace ${namespace}.`]);
    const nobody = await bench.ok<Diagnosis>('diagnose', { namespace, context: 'nobody' });
    expect(nobody.causes).toEqual([]);
    expect(nobody.verdict).toContain('its pods could not be read');
    expect(nobody.gaps.length).toBeGreaterThan(3);
  });

  it('does not take what it may not see for missing', async () => {
    const namespace = await bench.space('unseen');
    await bench.make({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'front', namespace },
      spec: { tls: [{ secretName: 'absent' }], defaultBackend: { service: { name: 'absent', port: { number: 80 } } } },
    });
    const names = async (context: string) =>
      (await bench.ok<Diagnosis>('diagnose', { namespace, kind: 'Ingress', name: 'front', context })).causes.map(({ cause }) => cause);
    expect(await names('admin')).toContain('tls_secret_missing');
    expect(await names('reader')).not.toContain('tls_secret_missing');
    expect(await names('reader')).toContain('ingress_service_missing');
  });

  it('reads no Secret, and lets none of its values out of events and logs', async () => {
    const namespace = await bench.space('secret');
    const value = 'correct-horse-battery-staple';
    await bench.make({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login', namespace }, stringData: { password: value } });
    await bench.ok('resources_get', { kind: 'Secret', name: 'login', namespace });
    await bench.make(deployment(bench, 'web', { namespace, fate: 'image-pull' }));
    await firstCause(bench, { namespace }, 'image_not_found', 'Deployment/web');
    const sets = await bench.cluster.kind('apps/v1/replicasets', soon());
    const [set] = (await bench.cluster.list(sets, { namespace }, soon())).items;
    const message = `Error creating: sign-in with ${value} failed`;
    await bench.make(
      event(namespace, 'leak', { kind: 'ReplicaSet', name: set?.metadata.name ?? '' }, { reason: 'FailedCreate', message, count: 9_000 }),
    );
    const pods = await bench.cluster.kind('v1/pods', soon());
    const [pod] = (await bench.cluster.list(pods, { namespace }, soon())).items;
    const state = { waiting: { reason: 'ImagePullBackOff', message: `login ${value} is not accepted: not found` } };
    const containerStatuses = [{ name: 'main', image: '', imageID: '', ready: false, restartCount: 0, state }];
    const place = { namespace, name: pod?.metadata.name ?? '' };
    await bench.cluster.patch(pods, place, { status: { containerStatuses } }, { type: 'merge', subresource: 'status' }, soon());
    expect((await bench.ok<Diagnosis>('diagnose', { namespace })).causes[0]?.evidence[0]).toMatch(/login \[masked \w{8}\] is not accepted/);
    for (const tool of ['diagnose', 'events_list']) {
      const answer = JSON.stringify(await bench.server.call(tool, { namespace }));
      expect(answer).toContain('sign-in with [masked ');
      expect(answer).not.toContain(value);
    }
  });

  it('names what floods a namespace with events, and puts it after what is broken', async () => {
    const namespace = await bench.space('storm');
    const about = { kind: 'ConfigMap', name: 'sync' };
    await bench.make(event(namespace, 'storm', about, { reason: 'SyncRetry', message: 'will retry', count: 9_000 }));
    const { causes } = await firstCause(bench, { namespace }, 'event_storm', 'ConfigMap/sync');
    expect(causes[0]?.title).toMatch(/about \d+ a minute/);
    await bench.make(deployment(bench, 'web', { namespace, fate: 'oom' }));
    await firstCause(bench, { namespace }, 'out_of_memory', 'Deployment/web');
  });

  it('names the finalizer that keeps a namespace', async () => {
    const namespace = await bench.space('stuck');
    const maps = await bench.cluster.kind('v1/configmaps', soon());
    await bench.make({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'held', namespace, finalizers: ['example.com/cleanup'] } });
    await bench.cluster.delete(await bench.cluster.kind('v1/namespaces', soon()), { name: namespace }, {}, soon());
    try {
      const { causes } = await firstCause(bench, { namespace }, 'finalizer_stuck', `Namespace/${namespace}`);
      expect(causes[0]?.evidence.join('\n')).toContain('example.com/cleanup');
      await firstCause(bench, { kind: 'Namespace', name: namespace }, 'finalizer_stuck', `Namespace/${namespace}`);
    } finally {
      await bench.cluster.patch(maps, { namespace, name: 'held' }, { metadata: { finalizers: null } }, { type: 'merge' }, soon());
    }
  });

  it('looks at all namespaces, and names where', async () => {
    const namespace = await bench.space('all');
    await bench.make(deployment(bench, 'web', { namespace, fate: 'oom' }));
    await expect
      .poll(
        async () =>
          (await bench.ok<Diagnosis>('diagnose', { namespace: '*', kind: 'Deployment', max_tokens: 20_000 })).causes.map(
            ({ object }) => object,
          ),
        { timeout: 20_000 },
      )
      .toContain(`Deployment/${namespace}/web`);
  });

  it('answers within its budget', async () => {
    const namespace = await bench.space('budget');
    await Promise.all(
      Array.from({ length: 12 }, (_, at) => bench.make(deployment(bench, `web-${at}`, { namespace, replicas: 3, fate: 'image-pull' }))),
    );
    await expect.poll(async () => (await bench.ok<Diagnosis>('diagnose', { namespace })).verdict, { timeout: 30_000 }).toContain('Besides');
    const result = await bench.server.call('diagnose', { namespace, max_tokens: 800 });
    if (result.ok !== true) throw new Error(JSON.stringify(result));
    expect((Buffer.byteLength(result.text) + Buffer.byteLength(JSON.stringify(result.output))) / 4).toBeLessThan(1_000);
  });

  it('answers for what is not there with near names, and refuses what is no question', async () => {
    await bench.make(deployment(bench, 'payments', { namespace: bench.namespace }));
    expect(await bench.fails('diagnose', { namespace: bench.namespace, kind: 'Deployment', name: 'payment' })).toMatchObject({
      code: 'not_found',
      hint: 'Did you mean payments?',
    });
    expect(await bench.fails('diagnose', { namespace: bench.namespace, name: 'paiments' })).toMatchObject({
      code: 'not_found',
      hint: expect.stringContaining('"payments"'),
    });
    expect(await bench.fails('diagnose', { namespace: `${bench.namespace}s` })).toMatchObject({
      code: 'not_found',
      hint: `Did you mean ${bench.namespace}?`,
    });
    expect(await bench.fails('diagnose', { namespace: '*', kind: 'Deployment', name: 'web' })).toMatchObject({ code: 'invalid_input' });
    for (const hostile of [
      { name: '../../secrets' },
      { namespace: '../kube-system' },
      { kind: 'pods/../../nodes' },
      { kind: 'pods', name: 'a?b' },
    ])
      expect(await bench.fails('diagnose', hostile)).toMatchObject({ code: 'invalid_input' });
  });

  it('does not look where the operator forbids it', async () => {
    const closed = await bench.with({ namespaces: { deny: [bench.namespace] } });
    expect(await closed.fails('diagnose', { namespace: bench.namespace })).toMatchObject({ code: 'forbidden' });
    expect(await closed.fails('diagnose', { namespace: bench.namespace, kind: 'Deployment', name: 'payments' })).toMatchObject({
      code: 'forbidden',
    });
  });
});

function event(
  namespace: string,
  name: string,
  about: { kind: string; name: string },
  { reason, message, count }: { reason: string; message: string; count: number },
) {
  const now = Date.now();
  const time = (ago: number): string => new Date(now - ago).toISOString().replace(/\.\d+Z/, 'Z');
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace },
    involvedObject: { apiVersion: 'v1', namespace, ...about },
    type: 'Warning',
    reason,
    message,
    count,
    firstTimestamp: time(1_800_000),
    lastTimestamp: time(1_000),
    source: { component: 'test' },
  };
}
