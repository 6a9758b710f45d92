import { describe, expect, it, vi } from 'vitest';
import { Cluster } from '../client/cluster.ts';
import { deploymentBody } from '../testing/deployments.ts';
import { kubernetesSuite, soon } from '../testing/fixture.ts';

interface Deleted {
  deleted: string[];
  remaining: string[];
  failed: string[][];
}

interface Planned {
  plan: { summary: string; changes: string[] };
  plan_token: string;
}

kubernetesSuite(
  'resources_delete',
  (bench) => {
    const at = (kind: string, name: string) => ({ kind, name, namespace: bench.namespace });
    const configMap = (name: string, more: object = {}) => bench.make({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...more } });
    const gone = async (kind: string, name: string) =>
      expect
        .poll(async () => bench.cluster.find(await bench.cluster.kind(kind, soon()), { name, namespace: bench.namespace }, soon()), {
          timeout: 20_000,
        })
        .toBeUndefined();
    const planning = () => bench.with({ contexts: ['admin'] }, { confirm: 'plan' });

    it('deletes one object by its name', async () => {
      await configMap('single');
      expect(await bench.ok<Deleted>('resources_delete', { ...at('cm', 'single'), wait_seconds: 10 })).toMatchObject({
        kind: 'configmaps',
        deleted: ['single'],
        remaining: [],
        failed: [],
      });
      await gone('configmaps', 'single');
    });

    it('plans with owners and dependants by kind, and carries exactly that out', async () => {
      await bench.make(deploymentBody('web', { replicas: 2 }));
      await bench.ok('resources_wait', { ...at('deploy', 'web'), for: 'ready' });
      const session = await planning();
      const error = await session.fails('resources_delete', at('deploy', 'web'));
      expect(error.code).toBe('confirmation_required');
      const { plan, plan_token } = error.details as Planned;
      expect(plan.summary).toContain('deployments.apps "web"');
      expect(plan.summary).toMatch(/With it go: .*2 pods/);
      expect(plan.summary).toMatch(/1 replicasets\.apps/);
      expect(plan.summary).toContain('(context admin)');
      expect(plan.changes[0]).toBe('web (2/2 ready)');
      expect((await bench.get('deployments', 'web')).metadata.deletionTimestamp).toBeUndefined();
      await session.ok('resources_delete', { ...at('deploy', 'web'), plan_token });
      await gone('deployments.apps', 'web');
    });

    it('says that the owner of a pod makes another, and what is left behind with Orphan', async () => {
      await bench.make(deploymentBody('owner'));
      await bench.ok('resources_wait', { ...at('deploy', 'owner'), for: 'ready' });
      const { objects } = await bench.ok<{ objects: { metadata: { name: string } }[] }>('resources_list', {
        kind: 'pods',
        namespace: bench.namespace,
        labels: 'app=owner',
        view: 'json',
      });
      const pod = objects[0]?.metadata.name ?? '';
      const session = await planning();
      const { plan } = (await session.fails('resources_delete', at('pod', pod))).details as Planned;
      expect(plan.changes[0]).toMatch(/its owner ReplicaSet owner-\w+ may make another/);
      const orphaned = (await session.fails('resources_delete', { ...at('deploy', 'owner'), propagation: 'Orphan' })).details as Planned;
      expect(orphaned.plan.summary).toMatch(/Left behind without an owner: .*1 replicasets\.apps/);
      expect(orphaned.plan.changes).toContainEqual(expect.stringMatching(/^kept: replicasets\.apps owner-/));
      await bench.ok('resources_delete', { ...at('deploy', 'owner'), propagation: 'Orphan', wait_seconds: 20 });
      const sets = await bench.cluster.list(
        await bench.cluster.kind('replicasets.apps', soon()),
        { namespace: bench.namespace, labelSelector: 'app=owner' },
        soon(),
      );
      expect(sets.items).toHaveLength(1);
    });

    it('a plan is no good once another object has the name', async () => {
      await configMap('reborn');
      const session = await planning();
      const { plan_token } = (await session.fails('resources_delete', at('cm', 'reborn'))).details as Planned;
      await bench.ok('resources_delete', at('cm', 'reborn'));
      await configMap('reborn');
      expect(await session.fails('resources_delete', { ...at('cm', 'reborn'), plan_token })).toMatchObject({ code: 'conflict' });
      await bench.get('configmaps', 'reborn');
    });

    it('deletes the object that it looked at, and not another that takes its name meanwhile', async () => {
      await configMap('swapped');
      const original = Cluster.prototype.delete;
      const deleting = vi.spyOn(Cluster.prototype, 'delete').mockImplementationOnce(async function swapped(this: Cluster, ...args) {
        await original.apply(bench.cluster, [args[0], args[1], {}, soon()]);
        await configMap('swapped');
        return original.apply(this, args);
      });
      try {
        expect(await bench.fails('resources_delete', at('cm', 'swapped'))).toMatchObject({ code: 'conflict' });
      } finally {
        deleting.mockRestore();
      }
      await bench.get('configmaps', 'swapped');
    });

    it('names what keeps an object, and waits no longer than it is told', async () => {
      await configMap('held', { finalizers: ['example.com/hold'] });
      const session = await planning();
      const { plan } = (await session.fails('resources_delete', at('cm', 'held'))).details as Planned;
      expect(plan.changes[0]).toContain('kept until its finalizers are done: example.com/hold');
      const began = Date.now();
      expect(await bench.ok<Deleted>('resources_delete', { ...at('cm', 'held'), wait_seconds: 1 })).toMatchObject({
        deleted: ['held'],
        remaining: ['held (example.com/hold)'],
      });
      expect(Date.now() - began).toBeLessThan(15_000);
      await bench.ok('resources_patch', { ...at('cm', 'held'), patch: { metadata: { finalizers: null } } });
      await gone('configmaps', 'held');
    });

    it('by selector deletes no more than the limit', async () => {
      for (const index of [1, 2, 3]) await configMap(`group-${index}`, { labels: { group: 'three' } });
      await configMap('other', { labels: { group: 'other' } });
      const by = (limit?: number) => ({
        kind: 'cm',
        namespace: bench.namespace,
        labels: 'group=three',
        ...(limit === undefined ? {} : { limit }),
      });
      expect(await bench.fails('resources_delete', by())).toMatchObject({ code: 'invalid_input', hint: expect.stringContaining('limit') });
      expect(await bench.fails('resources_delete', by(2))).toMatchObject({
        code: 'invalid_input',
        message: expect.stringContaining('limit is 2; nothing was deleted'),
      });
      await bench.get('configmaps', 'group-1');
      expect((await bench.ok<Deleted>('resources_delete', by(3))).deleted).toEqual(['group-1', 'group-2', 'group-3']);
      await gone('configmaps', 'group-3');
      await bench.get('configmaps', 'other');
      expect(await bench.fails('resources_delete', by(3))).toMatchObject({ code: 'not_found' });
    });

    it('previews what lies in a namespace', async () => {
      const name = await bench.space('doomed');
      for (const one of ['a', 'b']) await bench.make({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: one, namespace: name } });
      await expect
        .poll(
          async () =>
            (
              await bench.cluster.find(
                await bench.cluster.kind('v1/configmaps', soon()),
                { name: 'kube-root-ca.crt', namespace: name },
                soon(),
              )
            )?.metadata.name,
          { timeout: 10_000 },
        )
        .toBe('kube-root-ca.crt');
      const session = await planning();
      const { plan } = (await session.fails('resources_delete', { kind: 'ns', name })).details as Planned;
      expect(plan.summary).toMatch(/With it go: 3 configmaps/);
    });

    it('holds what goes with a namespace to the rules as well', async () => {
      const name = await bench.space('sheltering');
      const inside = { name: 'precious', namespace: name };
      await bench.make({ apiVersion: 'v1', kind: 'Secret', metadata: inside, stringData: { word: 'kept' } });
      for (const confirm of ['allow', 'plan'] as const) {
        const rules = [{ verbs: ['delete'], kinds: ['secrets'], names: ['precious'], decide: 'deny' }];
        const session = await bench.with({ contexts: ['admin'], rules }, { confirm });
        expect(await session.fails('resources_delete', { kind: 'ns', name })).toMatchObject({
          code: 'forbidden',
          message: expect.stringContaining('secrets "precious"'),
        });
      }
      await bench.get('secrets', 'precious', name);
      await bench.ok('resources_delete', { kind: 'ns', name });
    });

    it('names near names for a wrong one', async () => {
      await configMap('harbour');
      expect(await bench.fails('resources_delete', at('cm', 'harbuor'))).toMatchObject({
        code: 'not_found',
        hint: expect.stringContaining('harbour'),
        details: { near: ['harbour'] },
      });
      expect(await bench.fails('resources_delete', at('configmop', 'harbour'))).toMatchObject({
        code: 'not_found',
        hint: expect.stringContaining('configmap'),
      });
    });

    it.each([
      ['neither name nor labels', { kind: 'cm' }],
      ['name and labels', { kind: 'cm', name: 'a', labels: 'a=b', limit: 1 }],
      ['a selector that fits everything', { kind: 'cm', labels: ' ', limit: 5 }],
      ['a name that is a path', { kind: 'cm', name: '..' }],
      ['a name with a slash', { kind: 'cm', name: 'a/b' }],
      ['a name that is an option', { kind: 'cm', name: '--server=https://example.com' }],
      ['all namespaces', { kind: 'cm', labels: 'a=b', limit: 1, namespace: '*' }],
    ])('refuses %s', async (_what, args) => {
      expect(await bench.fails('resources_delete', args)).toMatchObject({ code: 'invalid_input' });
    });

    it('refuses a selector of 1 MB in fewer than 100 tokens', async () => {
      const labels = `app=${'x'.repeat(1_048_576)}`;
      for (const [tool, args] of [
        ['resources_delete', { kind: 'cm', labels, limit: 1 }],
        ['resources_list', { kind: 'cm', labels }],
        ['resources_wait', { kind: 'cm', labels, for: 'ready' }],
      ] as const) {
        const result = await bench.server.call(tool, args);
        expect(result).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
        expect(JSON.stringify(result).length / 4).toBeLessThan(200);
        expect('text' in result ? result.text.length / 4 : Infinity).toBeLessThan(100);
      }
    });

    describe('is kept back', () => {
      it('by the cluster, with the missing permission', async () => {
        await configMap('kept').catch(() => undefined);
        const reader = await bench.with({ context: 'reader', contexts: ['reader'] });
        expect(await reader.fails('resources_delete', at('cm', 'kept'))).toMatchObject({
          code: 'forbidden',
          details: { missing: { verb: 'delete', resource: 'configmaps' } },
        });
        const nobody = await bench.with({ context: 'nobody', contexts: ['nobody'] });
        expect(await nobody.fails('resources_delete', at('cm', 'kept'))).toMatchObject({
          code: 'forbidden',
          details: { missing: { verb: 'get' } },
        });
        await bench.get('configmaps', 'kept');
      });

      it('by rules: denied for one of several, or left to a person', async () => {
        await configMap('ruled-1', { labels: { group: 'ruled' } });
        await configMap('ruled-2', { labels: { group: 'ruled' } });
        const args = { kind: 'cm', namespace: bench.namespace, labels: 'group=ruled', limit: 5 };
        const rules = (decide: string, names: string[]) => ({ contexts: ['admin'], rules: [{ verbs: ['delete'], names, decide }] });
        expect(await (await bench.with(rules('deny', ['ruled-2']))).fails('resources_delete', args)).toMatchObject({ code: 'forbidden' });
        await bench.get('configmaps', 'ruled-1');
        const session = await bench.with(rules('confirm', ['ruled-*']));
        expect(await session.fails('resources_delete', args)).toMatchObject({
          code: 'forbidden',
          hint: expect.stringContaining('elicitation'),
        });
        const asked = await session.server.call('resources_delete', args, { can: { elicitation: true } });
        if (asked.ok !== 'input') throw new Error(JSON.stringify(asked));
        const [key = ''] = Object.keys(asked.requests);
        await bench.get('configmaps', 'ruled-1');
        await session.ok('resources_delete', args, {
          can: { elicitation: true },
          answers: { [key]: { action: 'accept', content: { confirm: true } } },
        });
        await gone('configmaps', 'ruled-2');
      });

      it('by read-only mode, read-only contexts, and namespaces and kinds of the policy', async () => {
        await configMap('kept').catch(() => undefined);
        const readOnly = await bench.with({ contexts: ['admin'] }, { readOnly: true });
        expect(await readOnly.fails('resources_delete', at('cm', 'kept'))).toMatchObject({ code: 'read_only' });
        for (const [config, code] of [
          [{ readOnlyContexts: ['admin'] }, 'read_only'],
          [{ namespaces: { deny: [bench.namespace] } }, 'forbidden'],
          [{ kinds: { deny: ['configmaps'] } }, 'forbidden'],
        ] as const) {
          const session = await bench.with({ contexts: ['admin'], ...config });
          expect(await session.fails('resources_delete', at('cm', 'kept'))).toMatchObject({ code });
        }
        await bench.get('configmaps', 'kept');
      });

      it('by a person, where one can be asked', async () => {
        await configMap('kept').catch(() => undefined);
        const session = await bench.with({ contexts: ['admin'] }, { confirm: 'elicit' });
        const asked = await session.server.call('resources_delete', at('cm', 'kept'), { can: { elicitation: true } });
        if (asked.ok !== 'input') throw new Error(JSON.stringify(asked));
        const [key = ''] = Object.keys(asked.requests);
        const no = { can: { elicitation: true }, answers: { [key]: { action: 'decline' } } };
        expect(await session.fails('resources_delete', at('cm', 'kept'), no)).toMatchObject({ code: 'cancelled' });
        await bench.get('configmaps', 'kept');
      });
    });
  },
  { contexts: ['admin'] },
);
