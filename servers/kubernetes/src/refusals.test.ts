import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { server } from './server.ts';
import { changes } from './testing/changes.ts';
import { kubernetesSuite, soon } from './testing/fixture.ts';

/** Changing tools that this question does not fit, and why. */
const ELSEWHERE: Record<string, string> = {
  helm_install: 'needs Helm and a chart',
  helm_rollback: 'reads the release Secrets first, which a reader may not',
  helm_test: 'reads the release Secrets first, which a reader may not',
  helm_uninstall: 'reads the release Secrets first, which a reader may not',
  helm_upgrade: 'needs Helm and a chart',
  pods_cp: 'its own tests',
  port_forward_start: 'the right is asked for by the first connection',
  port_forward_stop: 'changes nothing in the cluster',
  secret_read: 'is off by default',
};

kubernetesSuite('a reader asks for what it may not do', (bench) => {
  // empty: a drain that other files' pods stand in the way of would be refused for that
  const node = `t${randomBytes(4).toString('hex')}-empty`;

  beforeAll(async () => {
    const taints = [{ key: 'empty', value: 'yes', effect: 'NoSchedule' }];
    await bench.make({ apiVersion: 'v1', kind: 'Node', metadata: { name: node }, spec: { taints } });
    await bench.make({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { a: '1' } });
    const container = { name: 'main', image: 'registry.example/web:1' };
    await bench.make({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [container] } });
    const fate = { [bench.backend.fates.annotation]: 'failed' };
    await bench.make({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'failed', annotations: fate },
      spec: { containers: [container], restartPolicy: 'Never' },
    });
    await bench.make({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'shop' },
      spec: {
        selector: { matchLabels: { app: 'shop' } },
        template: { metadata: { labels: { app: 'shop' } }, spec: { containers: [container] } },
      },
    });
    const phase = async (name: string) => ((await bench.get('pods', name))['status'] as { phase?: string }).phase;
    await vi.waitFor(async () => expect([await phase('web'), await phase('failed')]).toEqual(['Running', 'Failed']), { timeout: 20_000 });
  }, 60_000);

  afterAll(async () => {
    await bench.cluster.delete(await bench.cluster.kind('v1/nodes', soon()), { name: node }, {}, soon());
  });

  const changing = server.surface().tools.filter(({ effect }) => effect !== 'read');

  it('covers every changing tool', () => {
    expect(changing.map(({ name }) => name).filter((name) => !(name in changes('x')) && !(name in ELSEWHERE))).toEqual([]);
  });

  describe('and is told which permission is missing', () => {
    it.each(changing.map(({ name }) => name).filter((name) => name in changes('x')))('%s', async (name) => {
      const [args, verb] = changes(bench.namespace, node)[name]!;
      const result = await bench.server.call(name, { ...args, context: 'reader' });
      const text = JSON.stringify(result);
      // one that works on many objects says it of each
      expect(result.ok === false ? result.error.code : 'forbidden').toBe('forbidden');
      expect(text).toMatch(new RegExp(`reader lacks the permission to (?:${verb}) `));
    });
  });

  it('and nothing has changed', async () => {
    expect(await bench.get('configmaps', 'settings')).toMatchObject({ data: { a: '1' } });
    expect(await bench.get('deployments', 'shop')).toMatchObject({ spec: { replicas: 1 } });
    expect((await bench.get('pods', 'failed')).metadata.deletionTimestamp).toBeUndefined();
  });
});
