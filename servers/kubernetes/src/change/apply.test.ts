import { expect, it } from 'vitest';
import { kubernetesSuite, soon } from '../testing/fixture.ts';

interface Applied {
  objects: {
    kind: string;
    name: string;
    namespace?: string;
    result: string;
    diff?: string;
    conflicts?: { field: string; owner: string; live?: unknown; wanted?: unknown }[];
    error?: { code: string; message: string };
    note?: string;
  }[];
}

const configMap = (name: string, data: Record<string, string>) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });

const deployment = (name: string, replicas: number | undefined, image = 'web:1') => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  ${replicas === undefined ? '' : `replicas: ${replicas}`}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - { name: web, image: "${image}" }
`;

/** A definition of one namespaced kind, `Dial` being listed as `dials`. */
const definition = (group: string, kind: string, openAPIV3Schema: object) => {
  const singular = kind.toLowerCase();
  const plural = `${singular}s`;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural, singular, kind },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  };
};

kubernetesSuite(
  'apply',
  (bench) => {
    const apply = (manifest: string, more: object = {}) =>
      bench.ok<Applied>('resources_apply', { manifest, namespace: bench.namespace, ...more });

    it('creates, shows what changes, and then has nothing to do', async () => {
      const { objects } = await apply(configMap('colours', { sky: 'blue', grass: 'green' }));
      expect(objects).toMatchObject([{ kind: 'configmaps', name: 'colours', namespace: bench.namespace, result: 'created' }]);
      expect(objects[0]?.diff).toContain('+  sky: blue');
      const second = await apply(configMap('colours', { sky: 'grey', grass: 'green' }));
      expect(second.objects[0]).toMatchObject({ result: 'changed', diff: expect.stringMatching(/^-  sky: blue\n\+  sky: grey$/m) });
      expect(second.objects[0]?.diff).not.toMatch(/resourceVersion|managedFields|uid/);
      expect((await apply(configMap('colours', { sky: 'grey', grass: 'green' }))).objects).toEqual([
        { kind: 'configmaps', name: 'colours', namespace: bench.namespace, result: 'unchanged' },
      ]);
      const there = await bench.get('configmaps', 'colours');
      expect(there['data']).toEqual({ sky: 'grey', grass: 'green' });
      expect(there.metadata.managedFields).toMatchObject([{ manager: 'deployment-engine', operation: 'Apply' }]);
    });

    it('with dry_run shows the same and keeps nothing', async () => {
      const said = await bench.text('resources_apply', {
        manifest: configMap('tried', { a: 'b' }),
        namespace: bench.namespace,
        dry_run: true,
      });
      expect(said).toContain('Tried, kept nothing of 1 object');
      const { objects } = await apply(configMap('tried', { a: 'b' }), { dry_run: true });
      expect(objects).toMatchObject([{ result: 'created', diff: expect.stringContaining('+  a: b') }]);
      await expect(bench.get('configmaps', 'tried')).rejects.toMatchObject({ code: 'not_found' });
    });

    it('tells fields that another owner set as conflicts, with both values, and takes nothing', async () => {
      await bench.cluster.patch(
        await bench.cluster.kind('deployments.apps', soon()),
        { name: 'owned', namespace: bench.namespace },
        { apiVersion: 'apps/v1', kind: 'Deployment', ...(await yamlOf(deployment('owned', 2))), metadata: { name: 'owned' } },
        { type: 'apply', fieldManager: 'another team', force: false },
        soon(),
      );
      const { objects } = await apply(deployment('owned', 5, 'web:2'));
      expect(objects).toMatchObject([{ kind: 'deployments.apps', name: 'owned', result: 'conflict' }]);
      const conflicts = objects[0]?.conflicts ?? [];
      expect(conflicts).toContainEqual({ field: '.spec.replicas', owner: 'another team', live: 2, wanted: 5 });
      expect(conflicts).toContainEqual({
        field: '.spec.template.spec.containers[name="web"].image',
        owner: 'another team',
        live: 'web:1',
        wanted: 'web:2',
      });
      expect((await bench.get('deployments', 'owned'))['spec']).toMatchObject({ replicas: 2 });
      const text = await bench.text('resources_apply', { manifest: deployment('owned', 5), namespace: bench.namespace });
      expect(text).toContain('.spec.replicas owned by another team: live 2, wanted 5');
      expect(text).toContain('resources_apply_forced');
    });

    it('goes on with the other objects, and types what became of each', async () => {
      const manifest = [deployment('owned', 7), configMap('beside', { a: '1' }), configMap('Wrong_Name', {})].join('\n---\n');
      const { objects } = await apply(manifest);
      expect(objects.map(({ name, result }) => [name, result])).toEqual([
        ['owned', 'conflict'],
        ['beside', 'created'],
        ['Wrong_Name', 'failed'],
      ]);
      expect(objects[2]?.error).toMatchObject({ code: 'invalid_input', message: expect.stringContaining('Wrong_Name') });
    });

    it('forced takes the fields over, and the plan says from whom', async () => {
      const manifest = deployment('owned', 9);
      const planning = await bench.with({ contexts: ['admin'] }, { confirm: 'plan' });
      const planned = await planning.fails('resources_apply_forced', { manifest, namespace: bench.namespace });
      expect(planned.code).toBe('confirmation_required');
      const { plan, plan_token } = planned.details as { plan: { summary: string; changes: string[] }; plan_token: string };
      expect(plan.changes).toContain('takes .spec.replicas of deployments.apps owned from another team: 2 becomes 9');
      expect((await bench.get('deployments', 'owned'))['spec']).toMatchObject({ replicas: 2 });
      const { objects } = await planning.ok<Applied>('resources_apply_forced', { manifest, namespace: bench.namespace, plan_token });
      expect(objects).toMatchObject([{ result: 'changed', diff: expect.stringContaining('+  replicas: 9') }]);
      expect((await bench.get('deployments', 'owned'))['spec']).toMatchObject({ replicas: 9 });
    });

    it('forced asks the person where one can be asked', async () => {
      const asking = await bench.with({ contexts: ['admin'] }, { confirm: 'elicit' });
      const call = { manifest: deployment('owned', 11), namespace: bench.namespace };
      const asked = await asking.server.call('resources_apply_forced', call, { can: { elicitation: true } });
      expect(asked.ok).toBe('input');
      expect((await bench.get('deployments', 'owned'))['spec']).toMatchObject({ replicas: 9 });
    });

    it('makes namespaces before what lies in them, whatever the order', async () => {
      const name = `${bench.namespace}-made`;
      const manifest = `${configMap('inside', { a: '1' })}\n---\n${JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })}`;
      try {
        const dry = await bench.ok<Applied>('resources_apply', { manifest, namespace: name, dry_run: true });
        expect(dry.objects).toMatchObject([
          { kind: 'namespaces', result: 'created' },
          { kind: 'configmaps', result: 'created', note: expect.stringContaining('Not checked') },
        ]);
        const { objects } = await bench.ok<Applied>('resources_apply', { manifest, namespace: name });
        expect(objects.map(({ kind, result }) => [kind, result])).toEqual([
          ['namespaces', 'created'],
          ['configmaps', 'created'],
        ]);
      } finally {
        await bench.cluster.delete(await bench.cluster.kind('v1/namespaces', soon()), { name }, {}, soon()).catch(() => undefined);
      }
    });

    it('waits for definitions that nobody has looked at yet, several at once', async () => {
      const groups = Array.from({ length: 8 }, (_, at) => `g${at}.${bench.namespace}.example.com`);
      const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
      const definitions = await bench.cluster.kind('customresourcedefinitions', soon());
      try {
        const made = await Promise.all(
          groups.map((group) =>
            apply(
              `${JSON.stringify({ apiVersion: `${group}/v1`, kind: 'Dial', metadata: { name: 'one' } })}\n---\n${JSON.stringify(definition(group, 'Dial', schema))}`,
            ),
          ),
        );
        expect(made.flatMap(({ objects }) => objects.map(({ result }) => result))).toEqual(Array(16).fill('created'));
      } finally {
        await Promise.allSettled(groups.map((group) => bench.cluster.delete(definitions, { name: `dials.${group}` }, {}, soon())));
      }
    });

    it('waits for a definition before it makes objects of its kind', async () => {
      const group = `${bench.namespace}.example.com`;
      const properties = { size: { type: 'integer', minimum: 1, description: 'How large it is. Never zero.' } };
      const crd = definition(group, 'Gauge', { type: 'object', properties: { spec: { type: 'object', properties } } });
      const gauge = (size: number) => ({ apiVersion: `${group}/v1`, kind: 'Gauge', metadata: { name: 'one' }, spec: { size } });
      try {
        const { objects } = await apply(`${JSON.stringify(gauge(3))}\n---\n${JSON.stringify(crd)}`);
        expect(objects.map(({ kind, result }) => [kind, result])).toEqual([
          ['customresourcedefinitions.apiextensions.k8s.io', 'created'],
          [`gauges.${group}`, 'created'],
        ]);
        const strategic = {
          kind: `gauges.${group}`,
          name: 'one',
          namespace: bench.namespace,
          patch: { spec: { size: 4 } },
          type: 'strategic',
        };
        expect(await bench.fails('resources_patch', strategic)).toMatchObject({ code: 'unsupported' });
        const refused = await bench.fails('resources_apply', { manifest: JSON.stringify(gauge(0)), namespace: bench.namespace });
        expect(refused).toMatchObject({ code: 'invalid_input', details: { causes: [{ field: 'spec.size' }] } });
        await expect
          .poll(async () => (await bench.server.call('explain', { path: `gauge.${group}.spec` })).ok, { timeout: 15_000 })
          .toBe(true);
        expect(await bench.ok('explain', { path: `gauge.${group}.spec` })).toMatchObject({
          kind: `${group}/v1/Gauge`,
          fields: [['size', 'integer', 'How large it is.']],
        });
      } finally {
        const kind = await bench.cluster.kind('customresourcedefinitions.apiextensions.k8s.io', soon());
        await bench.cluster.delete(kind, { name: crd.metadata.name }, {}, soon()).catch(() => undefined);
      }
    });

    it('fails with the first failure when not one object went well', async () => {
      const manifest = [configMap('Bad_One', {}), configMap('Bad_Two', {})].join('\n---\n');
      const error = await bench.fails('resources_apply', { manifest, namespace: bench.namespace });
      expect(error).toMatchObject({ code: 'invalid_input', details: { objects: [{ name: 'Bad_One' }, { name: 'Bad_Two' }] } });
    });

    it('skips what lies in a namespace that could not be made', async () => {
      const manifest = [
        JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-made', labels: { 'bad label': 'x' } } }),
        JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'in', namespace: 'kube-made' } }),
        JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'elsewhere', namespace: bench.namespace } }),
      ].join('\n---\n');
      const { objects } = await bench.ok<Applied>('resources_apply', { manifest });
      expect(objects.map(({ result }) => result)).toEqual(['failed', 'skipped', 'created']);
    });

    it('masks secrets, and shows a changed value by its fingerprint', async () => {
      const secret = (value: string) =>
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'door' },
          stringData: { word: value, same: 'always the same' },
        });
      const first = await bench.server.call<Applied>('resources_apply', { manifest: secret('open-sesame-1'), namespace: bench.namespace });
      const second = await bench.server.call<Applied>('resources_apply', { manifest: secret('open-sesame-2'), namespace: bench.namespace });
      const all = JSON.stringify([first, second]);
      for (const value of ['open-sesame-1', 'open-sesame-2', 'always the same'])
        for (const form of [value, Buffer.from(value).toString('base64')]) expect(all).not.toContain(form);
      if (second.ok !== true) throw new Error(all);
      expect(second.output.objects[0]?.diff).toMatch(/^-  word: "?\[masked [0-9a-f]{8}\] \(13 bytes\)"?$/m);
      expect(second.output.objects[0]?.diff).toMatch(/^\+  word: "?\[masked [0-9a-f]{8}\] \(13 bytes\)"?$/m);
      expect(second.output.objects[0]?.diff).not.toMatch(/^[-+]  same/m);
    });

    it('tells a conflict about a secret without its values', async () => {
      await bench.cluster.patch(
        await bench.cluster.kind('v1/secrets', soon()),
        { name: 'theirs', namespace: bench.namespace },
        {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'theirs' },
          data: { word: Buffer.from('their-own-word').toString('base64') },
        },
        { type: 'apply', fieldManager: 'vault', force: false },
        soon(),
      );
      const manifest = JSON.stringify({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'theirs' },
        data: { word: Buffer.from('our-other-word').toString('base64') },
      });
      const { objects } = await apply(manifest);
      const [conflict] = objects[0]?.conflicts ?? [];
      expect(conflict).toMatchObject({
        field: '.data.word',
        owner: 'vault',
        live: expect.stringContaining('[masked'),
        wanted: expect.stringContaining('[masked'),
      });
      expect(conflict?.live).not.toBe(conflict?.wanted);
    });

    it('says what a version in the manifest means when the object has changed since', async () => {
      const made = await bench.make({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'versioned' }, data: { a: '1' } });
      await bench.ok('resources_label', { kind: 'cm', name: 'versioned', namespace: bench.namespace, labels: { a: 'b' } });
      const manifest = JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'versioned', resourceVersion: made.metadata.resourceVersion },
        data: { b: '2' },
      });
      expect(await bench.fails('resources_apply', { manifest, namespace: bench.namespace })).toMatchObject({
        code: 'conflict',
        hint: expect.stringContaining('metadata.resourceVersion'),
      });
    });

    it.each([
      [
        'a namespace that contradicts the call',
        JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'default' } }),
      ],
      ['a name that is a path', JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '../../secrets/x' } })],
      ['a namespace that is a path', JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'x/../y' } })],
      ['a kind that is a path', JSON.stringify({ apiVersion: 'v1', kind: '../Pod', metadata: { name: 'a' } })],
      ['an apiVersion that is a path', JSON.stringify({ apiVersion: '../../v1', kind: 'Pod', metadata: { name: 'a' } })],
      ['no name', JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'a-' } })],
      ['a namespace for what has none', JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'a', namespace: 'default' } })],
      [
        'a masked value',
        JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, stringData: { x: '[masked 0123abcd] (6 bytes)' } }),
      ],
      ['no YAML', 'a: [1'],
      ['nothing', '---\n'],
    ])('refuses %s before anything is sent', async (_what, manifest) => {
      expect(await bench.fails('resources_apply', { manifest, namespace: bench.namespace })).toMatchObject({ code: 'invalid_input' });
    });

    it('compares with several clusters at once', async () => {
      const session = await bench.with({});
      const manifest = configMap('colours', { sky: 'black', grass: 'green' });
      const { contexts } = await session.ok<{ contexts: ({ context: string; error?: { code: string } } & Partial<Applied>)[] }>(
        'resources_diff',
        {
          manifest,
          namespace: bench.namespace,
          contexts: ['admin', 'second', 'nobody'],
        },
      );
      expect(contexts.map(({ context, objects, error }) => [context, objects?.[0]?.result ?? error?.code])).toEqual([
        ['admin', 'changed'],
        ['second', 'changed'],
        ['nobody', 'forbidden'],
      ]);
    });

    it('keeps sixty objects within the budget', async () => {
      const manifest = Array.from({ length: 60 }, (_, index) => configMap(`many-${index}`, { text: 'x'.repeat(300) })).join('\n---\n');
      const { objects, left = 0 } = await bench.ok<Applied & { left?: number }>('resources_diff', {
        manifest,
        namespace: bench.namespace,
        max_tokens: 2_000,
      });
      expect(objects.length + left).toBe(60);
      expect(JSON.stringify(objects).length).toBeLessThan(2_000 * 4);
    });
  },
  { contexts: ['admin'] },
);

async function yamlOf(text: string): Promise<object> {
  const { parse } = await import('yaml');
  return parse(text) as object;
}
