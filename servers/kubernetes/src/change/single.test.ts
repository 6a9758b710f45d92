import { describe, expect, it } from 'vitest';
import { deploymentBody } from '../testing/deployments.ts';
import { kubernetesSuite } from '../testing/fixture.ts';

interface Changed {
  result: string;
  diff?: string;
}

const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { sky: 'blue' } });

kubernetesSuite(
  'patch, label, scale',
  (bench) => {
    const at = (kind: string, name: string) => ({ kind, name, namespace: bench.namespace });

    describe('resources_patch', () => {
      it.each<[string, object | object[], object]>([
        ['merge', { data: { sky: 'grey' } }, {}],
        ['strategic', { data: { sky: 'grey' } }, { type: 'strategic' }],
        ['json', [{ op: 'replace', path: '/data/sky', value: 'grey' }], {}],
      ])('changes by a %s patch, and a dry run before it keeps nothing', async (type, patch, more) => {
        const name = `patched-${type}`;
        await bench.make(configMap(name));
        const args = { ...at('cm', name), patch, ...more };
        const dry = await bench.ok<Changed>('resources_patch', { ...args, dry_run: true });
        expect(dry).toMatchObject({ result: 'changed', dry_run: true, diff: expect.stringMatching(/^-  sky: blue\n\+  sky: grey$/m) });
        expect((await bench.get('configmaps', name))['data']).toEqual({ sky: 'blue' });
        expect(await bench.ok<Changed>('resources_patch', args)).toEqual({ ...dry, dry_run: undefined, context: 'admin' });
        expect((await bench.get('configmaps', name))['data']).toEqual({ sky: 'grey' });
        expect(await bench.ok<Changed>('resources_patch', { ...at('cm', name), patch: { data: { sky: 'grey' } } })).toMatchObject({
          result: 'unchanged',
        });
      });

      it('changes the status through its subresource, and shows it', async () => {
        await bench.make(deploymentBody('reported', { replicas: 0 }));
        const patch = { status: { conditions: [{ type: 'Tested', status: 'True', reason: 'ByHand', message: 'set by a test' }] } };
        const { diff } = await bench.ok<Changed>('resources_patch', { ...at('deployment', 'reported'), patch, subresource: 'status' });
        expect(diff).toContain('ByHand');
      });

      it('names near names for a wrong one, and asks nobody', async () => {
        await bench.make(configMap('lighthouse'));
        const error = await bench.fails('resources_patch', { ...at('cm', 'lighthoose'), patch: { data: {} } });
        expect(error).toMatchObject({ code: 'not_found', hint: expect.stringContaining('lighthouse'), details: { near: ['lighthouse'] } });
      });

      it.each<[string, unknown, string]>([
        ['a text', 'data: {}', 'invalid_input'],
        ['operations without a path', [{ op: 'add' }], 'invalid_input'],
        ['another name', { metadata: { name: 'other' } }, 'invalid_input'],
        ['a masked value', { stringData: { word: '[masked 0123abcd]' } }, 'invalid_input'],
      ])('refuses %s', async (_what, patch, code) => {
        await bench.make(configMap('refused')).catch(() => undefined);
        expect(await bench.fails('resources_patch', { ...at('cm', 'refused'), patch })).toMatchObject({ code });
      });

      it('masks the values of a Secret, and shows that one changes', async () => {
        await bench.make({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'door' }, stringData: { word: 'mellon-mellon' } });
        const result = await bench.server.call('resources_patch', {
          ...at('secret', 'door'),
          patch: { stringData: { word: 'xyzzy-plugh-1' } },
        });
        const all = JSON.stringify(result);
        for (const value of ['mellon-mellon', 'xyzzy-plugh-1']) {
          expect(all).not.toContain(value);
          expect(all).not.toContain(Buffer.from(value).toString('base64'));
        }
        expect(all).toMatch(/\\n-  word: \\?"?\[masked [0-9a-f]{8}\] \(13 bytes\)/);
      });
    });

    describe('resources_label', () => {
      it('sets and removes labels and annotations', async () => {
        await bench.make({
          ...configMap('labelled'),
          metadata: { name: 'labelled', labels: { old: 'x' }, annotations: { 'example.com/note': 'one' } },
        });
        const args = { ...at('cm', 'labelled'), labels: { tier: 'web', old: null }, annotations: { 'example.com/note': 'two' } };
        expect((await bench.ok<Changed>('resources_label', { ...args, dry_run: true })).diff).toContain('+    tier: web');
        expect((await bench.get('configmaps', 'labelled')).metadata.labels).toEqual({ old: 'x' });
        expect(await bench.ok<Changed>('resources_label', args)).toMatchObject({ result: 'changed' });
        expect((await bench.get('configmaps', 'labelled')).metadata).toMatchObject({
          labels: { tier: 'web' },
          annotations: { 'example.com/note': 'two' },
        });
      });

      it.each([
        ['nothing', {}],
        ['a key that is none', { labels: { 'a b': 'x' } }],
        ['a value that is none', { labels: { a: 'x y' } }],
      ])('refuses %s', async (_what, more) => {
        expect(await bench.fails('resources_label', { ...at('cm', 'labelled'), ...more })).toMatchObject({ code: 'invalid_input' });
      });

      it('masks an annotation that holds an applied Secret', async () => {
        await bench.make(configMap('annotated'));
        const secret = JSON.stringify({ kind: 'Secret', data: { word: 'bWVsbG9uLW1lbGxvbg==' } });
        const result = await bench.server.call('resources_label', {
          ...at('cm', 'annotated'),
          annotations: { 'example.com/copy': secret },
        });
        expect(result.ok).toBe(true);
        expect(JSON.stringify(result)).not.toContain('bWVsbG9u');
        expect(JSON.stringify(result)).toContain('an applied Secret');
      });
    });

    describe('resources_scale', () => {
      it('changes the replicas, from and to', async () => {
        await bench.make(deploymentBody('scaled', { replicas: 0 }));
        expect(await bench.ok('resources_scale', { ...at('deploy', 'scaled'), replicas: 2, dry_run: true })).toMatchObject({
          from: 0,
          to: 2,
        });
        expect((await bench.get('deployments', 'scaled'))['spec']).toMatchObject({ replicas: 0 });
        expect(await bench.ok('resources_scale', { ...at('deploy', 'scaled'), replicas: 2, current: 0 })).toMatchObject({
          kind: 'deployments.apps',
          from: 0,
          to: 2,
        });
        expect((await bench.get('deployments', 'scaled'))['spec']).toMatchObject({ replicas: 2 });
      });

      it('does nothing when another number is there than the call thinks', async () => {
        const error = await bench.fails('resources_scale', { ...at('deploy', 'scaled'), replicas: 5, current: 7 });
        expect(error).toMatchObject({ code: 'conflict', message: expect.stringContaining('has 2 replicas, not 7') });
      });

      it('tells of the autoscaler that may change it again', async () => {
        await bench.make({
          apiVersion: 'autoscaling/v2',
          kind: 'HorizontalPodAutoscaler',
          metadata: { name: 'automatic' },
          spec: {
            scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'scaled' },
            minReplicas: 1,
            maxReplicas: 4,
            metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }],
          },
        });
        expect(await bench.ok('resources_scale', { ...at('deploy', 'scaled'), replicas: 1 })).toMatchObject({ autoscaler: 'automatic' });
      });

      it('says what has no replicas, and what is not there', async () => {
        await bench.make(configMap('flat'));
        expect(await bench.fails('resources_scale', { ...at('cm', 'flat'), replicas: 1 })).toMatchObject({ code: 'unsupported' });
        expect(await bench.fails('resources_scale', { ...at('deploy', 'scale'), replicas: 1 })).toMatchObject({
          code: 'not_found',
          details: { near: expect.arrayContaining(['scaled']) },
        });
      });
    });

    describe.each<[string, string, () => object]>([
      ['resources_patch', 'patch', () => ({ ...at('cm', 'guarded'), patch: { data: { sky: 'red' } } })],
      ['resources_label', 'patch', () => ({ ...at('cm', 'guarded'), labels: { a: 'b' } })],
      ['resources_scale', 'scale', () => ({ ...at('deploy', 'guarded'), replicas: 3 })],
    ])('%s is kept back', (tool, verb, args) => {
      const made = async () => {
        await bench.make(configMap('guarded')).catch(() => undefined);
        await bench.make(deploymentBody('guarded', { replicas: 0 })).catch(() => undefined);
      };
      const untouched = async () => {
        expect((await bench.get('configmaps', 'guarded'))['data']).toEqual({ sky: 'blue' });
        expect((await bench.get('configmaps', 'guarded')).metadata.labels).toBeUndefined();
        expect((await bench.get('deployments', 'guarded'))['spec']).toMatchObject({ replicas: 0 });
      };

      it('by the cluster, with the missing permission', async () => {
        await made();
        for (const context of ['reader', 'nobody']) {
          const session = await bench.with({ contexts: [context], context });
          expect(await session.fails(tool, args())).toMatchObject({
            code: 'forbidden',
            details: { missing: { user: expect.stringContaining(context) } },
          });
        }
        await untouched();
      });

      it('by rules: denied, or left to a person', async () => {
        await made();
        const rules = (decide: string) => ({
          contexts: ['admin'],
          rules: [{ verbs: [verb], namespaces: [bench.namespace], names: ['guarded'], decide }],
        });
        const denied = await bench.with(rules('deny'));
        expect(await denied.fails(tool, args())).toMatchObject({ code: 'forbidden', hint: 'The setting is rules.' });
        const asked = await bench.with(rules('confirm'));
        expect(await asked.fails(tool, args())).toMatchObject({ code: 'forbidden', hint: expect.stringContaining('elicitation') });
        const question = await asked.server.call(tool, { ...args() }, { can: { elicitation: true } });
        if (question.ok !== 'input') throw new Error(JSON.stringify(question));
        const [key = ''] = Object.keys(question.requests);
        const no = { can: { elicitation: true }, answers: { [key]: { action: 'decline' } } };
        expect(await asked.fails(tool, args(), no)).toMatchObject({ code: 'cancelled' });
        await untouched();
        expect(await asked.ok(tool, { ...args(), dry_run: true })).toBeDefined();
        await untouched();
      });

      it('by read-only mode', async () => {
        await made();
        const session = await bench.with({ contexts: ['admin'] }, { readOnly: true });
        expect(await session.fails(tool, args())).toMatchObject({ code: 'read_only' });
        await untouched();
      });

      it('until a person agrees', async () => {
        await made();
        const session = await bench.with({ contexts: ['admin'], rules: [{ verbs: [verb], decide: 'confirm' }] });
        const question = await session.server.call(tool, { ...args() }, { can: { elicitation: true } });
        if (question.ok !== 'input') throw new Error(JSON.stringify(question));
        const [key = ''] = Object.keys(question.requests);
        const yes = { can: { elicitation: true }, answers: { [key]: { action: 'accept', content: { confirm: true } } } };
        await session.ok(tool, args(), yes);
        await expect(untouched()).rejects.toThrow();
        await bench.ok('resources_delete', at('cm', 'guarded'));
        await bench.ok('resources_delete', { ...at('deploy', 'guarded'), wait_seconds: 20 });
      });
    });
  },
  { contexts: ['admin'] },
);
