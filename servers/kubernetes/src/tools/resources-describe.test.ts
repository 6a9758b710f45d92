import { expect, it } from 'vitest';
import { deploymentBody } from '../testing/deployments.ts';
import { kubernetesSuite } from '../testing/fixture.ts';

interface Described {
  kind: string;
  status: string;
  owners: string[];
  dependants: Record<string, string[]>;
  conditions: string[][];
  events: string[][];
  yaml: string;
  cut?: number;
}

const container = { env: [{ name: 'DB_PASSWORD', value: 'hunter2-hunter2' }] };

kubernetesSuite(
  'resources_describe',
  (bench) => {
    const describeOne = (kind: string, name: string, more: object = {}) =>
      bench.ok<Described>('resources_describe', { kind, name, namespace: bench.namespace, ...more });
    const podOf = async (app: string): Promise<string> => {
      const { names } = await bench.ok<{ names: Record<string, string[]> }>('resources_list', {
        kind: 'pods',
        namespace: bench.namespace,
        labels: `app=${app}`,
        view: 'names',
      });
      return names[bench.namespace]?.[0] ?? '';
    };

    it('shows an object with what it owns, its conditions and its events', async () => {
      await bench.make(deploymentBody('web', { replicas: 2, container }));
      await bench.ok('resources_wait', { kind: 'deploy', name: 'web', namespace: bench.namespace, for: 'ready' });
      const described = await describeOne('deploy', 'web');
      expect(described).toMatchObject({ kind: 'deployments.apps', status: '2/2 ready', owners: [] });
      expect(described.dependants['replicasets.apps']).toHaveLength(1);
      expect(described.dependants['pods']).toHaveLength(2);
      expect(described.conditions).toContainEqual(['Available', 'True', expect.stringContaining('MinimumReplicasAvailable')]);
      expect(described.events).toContainEqual([
        'Normal',
        'ScalingReplicaSet',
        '1',
        expect.stringMatching(/^\d+s$/),
        expect.stringContaining('Scaled up'),
      ]);
      expect(described.yaml).toContain('replicas: 2');
      expect(described.yaml).not.toMatch(/managedFields|^status:/m);
    });

    it('names the owners up to the one that nobody owns', async () => {
      const described = await describeOne('pod', await podOf('web'));
      expect(described.owners).toEqual([expect.stringMatching(/^ReplicaSet web-/), 'Deployment web']);
      expect(described.events.map(([, reason]) => reason)).toContain('Scheduled');
    });

    it('counts events that say the same once', async () => {
      await bench.make(deploymentBody('broken', { annotations: { [bench.backend.fates.annotation]: 'crash-loop' } }));
      await expect.poll(async () => podOf('broken'), { timeout: 20_000 }).not.toBe('');
      const pod = await podOf('broken');
      await expect
        .poll(async () => (await describeOne('pod', pod)).events.find(([, reason]) => reason === 'BackOff')?.[0], { timeout: 20_000 })
        .toBe('Warning');
      const { events, status } = await describeOne('pod', pod);
      expect(status).toContain('CrashLoopBackOff');
      expect(new Set(events.map(([type, reason]) => `${type} ${reason}`)).size).toBe(events.length);
    });

    it('lets no secret out', async () => {
      await bench.make({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: {
          name: 'door',
          annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"kind":"Secret","data":{"word":"bWVsbG9uLW1lbGxvbg=="}}' },
        },
        stringData: { word: 'mellon-mellon' },
      });
      const texts = [
        await describeOne('secret', 'door'),
        await describeOne('deploy', 'web'),
        await describeOne('pod', await podOf('web')),
      ].map((one) => JSON.stringify(one));
      for (const canary of ['mellon', 'bWVsbG9u', 'hunter2']) for (const text of texts) expect(text).not.toContain(canary);
      expect(texts[0]).toContain('[masked');
    });

    it('keeps within its budget, and says what it left out', async () => {
      await bench.make({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'large' },
        data: Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`key-${index}`, 'x'.repeat(80)])),
      });
      const result = await bench.server.call<Described>('resources_describe', {
        kind: 'cm',
        name: 'large',
        namespace: bench.namespace,
        max_tokens: 1_000,
      });
      if (result.ok !== true) throw new Error(JSON.stringify(result));
      expect(result.output.cut).toBeGreaterThan(30_000);
      expect((result.text.length + JSON.stringify(result.output).length) / 4).toBeLessThan(1_100);
    });

    it('names near names for a wrong one', async () => {
      expect(await bench.fails('resources_describe', { kind: 'deploy', name: 'wen', namespace: bench.namespace })).toMatchObject({
        code: 'not_found',
        details: { near: ['web'] },
      });
    });

    it('answers a reader, several contexts at once, and refuses nobody', async () => {
      const session = await bench.with({}, { readOnly: true });
      const { contexts } = await session.ok<{ contexts: (Partial<Described> & { context: string; error?: { code: string } })[] }>(
        'resources_describe',
        {
          kind: 'deploy',
          name: 'web',
          namespace: bench.namespace,
          contexts: ['reader', 'second', 'nobody'],
        },
      );
      expect(contexts.map(({ context, status, error }) => [context, status ?? error?.code])).toEqual([
        ['reader', '2/2 ready'],
        ['second', '2/2 ready'],
        ['nobody', 'forbidden'],
      ]);
    });

    it('describes what has no namespace', async () => {
      const described = await bench.ok<Described>('resources_describe', { kind: 'node', name: 'worker-1' });
      expect(described.status).toBe('Ready');
      expect(described.conditions.map(([type]) => type)).toContain('Ready');
    });
  },
  { contexts: ['admin'] },
);
