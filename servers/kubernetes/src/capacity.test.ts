import { expect, it } from 'vitest';
import { podSum, unrequested } from './capacity/requests.ts';
import type { PodSpec } from './client/pod-spec.ts';
import { amountText, quantity } from './report/quantity.ts';
import { kubernetesSuite } from './testing/fixture.ts';

interface Report {
  nodes: string[][];
  namespaces: string[][];
  waiting: string[];
  quotas: string[][];
  without_requests: string[];
  counts: Record<string, number>;
}

kubernetesSuite('capacity_report on the real control plane', (bench) => {
  const pod = (name: string, namespace: string, spec: PodSpec & { priority?: number }, annotations = {}) =>
    bench.make({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, annotations }, spec });
  const container = (name: string, requests?: object, limits?: object) => ({
    name,
    image: 'example.test/app:1',
    resources: { ...(requests ? { requests } : {}), ...(limits ? { limits } : {}) } as object,
  });

  it('adds up known requests, limits and quotas', async () => {
    const namespace = await bench.space('known');
    await bench.make({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'small', namespace },
      spec: { hard: { pods: '10', 'requests.cpu': '2' } },
    });
    await pod('plain', namespace, {
      containers: [
        container('a', { cpu: '250m', memory: '64Mi' }, { cpu: '1', memory: '128Mi' }),
        container('b', { cpu: '250m', memory: '64Mi' }),
      ],
    });
    await pod('heavy-start', namespace, {
      initContainers: [
        { ...container('side', { cpu: '100m', memory: '16Mi' }), restartPolicy: 'Always' },
        container('init', { cpu: '900m', memory: '16Mi' }),
      ],
      containers: [container('a', { cpu: '100m', memory: '32Mi' })],
    });
    // its end frees what it asked for
    await pod(
      'ended',
      namespace,
      { containers: [container('a', { cpu: '500m', memory: '1Gi' })] },
      { [bench.backend.fates.annotation]: 'complete' },
    );
    await expect
      .poll(
        async () =>
          (await bench.get<{ status: { phase?: string } } & Awaited<ReturnType<typeof bench.get>>>('pods', 'ended', namespace)).status
            .phase,
        { timeout: 20_000 },
      )
      .toBe('Succeeded');
    const report = () => bench.ok<Report>('capacity_report', { namespace });
    await expect
      .poll(async () => (await report()).quotas, { timeout: 20_000 })
      .toEqual([
        [`${namespace}/small`, 'requests.cpu', '1500m', '2', '75%'],
        [`${namespace}/small`, 'pods', '2', '10', '20%'],
      ]);
    expect(await report()).toMatchObject({
      nodes: [],
      namespaces: [[namespace, '2', '1.5', '176Mi', '1', '128Mi']],
      without_requests: [],
    });
  }, 60_000);

  it('sums a node of its own with its overcommitment, and names pods without requests and without a node', async () => {
    const namespace = await bench.space('node');
    const node = `${namespace}-n`;
    const kind = await bench.cluster.kind('nodes', AbortSignal.timeout(10_000));
    await bench.make({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: node },
      spec: { taints: [{ key: 'own', effect: 'NoSchedule' }] },
    });
    try {
      const report = () => bench.ok<Report>('capacity_report', { max_tokens: 25_000 });
      const row = async () => (await report()).nodes.find(([name]) => name === node);
      await expect.poll(row, { timeout: 20_000 }).toBeDefined();
      await expect.poll(async () => (await row())?.[4], { timeout: 20_000 }).not.toBe('0');
      const { status } = (await bench.get('nodes', node)) as unknown as { status: { allocatable: Record<string, string> } };
      const room = {
        cpu: quantity(status.allocatable['cpu']),
        memory: quantity(status.allocatable['memory']),
        pods: status.allocatable['pods'],
      };
      await pod('own', namespace, {
        nodeName: node,
        containers: [container('a', { cpu: '500m', memory: '1Gi' }, { cpu: String(room.cpu * 2), memory: '1Gi' })],
      });
      await pod('careless', namespace, { nodeName: node, containers: [container('a')] });
      await pod('nowhere', namespace, {
        nodeSelector: { not: 'there' },
        containers: [container('a', { cpu: '1', memory: '1Mi' })],
      } as PodSpec);
      const part = (value: number, whole: number) => `${Math.round((value / whole) * 100)}%`;
      expect(await row()).toEqual([
        node,
        `2/${room.pods}`,
        `500m (${part(0.5, room.cpu)})`,
        `${amountText('cpu', room.cpu * 2)} (200%)`,
        amountText('cpu', room.cpu),
        `1Gi (${part(2 ** 30, room.memory)})`,
        `1Gi (${part(2 ** 30, room.memory)})`,
        amountText('memory', room.memory),
        'cpu 200%',
      ]);
      const whole = await report();
      expect(whole.without_requests).toContain(`${namespace}/careless (cpu, memory)`);
      expect(whole.without_requests.filter((one) => one.startsWith(namespace))).toHaveLength(1);
      expect(Number(whole.waiting[1])).toBeGreaterThanOrEqual(1);
      const small = await bench.server.call('capacity_report', { max_tokens: 500 });
      expect(Buffer.byteLength(JSON.stringify(small.ok === true ? [small.output, small.text] : undefined))).toBeLessThan(2_600);
    } finally {
      await bench.cluster.delete(kind, { name: node }, {}, AbortSignal.timeout(10_000));
    }
  }, 60_000);

  it('leaves out what may not be read, and fails where nothing may', async () => {
    expect(await bench.fails('capacity_report', { context: 'nobody' })).toMatchObject({ code: 'forbidden' });
  });

  it.each([
    ['250m', 0.25],
    ['1.5Gi', 1.5 * 2 ** 30],
    ['2e3', 2_000],
    ['1E', 1e18],
    ['100k', 100_000],
    ['.5', 0.5],
    ['5n', 5e-9],
    ['much', Number.NaN],
    ['1 Gi', Number.NaN],
  ])('reads the quantity %s', (text, value) => {
    expect(quantity(text)).toBe(value);
  });

  it('counts what is set for the whole pod before its containers', () => {
    const spec: PodSpec = {
      resources: { requests: { cpu: '2' } },
      overhead: { cpu: '100m' },
      containers: [container('a', { cpu: '1', memory: '1Mi' })],
    };
    expect(podSum(spec, 'requests')).toEqual({ cpu: 2.1, memory: 2 ** 20 });
    expect(unrequested(spec)).toEqual([]);
    expect(unrequested({ containers: [container('a', { cpu: '1' })] })).toEqual(['memory']);
  });
});
