import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Node } from './nodes/change.ts';
import { startEdge, type Edge } from './testing/edge.ts';
import { kubernetesSuite, soon } from './testing/fixture.ts';

interface DrainOutput {
  complete: boolean;
  evicted: string[];
  kept: string[][];
  held: string[][];
  failed: string[][];
}

kubernetesSuite('nodes on the real control plane', (bench) => {
  const pool = `t${randomBytes(4).toString('hex')}`;
  const [first, second] = [`${pool}-a`, `${pool}-b`];
  const context = 'admin';

  const node = (name: string) =>
    bench.make({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels: { pool } },
      // nobody else's pods come here
      spec: { taints: [{ key: 'pool', value: pool, effect: 'NoSchedule' }] },
    });
  const podSpec = (more: object = {}) => ({
    nodeSelector: { pool },
    tolerations: [{ key: 'pool', operator: 'Exists' }],
    terminationGracePeriodSeconds: 1,
    containers: [{ name: 'main', image: 'example.test/app:1' }],
    ...more,
  });
  const template = (app: string, more: object = {}) => ({ metadata: { labels: { app } }, spec: podSpec(more) });
  const deployment = (app: string, replicas: number, more: object = {}) =>
    bench.make({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: app },
      spec: { replicas, selector: { matchLabels: { app } }, template: template(app, more) },
    });
  const budget = (app: string, minAvailable: number) =>
    bench.make({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: app },
      spec: { minAvailable, selector: { matchLabels: { app } } },
    });
  const podsOf = async (app: string, on?: string) => {
    const kind = await bench.cluster.kind('v1/pods', soon());
    const all = await bench.cluster.listAll(kind, { namespace: bench.namespace, labelSelector: `app=${app}` }, soon());
    return all.filter(
      ({ spec, metadata }) =>
        metadata.deletionTimestamp === undefined && (on === undefined || (spec as { nodeName?: string }).nodeName === on),
    );
  };
  const running = (app: string, amount: number) =>
    expect
      .poll(async () => (await podsOf(app)).filter(({ status }) => (status as { phase?: string }).phase === 'Running').length, {
        timeout: 30_000,
      })
      .toBe(amount);
  const remove = async (kind: string, name: string) =>
    bench.cluster.delete(
      await bench.cluster.kind(kind, soon()),
      { namespace: bench.namespace, name },
      { propagation: 'Background' },
      soon(),
    );
  const manage = (args: object) => bench.ok('nodes_manage', { context, name: first, ...args });

  beforeAll(async () => {
    await node(first);
    await node(second);
    await vi.waitFor(
      async () => {
        const listed = await bench.text('nodes_read', { labels: `pool=${pool}` });
        for (const name of [first, second]) expect(listed).toContain(`${name}\tReady`);
      },
      { timeout: 30_000, interval: 200 },
    );
  }, 60_000);

  afterAll(async () => {
    const kind = await bench.cluster.kind('v1/nodes', soon());
    await Promise.allSettled([first, second].map((name) => bench.cluster.delete(kind, { name }, {}, soon())));
  });

  it('cordons, taints and labels, says when nothing changed, and takes it all back', async () => {
    expect(await manage({ action: 'cordon' })).toMatchObject({ changed: true, unschedulable: true });
    expect(await manage({ action: 'cordon' })).toMatchObject({ changed: false, unschedulable: true });
    expect(await bench.text('nodes_read', { labels: `pool=${pool}` })).toContain(`${first}\tSchedulingDisabled`);
    // the controller's own taint for a cordoned node comes and goes a moment later
    const closed = async () =>
      ((await bench.get<Node>('nodes', first)).spec?.taints ?? []).some(({ key }) => key === 'node.kubernetes.io/unschedulable');
    await expect.poll(closed, { timeout: 10_000 }).toBe(true);
    expect(await manage({ action: 'uncordon' })).toMatchObject({ changed: true, unschedulable: false });
    await expect.poll(closed, { timeout: 10_000 }).toBe(false);
    const own = `pool=${pool}:NoSchedule`;
    expect(await manage({ action: 'taint', key: 'gpu', value: 'yes', effect: 'PreferNoSchedule' })).toMatchObject({
      taints: expect.arrayContaining([own, 'gpu=yes:PreferNoSchedule']) as unknown,
    });
    expect(await manage({ action: 'taint', key: 'gpu', value: 'no', effect: 'PreferNoSchedule' })).toMatchObject({
      changed: true,
      taints: [own, 'gpu=no:PreferNoSchedule'],
    });
    expect(await manage({ action: 'untaint', key: 'gpu' })).toMatchObject({ changed: true, taints: [own] });
    expect(await manage({ action: 'untaint', key: 'gpu' })).toMatchObject({ changed: false });
    expect(await manage({ action: 'label', labels: { tier: 'gold' } })).toMatchObject({ labels: { tier: 'gold' } });
    expect(await manage({ action: 'label', labels: { tier: null } })).toMatchObject({ changed: true, labels: {} });
    expect((await bench.get<Node>('nodes', first)).metadata.labels).not.toHaveProperty('tier');
  });

  it('refuses what ends pods, what is not there, a wrong context and who may not', async () => {
    const taint = { context, action: 'taint', key: 'gpu' };
    expect(await bench.fails('nodes_manage', { ...taint, name: first, effect: 'NoExecute' })).toMatchObject({ code: 'unsupported' });
    expect(await bench.fails('nodes_manage', { ...taint, name: first })).toMatchObject({ code: 'invalid_input' });
    expect(await bench.fails('nodes_manage', { context, action: 'cordon', name: `${first}x` })).toMatchObject({
      code: 'not_found',
      hint: expect.stringContaining(first) as unknown,
    });
    expect(await bench.fails('nodes_manage', { action: 'cordon', name: first })).toMatchObject({ code: 'invalid_input' });
    expect(await bench.fails('nodes_manage', { context: 'reader', action: 'cordon', name: first })).toMatchObject({
      code: 'forbidden',
      details: { missing: { verb: 'patch', resource: 'nodes' } },
    });
    const strict = await bench.with({ rules: [{ kinds: ['nodes'], verbs: ['patch'], decide: 'deny' }] });
    expect(await strict.fails('nodes_manage', { context, action: 'cordon', name: first })).toMatchObject({ code: 'forbidden' });
    expect((await bench.get<Node>('nodes', first)).spec?.unschedulable).toBeUndefined();
  });

  it('drains within the budgets: held back until one is released, DaemonSet pods kept, the node cordoned', async () => {
    await manage({ action: 'cordon', name: second });
    await deployment('web', 2);
    await deployment('tight', 1);
    await budget('tight', 1);
    await bench.make({
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'agent' },
      spec: { selector: { matchLabels: { app: 'agent' } }, template: template('agent') },
    });
    await running('web', 2);
    await running('tight', 1);
    await running('agent', 2);
    await manage({ action: 'uncordon', name: second });
    await expect
      .poll(async () => ((await bench.get('poddisruptionbudgets', 'tight'))['status'] as { currentHealthy?: number }).currentHealthy, {
        timeout: 20_000,
      })
      .toBe(1);

    const planning = await bench.with({}, { confirm: 'plan' });
    const plan = (await planning.fails('nodes_drain', { context, name: first })).details as {
      plan: { summary: string; changes: string[] };
    };
    const [held] = await podsOf('tight');
    expect(plan.plan.summary).toContain('evict 3 pods, 1 of them held back by a budget now; 1 stay');
    expect(plan.plan.changes).toContain(`evicted: ${bench.namespace}/${held?.metadata.name} (held back by the budget tight)`);
    expect(plan.plan.changes.filter((one) => one.startsWith('kept: '))).toMatchObject([expect.stringContaining('of the DaemonSet agent')]);

    const short = await bench.ok<DrainOutput>('nodes_drain', { context, name: first, timeout_seconds: 10 });
    expect(short.complete).toBe(false);
    expect(short.evicted).toHaveLength(2);
    expect(short.held).toMatchObject([[`${bench.namespace}/${held?.metadata.name}`, expect.stringContaining('disruption budget')]]);
    expect(short.kept).toHaveLength(1);
    expect((await bench.get<Node>('nodes', first)).spec?.unschedulable).toBe(true);
    expect((await podsOf('tight', first)).map(({ metadata }) => metadata.uid)).toEqual([held?.metadata.uid]);

    // released while the second drain waits
    const steps: string[] = [];
    const done = bench.ok<DrainOutput>(
      'nodes_drain',
      { context, name: first, timeout_seconds: 60 },
      { onProgress: ({ message = '' }) => steps.push(message) },
    );
    await expect.poll(() => steps.some((one) => one.includes('1 held back')), { timeout: 20_000 }).toBe(true);
    await remove('poddisruptionbudgets', 'tight');
    expect(await done).toMatchObject({ complete: true, evicted: [`${bench.namespace}/${held?.metadata.name}`], held: [], failed: [] });
    expect(steps.at(-1)).toBe('1 of 1 pods are gone');
    expect(await podsOf('agent', first)).toHaveLength(1);
    await running('tight', 1);
    expect(await podsOf('tight', second)).toHaveLength(1);
    expect((await bench.get<Node>('nodes', first)).spec?.unschedulable).toBe(true);
    await manage({ action: 'uncordon' });
    for (const app of ['web', 'tight']) await remove('deployments', app);
    await remove('daemonsets', 'agent');
  }, 120_000);

  it('refuses before it touches anything while pods would be lost, and takes them with the flags', async () => {
    await bench.make({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'alone', labels: { app: 'alone' } },
      spec: podSpec({ nodeName: first }),
    });
    await deployment('scratch', 1, { nodeName: first, volumes: [{ name: 'cache', emptyDir: {} }] });
    await running('alone', 1);
    await running('scratch', 1);
    const refused = await bench.fails('nodes_drain', { context, name: first });
    expect(refused).toMatchObject({ code: 'conflict' });
    expect(JSON.stringify(refused.details)).toMatch(/alone.*needs force.*scratch.*needs delete_empty_dir/);
    expect((await bench.get<Node>('nodes', first)).spec?.unschedulable).toBeUndefined();
    expect(await bench.fails('nodes_drain', { context, name: first, force: true })).toMatchObject({ code: 'conflict' });
    await remove('deployments', 'scratch');
    await expect.poll(() => podsOf('scratch').then((all) => all.length), { timeout: 20_000 }).toBe(0);
    expect(await bench.ok<DrainOutput>('nodes_drain', { context, name: first, force: true, delete_empty_dir: true })).toMatchObject({
      complete: true,
    });
    expect(await podsOf('alone')).toEqual([]);
    await manage({ action: 'uncordon' });
  }, 60_000);

  it('keeps the mirrors of static pods, written as their kubelet writes them, and lists them, also with force', async () => {
    const { uid = '' } = (await bench.get<Node>('nodes', first)).metadata;
    const mirror = (name: string, more: object) =>
      bench.make({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          name: `${name}-${first}`,
          labels: { app: name },
          annotations: {
            'kubernetes.io/config.hash': 'a3f1c09b5f2e4d7788b0c6d5e4f3a2b1',
            'kubernetes.io/config.mirror': 'a3f1c09b5f2e4d7788b0c6d5e4f3a2b1',
            'kubernetes.io/config.seen': new Date().toISOString(),
            'kubernetes.io/config.source': 'file',
          },
          ...more,
        },
        spec: podSpec({ nodeName: first, volumes: [{ name: 'scratch', emptyDir: {} }] }),
      });
    // what NodeRestriction lets a kubelet make: only its node owns it; kubelets before 1.17 named no owner
    const mirrors = [
      await mirror('proxy', { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: first, uid, controller: true }] }),
      await mirror('etcd', {}),
    ];
    // the kubelet says where it has any pod from: that alone makes no static pod
    const annotations = { 'kubernetes.io/config.source': 'api', 'kubernetes.io/config.seen': new Date().toISOString() };
    const alike = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'alike', labels: { app: 'alike' }, annotations } };
    await bench.make({ ...alike, spec: podSpec({ nodeName: first }) });
    for (const app of ['proxy', 'etcd', 'alike']) await running(app, 1);

    const stay = ['etcd', 'proxy'].map((name) => `${bench.namespace}/${name}-${first}`);
    const planning = await bench.with({}, { confirm: 'plan' });
    const { plan } = (await planning.fails('nodes_drain', { context, name: first })).details as {
      plan: { summary: string; changes: string[] };
    };
    expect(plan.summary).toContain('2 stay. REFUSED as it is, because of 1 pod');
    expect(plan.changes).toEqual([
      `refused: ${bench.namespace}/alike (nothing makes it again: needs force)`,
      ...stay.map((one) => `kept: ${one} (a static pod: the node itself runs it)`),
    ]);
    expect(await bench.ok<DrainOutput>('nodes_drain', { context, name: first, force: true, delete_empty_dir: true })).toMatchObject({
      complete: true,
      evicted: [`${bench.namespace}/alike`],
      kept: stay.map((one) => [one, 'a static pod: the node itself runs it']),
      held: [],
      failed: [],
    });
    for (const { metadata } of mirrors) {
      const now = await bench.get('v1/pods', metadata.name);
      expect(now.metadata.uid).toBe(metadata.uid);
      expect(now.metadata.deletionTimestamp).toBeUndefined();
      await remove('pods', metadata.name);
    }
    await manage({ action: 'uncordon' });
  }, 60_000);

  it('stops when the caller does, and keeps to a rule that denies eviction', async () => {
    await manage({ action: 'cordon', name: second });
    await deployment('stuck', 1);
    await budget('stuck', 1);
    await running('stuck', 1);
    const denying = await bench.with({ rules: [{ verbs: ['evict'], namespaces: [bench.namespace], decide: 'deny' }] });
    expect(await denying.fails('nodes_drain', { context, name: first })).toMatchObject({ code: 'forbidden' });
    expect((await bench.get<Node>('nodes', first)).spec?.unschedulable).toBeUndefined();
    const stop = new AbortController();
    const steps: string[] = [];
    const draining = bench.fails(
      'nodes_drain',
      { context, name: first, timeout_seconds: 300 },
      { signal: stop.signal, onProgress: ({ message = '' }) => steps.push(message) },
    );
    await expect.poll(() => steps.length, { timeout: 20_000 }).toBeGreaterThan(0);
    stop.abort();
    expect(await draining).toMatchObject({ code: 'cancelled' });
    expect(await podsOf('stuck', first)).toHaveLength(1);
    expect((await bench.get<Node>('nodes', first)).spec?.unschedulable).toBe(true);
    await remove('poddisruptionbudgets', 'stuck');
    await remove('deployments', 'stuck');
    await manage({ action: 'uncordon' });
    await manage({ action: 'uncordon', name: second });
  }, 60_000);

  it('says that nothing is measured where there is no metrics API, and reaches no kubelet in read-only mode', async () => {
    expect(await bench.fails('nodes_read', { view: 'top' })).toMatchObject({ code: 'unsupported' });
    expect(await bench.fails('nodes_read', { view: 'stats' })).toMatchObject({ code: 'invalid_input' });
    const reading = await bench.with({}, { readOnly: true });
    for (const view of ['stats', 'log'])
      expect(await reading.fails('nodes_read', { view, name: first })).toMatchObject({
        code: 'read_only',
        message: expect.stringContaining('proxy') as unknown,
      });
    const context_ = await bench.with({ readOnlyContexts: ['admin'] });
    expect(await context_.fails('nodes_read', { view: 'stats', name: first })).toMatchObject({ code: 'read_only' });
    expect(await bench.fails('nodes_read', { view: 'stats', name: first, context: 'nobody' })).toMatchObject({ code: 'forbidden' });
    for (const query of ['../etc/shadow', '/../../etc/shadow', '-x', 'a b'])
      expect(await bench.fails('nodes_read', { view: 'log', name: first, query }), query).toMatchObject({ code: 'invalid_input' });
    expect(await reading.ok('nodes_read', { labels: `pool=${pool}` })).toMatchObject({
      rows: [expect.arrayContaining([first]), expect.arrayContaining([second])],
    });
  });

  it('shows use and logs as an edge answers for the kubelet and the metrics API, which kwok does not play', async () => {
    const asked: string[] = [];
    const edge: Edge = await startEdge(bench.backend, bench.root, {
      answer(url) {
        if (url.pathname === '/apis/metrics.k8s.io/v1beta1/nodes')
          return { items: [{ metadata: { name: first }, usage: { cpu: '500000000n', memory: '1Gi' } }] };
        if (!url.pathname.startsWith(`/api/v1/nodes/${first}/proxy/`)) return undefined;
        asked.push(`${url.pathname.split('/proxy')[1] ?? ''}${url.search}`);
        if (url.pathname.endsWith('/stats/summary'))
          return {
            node: { cpu: { usageNanoCores: 2e9 }, memory: { workingSetBytes: 2 ** 30 }, fs: { usedBytes: 2 ** 20 } },
            pods: [
              { podRef: { namespace: 'x', name: 'small' }, memory: { workingSetBytes: 1024 } },
              { podRef: { namespace: 'x', name: 'large' }, cpu: { usageNanoCores: 5e6 }, memory: { workingSetBytes: 2 ** 21 } },
            ],
          };
        return `first line\n${'filler\n'.repeat(20_000)}password=planted-canary-9\nlast line\n`;
      },
    });
    const session = await bench.with({ kubeconfig: edge.kubeconfig, context: 'edge' });
    const top = await session.ok<{ rows: string[][] }>('nodes_read', { view: 'top', labels: `pool=${pool}` });
    expect(top.rows[0]).toEqual([first, '500m', expect.stringMatching(/^\d+%$/), '1Gi', expect.stringMatching(/^\d+%$/)]);
    expect(top.rows[1]).toEqual([second, '?', '?', '?', '?']);
    const stats = await session.ok<{ rows: string[][] }>('nodes_read', { view: 'stats', name: first });
    expect(stats.rows).toEqual([
      ['(node)', '2', '1Gi', '1Mi'],
      ['(images)', '', '', '?'],
      ['x/large', '5m', '2Mi', '?'],
      ['x/small', '?', '1Ki', '?'],
    ]);
    const { log } = await session.ok<{ log: string }>('nodes_read', {
      view: 'log',
      name: first,
      tail: 50,
      since: '15m',
      pattern: 'a b',
      max_tokens: 500,
    });
    expect(log).toContain('last line');
    expect(log).not.toContain('planted-canary-9');
    expect(Buffer.byteLength(log)).toBeLessThan(1_000);
    expect(asked.at(-1)).toMatch(/^\/logs\/query\?query=kubelet&tailLines=50&sinceTime=\d{4}-.*&pattern=a(\+|%20)b$/);
    await edge.close();
  });
});
