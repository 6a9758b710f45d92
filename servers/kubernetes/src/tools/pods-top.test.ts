import { expect, it } from 'vitest';
import { startEdge } from '../testing/edge.ts';
import { kubernetesSuite } from '../testing/fixture.ts';
import { podBody, running } from '../testing/pods.ts';

interface Top {
  columns: string[];
  rows: string[][];
  total: number;
  left: number;
}

kubernetesSuite('pods_top', (bench) => {
  it('says that there is no metrics server', async () => {
    expect(await bench.fails('pods_top', { namespace: bench.namespace })).toMatchObject({
      code: 'missing_dependency',
      hint: expect.stringContaining('metrics-server'),
    });
  });

  it('over an edge that plays the metrics server: gives what is used, beside the limits, the most first', async () => {
    const small = podBody('small');
    await running(bench, {
      ...small,
      spec: {
        ...small.spec,
        containers: small.spec.containers.map((one) => ({ ...one, resources: { limits: { cpu: '200m', memory: '1Gi' } } })),
      },
    });
    await running(bench, podBody('big', { containers: ['main', 'json'] }));
    const item = (name: string, ...containers: [string, string, string][]): object => ({
      metadata: { name, namespace: bench.namespace },
      timestamp: new Date().toISOString(),
      window: '15s',
      containers: containers.map(([container, cpu, memory]) => ({ name: container, usage: { cpu, memory } })),
    });
    const metrics = (): object[] => [
      item('small', ['main', '50123456n', '262144Ki']),
      item('big', ['main', '1500m', '100Mi'], ['json', '250u', '4096Ki']),
    ];
    const edge = await startEdge(bench.backend, bench.root, { metrics });
    try {
      const session = await bench.with({ kubeconfig: edge.kubeconfig, context: 'edge' });
      expect(await session.ok<Top>('pods_top', { namespace: bench.namespace })).toEqual({
        context: 'edge',
        columns: ['POD', 'CPU', 'CPU%', 'MEMORY', 'MEMORY%'],
        rows: [
          ['big', '1.5', '-', '104Mi', '-'],
          ['small', '50.1m', '25%', '256Mi', '25%'],
        ],
        total: 2,
        left: 0,
      });
      const each = await session.ok<Top>('pods_top', { namespace: '*', containers: true, sort_by: 'memory', limit: 1 });
      expect(each).toMatchObject({
        columns: ['NAMESPACE', 'POD', 'CONTAINER', 'CPU', 'CPU%', 'MEMORY', 'MEMORY%'],
        rows: [[bench.namespace, 'small', 'main', '50.1m', '25%', '256Mi', '25%']],
        total: 3,
        left: 2,
      });
    } finally {
      await edge.close();
    }
  });
});
