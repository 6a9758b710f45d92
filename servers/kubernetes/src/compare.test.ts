import { expect, it } from 'vitest';
import { kubernetesSuite, type Draft } from './testing/fixture.ts';

interface Compared {
  only_left: string[];
  only_right: string[];
  different: { object: string; fields: string[]; more: number }[];
  counts: { only_left: number; only_right: number; different: number; same: number };
  unread?: string[];
}

kubernetesSuite('compare on the real control plane', (bench) => {
  const compare = (args: object): Promise<Compared> => bench.ok<Compared>('compare', { max_tokens: 8_000, ...args });
  const deployment = (image: string, level: string) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', annotations: { team: 'shop' } },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: {
          containers: [
            {
              name: 'main',
              image,
              env: [
                { name: 'LEVEL', value: level },
                { name: 'MODE', value: 'fast' },
              ],
            },
          ],
        },
      },
    },
  });
  const secret = (name: string, value: string) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    stringData: { password: value },
  });
  const config = (name: string, data: object) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });
  const service = (name: string, port: number) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: 'web' }, ports: [{ port }] },
  });
  const binding = (namespace: string) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'readers' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'ServiceAccount', name: 'default', namespace }],
  });
  const fill = async (namespace: string, objects: object[]) => {
    for (const one of objects as Draft[]) await bench.make({ ...one, metadata: { ...one.metadata, namespace } });
  };

  it('tells two namespaces apart: what one side lacks, where the others differ, Secrets by fingerprint', async () => {
    const [left, right] = [await bench.space('left'), await bench.space('right')];
    const long = 'shared '.repeat(60);
    await fill(left, [
      deployment('example.test/app:1', 'low'),
      secret('same', 'canary-equal'),
      secret('other', 'canary-left'),
      config('settings', { mode: 'a', text: `${long}one` }),
      config('left-only', {}),
      service('web', 80),
      binding(left),
    ]);
    await fill(right, [
      deployment('example.test/app:2', 'low'),
      secret('same', 'canary-equal'),
      secret('other', 'canary-right'),
      config('settings', { mode: 'b', text: `${long}two` }),
      config('right-only', {}),
      service('web', 80),
      binding(right),
    ]);
    const kinds = ['deployments.apps', 'secrets', 'configmaps', 'services', 'rolebindings.rbac.authorization.k8s.io', 'networkpolicies'];
    const found = await compare({ namespace: left, other_namespace: right, kinds });
    expect(found.only_left).toEqual(['configmaps left-only']);
    expect(found.only_right).toEqual(['configmaps right-only']);
    expect(found.different.map(({ object, fields }) => [object, fields])).toEqual([
      ['deployments.apps web', ['.spec.template.spec.containers[main].image "example.test/app:1" → "example.test/app:2"']],
      ['secrets other', [expect.stringMatching(/^\.data\.password "\[masked \w{8}\] \(11 bytes\)" → "\[masked \w{8}\] \(12 bytes\)"$/)]],
      ['configmaps settings', ['.data.mode "a" → "b"', expect.stringMatching(/^\.data\.text "….*one" → "….*two"$/)]],
    ]);
    expect(found.counts).toEqual({ only_left: 1, only_right: 1, different: 3, same: 3 });
    expect(JSON.stringify(found)).not.toMatch(/canary/);
    // with all that people write, and only what is planted besides
    const whole = await compare({ namespace: left, other_namespace: right });
    expect(whole.counts).toMatchObject({ only_left: 1, only_right: 1, different: 3 });
    const one = await compare({ namespace: left, other_namespace: right, name: 'web' });
    expect(one.counts).toEqual({ only_left: 0, only_right: 0, different: 1, same: 1 });
    // the same through another context, and from there
    expect((await compare({ namespace: left, other_namespace: right, other_context: 'second', kinds })).counts).toEqual(found.counts);
    expect((await compare({ namespace: left, other_context: 'second', kinds })).counts).toEqual({
      only_left: 0,
      only_right: 0,
      different: 0,
      same: 7,
    });
    // what only one side may read is not missing on the other
    const blind = await compare({ namespace: left, other_namespace: right, other_context: 'reader', kinds });
    expect(blind.unread).toEqual([expect.stringMatching(/^right secrets: .*lacks the permission to list secrets/)]);
    expect(blind.counts).toEqual({ only_left: 1, only_right: 1, different: 2, same: 2 });
  });

  it('compares revisions, refuses what is the same, and holds its budget', async () => {
    const namespace = await bench.space('revisions');
    await fill(namespace, [deployment('example.test/app:1', 'low')]);
    const kind = await bench.cluster.kind('deployments', AbortSignal.timeout(10_000));
    const image = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'example.test/app:9' }];
    await expect
      .poll(() => bench.ok('rollout_read', { name: 'web', namespace, view: 'history' }), { timeout: 20_000 })
      .toMatchObject({ revisions: [{ revision: 1 }] });
    await bench.cluster.patch(kind, { namespace, name: 'web' }, image, { type: 'json' }, AbortSignal.timeout(10_000));
    await expect
      .poll(
        async () => (await bench.ok<{ revisions: object[] }>('rollout_read', { name: 'web', namespace, view: 'history' })).revisions.length,
        { timeout: 20_000 },
      )
      .toBe(2);
    expect((await compare({ namespace, name: 'web', kinds: ['Deployment'], revision: 1 })).different).toMatchObject([
      { fields: ['.spec.containers[main].image "example.test/app:1" → "example.test/app:9"'] },
    ]);
    expect(await bench.fails('compare', { namespace, name: 'web', kinds: ['configmaps'], revision: 1 })).toMatchObject({
      code: 'invalid_input',
    });
    expect(await bench.fails('compare', { namespace })).toMatchObject({ code: 'invalid_input' });
    expect(await bench.fails('compare', { namespace, other_namespace: `${namespace}x` })).toMatchObject({
      code: 'not_found',
      hint: expect.stringContaining(namespace) as unknown,
    });
    expect(await bench.fails('compare', { namespace, other_context: 'nowhere' })).toMatchObject({ code: 'not_found' });
    expect(await bench.fails('compare', { namespace, other_context: 'nobody' })).toMatchObject({ code: 'forbidden' });
    const [a, b] = [await bench.space('big-a'), await bench.space('big-b')];
    for (let at = 0; at < 40; at += 1) {
      await fill(a, [config(`both-${at}`, { text: `left ${'x'.repeat(300)}` }), config(`left-${at}`, {})]);
      await fill(b, [config(`both-${at}`, { text: `right ${'x'.repeat(300)}` })]);
    }
    const result = await bench.server.call('compare', { namespace: a, other_namespace: b, max_tokens: 1_000 });
    expect(Buffer.byteLength(JSON.stringify(result.ok === true ? [result.output, result.text] : undefined))).toBeLessThan(4_400);
    expect(result).toMatchObject({ output: { counts: { only_left: 40, different: 40 } } });
    expect(result).toMatchObject({ text: expect.stringMatching(/\d+ left out/) as unknown });
  }, 60_000);
});
