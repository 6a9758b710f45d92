import { expect, it } from 'vitest';
import { kubernetesSuite } from '../testing/fixture.ts';

interface Got {
  kind: string;
  status: string;
  yaml?: string;
  values?: Record<string, unknown>;
  cut?: number;
}

kubernetesSuite(
  'resources_get',
  (bench) => {
    const get = (kind: string, name: string, more: object = {}) =>
      bench.ok<Got>('resources_get', { kind, name, namespace: bench.namespace, ...more });
    const configMap = (name: string, data: Record<string, string> = { sky: 'blue' }) =>
      bench.make({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });

    it('gives an object as YAML, without bookkeeping', async () => {
      await configMap('colours');
      const { kind, status, yaml = '' } = await get('cm', 'colours');
      expect([kind, status]).toEqual(['configmaps', 'Present']);
      expect(yaml).toContain('sky: blue');
      expect(yaml).not.toContain('managedFields');
    });

    it('gives single fields', async () => {
      const { values, yaml } = await get('cm', 'colours', { fields: ['.data.sky', '.data.none', '.data[*]'] });
      expect(values).toEqual({ namespace: bench.namespace, name: 'colours', '.data.sky': 'blue', '.data.none': null, '.data[*]': 'blue' });
      expect(yaml).toBeUndefined();
    });

    it.each([
      ['a letter wrong', 'colors'],
      ['too short', 'colou'],
      ['too long', 'colours-2'],
    ])('names near names for one that has %s', async (_what, name) => {
      expect(await bench.fails('resources_get', { kind: 'cm', name, namespace: bench.namespace })).toMatchObject({
        code: 'not_found',
        message: `There is no ConfigMap "${name}" in the namespace ${bench.namespace} of admin.`,
        hint: 'Did you mean colours?',
        details: { near: ['colours'] },
      });
    });

    it('says where there is none at all, and which kind is near', async () => {
      expect(await bench.fails('resources_get', { kind: 'pods', name: 'web', namespace: bench.namespace })).toMatchObject({
        code: 'not_found',
        hint: expect.stringContaining('no Pod there at all'),
      });
      expect(await bench.fails('resources_get', { kind: 'podss', name: 'web', namespace: bench.namespace })).toMatchObject({
        code: 'not_found',
        hint: expect.stringContaining('"pods"'),
      });
    });

    it('cuts what is long at its budget, and says how much', async () => {
      await configMap('large', Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`key-${index}`, 'x'.repeat(100)])));
      const result = await bench.server.call<Got>('resources_get', {
        kind: 'cm',
        name: 'large',
        namespace: bench.namespace,
        max_tokens: 1_000,
      });
      if (result.ok !== true) throw new Error(JSON.stringify(result));
      expect(result.output.cut).toBeGreaterThan(25_000);
      expect((result.text.length + JSON.stringify(result.output).length) / 4).toBeLessThan(1_000);
    });

    it('names the permission that is missing, and answers the others beside it', async () => {
      const session = await bench.with({}, { readOnly: true });
      const { contexts } = await session.ok<{
        contexts: (Partial<Got> & { context: string; error?: { code: string; details?: object } })[];
      }>('resources_get', { kind: 'cm', name: 'colours', namespace: bench.namespace, contexts: ['reader', 'nobody'] });
      expect(contexts).toMatchObject([
        { context: 'reader', kind: 'configmaps' },
        {
          context: 'nobody',
          error: { code: 'forbidden', details: { missing: { verb: 'get', resource: 'configmaps', namespace: bench.namespace } } },
        },
      ]);
    });

    it('masks a Secret, and a reader gets none', async () => {
      await bench.make({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'door' }, stringData: { word: 'mellon-mellon' } });
      const whole = JSON.stringify([await get('secret', 'door'), await get('secret', 'door', { fields: ['.data.word', '.data'] })]);
      expect(whole).not.toContain('mellon');
      expect(whole).not.toContain(Buffer.from('mellon-mellon').toString('base64'));
      const reader = await bench.with({ contexts: ['reader'], context: 'reader' });
      expect(await reader.fails('resources_get', { kind: 'secret', name: 'door', namespace: bench.namespace })).toMatchObject({
        code: 'forbidden',
      });
    });
  },
  { contexts: ['admin'] },
);
