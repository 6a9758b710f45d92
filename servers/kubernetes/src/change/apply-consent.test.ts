import { describe, expect, it } from 'vitest';
import { kubernetesSuite } from '../testing/fixture.ts';

const configMap = (name: string, data: Record<string, string>) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });

kubernetesSuite(
  'who may apply',
  (bench) => {
    describe('consent', () => {
      const rule = (decide: string, more: object = {}) => ({
        contexts: ['admin'],
        rules: [{ verbs: ['apply'], kinds: ['configmaps'], decide, ...more }],
      });
      const manifest = [configMap('ruled', { a: '1' }), configMap('ruled-too', { a: '1' })].join('\n---\n');
      const absent = async (name: string) => expect(bench.get('configmaps', name)).rejects.toMatchObject({ code: 'not_found' });

      it('a rule that denies keeps the whole manifest from being touched', async () => {
        const session = await bench.with(rule('deny', { names: ['ruled-too'] }));
        expect(await session.fails('resources_apply', { manifest, namespace: bench.namespace })).toMatchObject({ code: 'forbidden' });
        await absent('ruled');
      });

      it('a rule that wants a person refuses where nobody can be asked', async () => {
        const session = await bench.with(rule('confirm'));
        expect(await session.fails('resources_apply', { manifest, namespace: bench.namespace })).toMatchObject({
          code: 'forbidden',
          hint: expect.stringContaining('elicitation'),
        });
        await absent('ruled');
      });

      it('asks one question with what would change, and acts on the answer', async () => {
        const session = await bench.with(rule('confirm'));
        const args = { manifest, namespace: bench.namespace };
        const asked = await session.server.call('resources_apply', args, { can: { elicitation: true } });
        if (asked.ok !== 'input') throw new Error(JSON.stringify(asked));
        const [key = ''] = Object.keys(asked.requests);
        expect(Object.keys(asked.requests)).toHaveLength(1);
        const { message } = (asked.requests[key]?.params ?? {}) as { message?: string };
        expect(message).toContain('configmaps "ruled"');
        expect(message).toContain('+  a: "1"');
        await absent('ruled');
        const answer = (confirm: boolean) => ({
          can: { elicitation: true },
          answers: { [key]: { action: 'accept', content: { confirm } } },
        });
        expect(await session.fails('resources_apply', args, answer(false))).toMatchObject({ code: 'cancelled' });
        await absent('ruled');
        await session.ok('resources_apply', args, answer(true));
        expect((await bench.get('configmaps', 'ruled-too'))['data']).toEqual({ a: '1' });
      });

      it('a dry run needs no person', async () => {
        const session = await bench.with(rule('confirm'));
        await session.ok('resources_apply', { manifest: configMap('ruled', { a: '2' }), namespace: bench.namespace, dry_run: true });
      });
    });

    describe('refusals', () => {
      it('names the permission that a reader lacks', async () => {
        const session = await bench.with({ context: 'reader', contexts: ['reader'] });
        const error = await session.fails('resources_apply', { manifest: configMap('no', { a: '1' }), namespace: bench.namespace });
        expect(error).toMatchObject({
          code: 'forbidden',
          details: { missing: { verb: 'patch', resource: 'configmaps', namespace: bench.namespace } },
        });
      });

      it('has nothing to offer in read-only mode', async () => {
        const session = await bench.with({ contexts: ['admin'] }, { readOnly: true });
        const args = { manifest: configMap('no', { a: '1' }), namespace: bench.namespace };
        expect(await session.fails('resources_apply', args)).toMatchObject({ code: 'read_only' });
        expect(await session.fails('resources_apply_forced', args)).toMatchObject({ code: 'read_only' });
        expect(await session.ok('resources_diff', args)).toMatchObject({ objects: [{ result: 'created' }] });
        await expect(bench.get('configmaps', 'no')).rejects.toMatchObject({ code: 'not_found' });
      });

      it('changes nothing in a context that is only read, and compares there', async () => {
        const session = await bench.with({ contexts: ['admin'], readOnlyContexts: ['admin'] });
        const args = { manifest: configMap('no', { a: '1' }), namespace: bench.namespace };
        expect(await session.fails('resources_apply', args)).toMatchObject({ code: 'read_only' });
        expect(await session.ok('resources_diff', args)).toMatchObject({ objects: [{ result: 'created' }] });
      });

      it('a change must name its context when there are several', async () => {
        const session = await bench.with({});
        expect(await session.fails('resources_apply', { manifest: configMap('no', {}), namespace: bench.namespace })).toMatchObject({
          code: 'invalid_input',
          hint: expect.stringContaining('admin'),
        });
      });
    });
  },
  { contexts: ['admin'] },
);
