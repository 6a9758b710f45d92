import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../client/wire.ts';
import { deploymentBody } from '../testing/deployments.ts';
import { kubernetesSuite, soon } from '../testing/fixture.ts';
import { conditionOf } from './wait-for.ts';

interface Waited {
  met: boolean;
  waited_ms: number;
  objects: string[][];
}

kubernetesSuite(
  'resources_wait',
  (bench) => {
    const wait = (args: object) => bench.ok<Waited>('resources_wait', { namespace: bench.namespace, timeout_seconds: 20, ...args });
    const configMap = (name: string) =>
      bench.make({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { group: 'waited' } }, data: { sky: 'blue' } });
    const remove = async (name: string) =>
      bench.cluster.delete(await bench.cluster.kind('v1/configmaps', soon()), { name, namespace: bench.namespace }, {}, soon());

    it('waits until a Deployment is ready, and tells how far it is', async () => {
      await bench.make(deploymentBody('web', { replicas: 3, annotations: { [bench.backend.fates.annotation]: 'slow' } }));
      const told: string[] = [];
      const result = await bench.ok<Waited>(
        'resources_wait',
        { kind: 'deploy', name: 'web', namespace: bench.namespace, for: 'ready', timeout_seconds: 30 },
        { onProgress: ({ message = '' }) => void told.push(message) },
      );
      expect(result).toMatchObject({ met: true, objects: [['web', '3/3 ready', 'met']] });
      expect(told).not.toEqual([]);
      expect(told[0]).toMatch(/^0 of 1: web /);
    });

    it('waits for all that a selector fits', async () => {
      const result = await wait({ kind: 'pods', labels: 'app=web', for: 'condition=Ready' });
      expect(result.met).toBe(true);
      expect(result.objects).toHaveLength(3);
    });

    it('waits for a condition, and for a value', async () => {
      expect((await wait({ kind: 'deploy', name: 'web', for: 'condition=available' })).met).toBe(true);
      expect((await wait({ kind: 'deploy', name: 'web', for: '.status.readyReplicas=3' })).met).toBe(true);
      expect((await wait({ kind: 'deploy', name: 'web', for: '{.status.conditions[?(@.type=="Available")].status}=True' })).met).toBe(true);
    });

    it('a time that is over is a result, with what is not met', async () => {
      await bench.make(deploymentBody('stuck', { annotations: { [bench.backend.fates.annotation]: 'unready' } }));
      const result = await wait({ kind: 'deploy', name: 'stuck', for: 'ready', timeout_seconds: 2 });
      expect(result).toMatchObject({ met: false, objects: [['stuck', '0/1 ready', 'not met']] });
      expect(result.waited_ms).toBeGreaterThanOrEqual(2_000);
      expect(result.waited_ms).toBeLessThan(15_000);
    });

    /** Waits, and acts once the wait has seen what is there and goes on. */
    const waitDuring = async (args: object, act: () => Promise<unknown>): Promise<Waited> => {
      let acting: Promise<unknown> | undefined;
      const onProgress = (): void => void (acting ??= act());
      const result = await bench.ok<Waited>('resources_wait', { namespace: bench.namespace, timeout_seconds: 20, ...args }, { onProgress });
      expect(acting, 'it has waited').toBeDefined();
      await acting;
      return result;
    };

    it('sees an object come', async () => {
      const result = await waitDuring({ kind: 'cm', name: 'coming', for: 'created' }, () => configMap('coming'));
      expect(result).toMatchObject({ met: true, objects: [['coming', 'Present', 'met']] });
    });

    it('sees an object go, and has nothing to wait for where none is', async () => {
      await configMap('going');
      const result = await waitDuring({ kind: 'cm', name: 'going', for: 'deleted' }, () => remove('going'));
      expect(result).toMatchObject({ met: true, objects: [] });
      expect(await wait({ kind: 'cm', name: 'never-there', for: 'deleted' })).toMatchObject({ met: true });
    });

    it('sees a value change', async () => {
      await configMap('turning');
      const patch = { kind: 'cm', name: 'turning', namespace: bench.namespace, patch: { data: { sky: 'grey' } } };
      const result = await waitDuring({ kind: 'cm', name: 'turning', for: '.data.sky=grey' }, () => bench.ok('resources_patch', patch));
      expect(result.met).toBe(true);
    });

    it('ends when the call is cancelled', async () => {
      const cancel = new AbortController();
      const began = Date.now();
      const waiting = bench.server.call(
        'resources_wait',
        { kind: 'deploy', name: 'stuck', namespace: bench.namespace, for: 'ready', timeout_seconds: 60 },
        { signal: cancel.signal, onProgress: () => cancel.abort() },
      );
      const result = await waiting;
      expect(result).toMatchObject({ ok: false, error: { code: 'cancelled' } });
      expect(Date.now() - began).toBeLessThan(10_000);
    });

    it('does not wait for a wrong name, and tells the near ones', async () => {
      const began = Date.now();
      const error = await bench.fails('resources_wait', {
        kind: 'deploy',
        name: 'wep',
        namespace: bench.namespace,
        for: 'ready',
        timeout_seconds: 60,
      });
      expect(error).toMatchObject({ code: 'not_found', details: { near: ['web'] } });
      expect(Date.now() - began).toBeLessThan(15_000);
    });

    it.each([
      ['nothing to wait for', { name: 'web', for: 'soon' }],
      ['a name and a selector', { name: 'web', labels: 'app=web', for: 'ready' }],
      ['neither name nor selector', { for: 'ready' }],
      ['a path that is none', { name: 'web', for: '.status[' }],
    ])('refuses %s', async (_what, args) => {
      expect(await bench.fails('resources_wait', { kind: 'deploy', namespace: bench.namespace, ...args })).toMatchObject({
        code: 'invalid_input',
      });
    });

    it('tells nobody by waiting whether a guess at a secret is right', async () => {
      const word = Buffer.from('mellon-mellon').toString('base64');
      await bench.make({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'door' }, data: { word } });
      expect((await wait({ kind: 'secret', name: 'door', for: `.data.word=${word}`, timeout_seconds: 1 })).met).toBe(false);
      expect((await wait({ kind: 'secret', name: 'door', for: '.data.word' })).met).toBe(true);
    });

    it('works for a reader, in read-only mode, in several clusters, and not for nobody', async () => {
      const session = await bench.with({}, { readOnly: true });
      const { contexts } = await session.ok<{ contexts: (Waited & { context: string; error?: { code: string } })[] }>('resources_wait', {
        kind: 'deploy',
        name: 'web',
        namespace: bench.namespace,
        for: 'ready',
        contexts: ['reader', 'second', 'nobody'],
      });
      expect(contexts.map(({ context, met, error }) => [context, met ?? error?.code])).toEqual([
        ['reader', true],
        ['second', true],
        ['nobody', 'forbidden'],
      ]);
    });
  },
  { contexts: ['admin'] },
);

describe('what is waited for', () => {
  const object = (kind: string, spec: object, status: object, generation = 2): KubeObject => ({
    kind,
    metadata: { name: 'one', generation },
    spec,
    status: { observedGeneration: 2, ...status },
  });

  it.each<[string, KubeObject, boolean]>([
    [
      'a Deployment with all replicas new and ready',
      object('Deployment', { replicas: 2 }, { replicas: 2, updatedReplicas: 2, readyReplicas: 2 }),
      true,
    ],
    [
      'one with an old replica still there',
      object('Deployment', { replicas: 2 }, { replicas: 3, updatedReplicas: 2, readyReplicas: 3 }),
      false,
    ],
    [
      'one that no controller has looked at since',
      object('Deployment', { replicas: 2 }, { replicas: 2, updatedReplicas: 2, readyReplicas: 2 }, 3),
      false,
    ],
    ['one of no replicas', object('Deployment', { replicas: 0 }, {}), true],
    ['one of no replicas whose last still ends', object('Deployment', { replicas: 0 }, { replicas: 1 }), false],
    ['a StatefulSet in the middle of a rollout', object('StatefulSet', { replicas: 2 }, { readyReplicas: 2, updatedReplicas: 1 }), false],
    [
      'one whose partition keeps old replicas',
      object('StatefulSet', { replicas: 2, updateStrategy: { rollingUpdate: { partition: 1 } } }, { readyReplicas: 2, updatedReplicas: 1 }),
      true,
    ],
    [
      'a DaemonSet with a node to go',
      object('DaemonSet', {}, { desiredNumberScheduled: 3, numberReady: 2, updatedNumberScheduled: 3 }),
      false,
    ],
    ['a DaemonSet on every node', object('DaemonSet', {}, { desiredNumberScheduled: 3, numberReady: 3, updatedNumberScheduled: 3 }), true],
    ['a Job that runs', object('Job', {}, { active: 1 }), false],
    ['a Job that is done', object('Job', {}, { conditions: [{ type: 'Complete', status: 'True' }] }), true],
  ])('%s', (_what, one, ready) => {
    expect(conditionOf('ready').met([one])).toBe(ready);
  });

  it('nothing is not ready, and nothing is gone', () => {
    expect(conditionOf('ready').met([])).toBe(false);
    expect(conditionOf('deleted').met([])).toBe(true);
  });

  it('a value may hold an equals sign, and a path alone means that something is there', () => {
    const one: KubeObject = { metadata: { name: 'one' }, spec: { command: 'a=b' } };
    expect(conditionOf('.spec.command=a=b').holds(one)).toBe(true);
    expect(conditionOf('.spec.command=a').holds(one)).toBe(false);
    expect(conditionOf('.spec.command').holds(one)).toBe(true);
    expect(conditionOf('.spec.other').holds(one)).toBe(false);
  });
});
