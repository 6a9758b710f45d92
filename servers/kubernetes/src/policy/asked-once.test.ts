import type { CallOptions } from '@deployment-engine/shared/testing';
import { describe, expect, it } from 'vitest';
import { kubernetesSuite } from '../testing/fixture.ts';
import { podBody, running } from '../testing/pods.ts';

const YES = { action: 'accept', content: { confirm: true } };
const NO = { action: 'accept', content: { confirm: false } };
const person = (answers: Record<string, unknown> = {}): CallOptions => ({ can: { elicitation: true }, answers });

kubernetesSuite('a person is asked once', (bench) => {
  type Args = Record<string, unknown>;
  const rule = (verb: string, decide: string, more: object = {}) => ({ verbs: [verb], namespaces: [bench.namespace], decide, ...more });
  const under = (rules: object[], confirm: 'elicit' | 'plan' | 'allow' = 'elicit') =>
    bench.with({ rules, contexts: ['admin'] }, { confirm });
  const map = async (name: string, labels: Record<string, string> = {}): Promise<Args> => {
    await bench.make({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data: { a: '1' } });
    return { kind: 'configmaps', name, namespace: bench.namespace };
  };
  const isThere = (name: string): Promise<boolean> =>
    bench.get('configmaps', name).then(
      () => true,
      () => false,
    );
  /** Answers every question until there is none left; the messages, and how it ended. */
  const answering = async (session: Awaited<ReturnType<typeof under>>, tool: string, args: Args, answer: unknown) => {
    const asked: string[] = [];
    const answers: Record<string, unknown> = {};
    for (;;) {
      const result = await session.server.call(tool, args, person({ ...answers }));
      if (result.ok !== 'input') return { asked, result };
      for (const [key, { params }] of Object.entries(result.requests)) {
        asked.push((params as { message: string }).message);
        answers[key] = answer;
      }
      expect(asked.length).toBeLessThan(5);
    }
  };

  describe('for what destroys, under a rule that wants confirmation', () => {
    it('who agrees to the plan, which says why: done', async () => {
      const args = await map('agreed');
      const { asked, result } = await answering(await under([rule('delete', 'confirm')]), 'resources_delete', args, YES);
      expect(result).toMatchObject({ ok: true, output: { deleted: ['agreed'] } });
      expect(asked).toHaveLength(1);
      expect(asked[0]).toContain(
        `A rule of the operator wants a person to confirm this: delete configmaps "agreed" in ${bench.namespace}.`,
      );
      expect(await isThere('agreed')).toBe(false);
    });

    it('who refuses: nothing is changed', async () => {
      const args = await map('refused');
      const { asked, result } = await answering(await under([rule('delete', 'confirm')]), 'resources_delete', args, NO);
      expect(result).toMatchObject({ ok: false, error: { code: 'cancelled' } });
      expect(asked).toHaveLength(1);
      expect(await isThere('refused')).toBe(true);
    });

    it('also for several objects, for a pod that is evicted and for a manifest that takes over', async () => {
      await map('one', { set: 'once' });
      await map('two', { set: 'once' });
      const some = { kind: 'configmaps', labels: 'set=once', limit: 5, namespace: bench.namespace };
      const deleted = await answering(await under([rule('delete', 'confirm')]), 'resources_delete', some, YES);
      expect(deleted).toMatchObject({ asked: [expect.stringContaining('"one"')], result: { ok: true } });
      await running(bench, podBody('moved'));
      const evicted = await answering(
        await under([rule('evict', 'confirm')]),
        'pods_evict',
        { name: 'moved', namespace: bench.namespace },
        YES,
      );
      expect(evicted).toMatchObject({ asked: [expect.stringContaining('evict pods "moved"')], result: { ok: true } });
      const manifest = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'taken' }, data: { a: '1' } });
      const applied = await answering(
        await under([rule('apply', 'confirm')]),
        'resources_apply_forced',
        { manifest, namespace: bench.namespace },
        YES,
      );
      expect(applied).toMatchObject({ asked: [expect.stringContaining('apply configmaps "taken"')], result: { ok: true } });
    });

    it('is asked again where more would go than the plan showed', async () => {
      await map('first', { set: 'grown' });
      const session = await under([rule('delete', 'confirm')]);
      const args = { kind: 'configmaps', labels: 'set=grown', limit: 5, namespace: bench.namespace };
      const before = await session.server.call('resources_delete', args, person());
      const key = Object.keys(before.ok === 'input' ? before.requests : {})[0] ?? '';
      await map('second', { set: 'grown' });
      const after = await session.server.call('resources_delete', args, person({ [key]: YES }));
      expect(JSON.stringify(after)).toContain('second');
      expect(after.ok).toBe('input');
      expect([await isThere('first'), await isThere('second')]).toEqual([true, true]);
    });

    it('is asked by the rule alone where the operator lets the tool pass without a plan', async () => {
      const args = await map('allowed');
      const { asked, result } = await answering(await under([rule('delete', 'confirm')], 'allow'), 'resources_delete', args, YES);
      expect(result.ok).toBe(true);
      expect(asked).toHaveLength(1);
    });

    it('is asked by the rule after a plan’s token, which is no person’s word', async () => {
      const args = await map('planned');
      const session = await under([rule('delete', 'confirm')], 'plan');
      const { details } = await session.fails('resources_delete', args, person());
      const token = { ...args, plan_token: (details as { plan_token: string }).plan_token };
      const asked = await session.server.call('resources_delete', token, person());
      expect(asked.ok).toBe('input');
      expect(await isThere('planned')).toBe(true);
    });

    it('or it is refused where nobody can be asked, with a plan and without', async () => {
      const args = await map('alone');
      for (const mode of ['elicit', 'plan', 'allow'] as const)
        expect(await (await under([rule('delete', 'confirm')], mode)).fails('resources_delete', args), mode).toMatchObject({
          code: 'forbidden',
          message: expect.stringContaining('nobody can be asked'),
        });
      expect(await isThere('alone')).toBe(true);
    });
  });

  it('agreement does not lift a rule that denies', async () => {
    const args = await map('denied');
    const denied = await answering(await under([rule('delete', 'deny')]), 'resources_delete', args, YES);
    expect(denied).toMatchObject({ asked: [], result: { ok: false, error: { code: 'forbidden' } } });
    // the plan shows the whole; one part of it is denied
    await map('kept', { set: 'mixed' });
    await map('free', { set: 'mixed' });
    const mixed = await answering(
      await under([rule('delete', 'deny', { names: ['kept'] }), rule('delete', 'confirm')]),
      'resources_delete',
      { kind: 'configmaps', labels: 'set=mixed', limit: 5, namespace: bench.namespace },
      YES,
    );
    expect(mixed).toMatchObject({ asked: [], result: { ok: false, error: { code: 'forbidden' } } });
    expect([await isThere('denied'), await isThere('kept'), await isThere('free')]).toEqual([true, true, true]);
  });

  it('also a change that destroys nothing', async () => {
    await map('labelled');
    // as the pipeline does it by itself: it asks for no consent to a write
    const session = await under([rule('patch', 'confirm')], 'allow');
    const args = { kind: 'configmaps', name: 'labelled', namespace: bench.namespace, labels: { a: 'b' } };
    const refused = await answering(session, 'resources_label', args, NO);
    expect(refused).toMatchObject({ asked: [expect.any(String)], result: { ok: false, error: { code: 'cancelled' } } });
    const agreed = await answering(session, 'resources_label', args, YES);
    expect(agreed).toMatchObject({ asked: [expect.any(String)], result: { ok: true } });
  });

  it('a caller cannot claim that somebody has agreed', async () => {
    const args = await map('claimed');
    const session = await under([rule('delete', 'confirm')]);
    const covers = [`delete/configmaps/${bench.namespace}/claimed`];
    for (const claim of [{ consented: { summary: '', changes: [], covers } }, { consented: true }, { covers }])
      expect(await session.fails('resources_delete', { ...args, ...claim }, person())).toMatchObject({ code: 'invalid_input' });
    const caller = session.server.caller(person({ consented: YES, [covers[0] ?? '']: YES, 'io.deployment-engine/confirm': YES }));
    const outcome = await session.server.runtime.callTool('resources_delete', args, {
      ...caller,
      meta: {
        consented: true,
        'io.deployment-engine/consented': { covers },
        'io.deployment-engine/decision': { principal: caller.principal },
      },
    });
    expect(outcome.kind).toBe('input');
    // what the hub has decided for a child process is no consent by itself, nor is one to something else
    for (const decided of [{}, { consented: { summary: '', changes: [], covers: [`delete/configmaps/${bench.namespace}/other`] } }]) {
      const unasked = await session.server.runtime.callTool('resources_delete', args, { ...caller, answers: {}, decided });
      expect(unasked.kind).toBe('input');
    }
    expect(await isThere('claimed')).toBe(true);
  });
});
