import { expect, it } from 'vitest';
import { kubernetesSuite } from '../testing/fixture.ts';
import { podBody, running } from '../testing/pods.ts';

kubernetesSuite('pods_evict', (bench) => {
  const args = (name: string): object => ({ name, namespace: bench.namespace, context: 'admin' });
  const gone = (name: string) =>
    expect
      .poll(
        () =>
          bench.get('v1/pods', name).then(
            () => 'there',
            (error: { code: string }) => error.code,
          ),
        { timeout: 10_000 },
      )
      .toBe('not_found');

  it('evicts a pod', async () => {
    await running(bench, podBody('alone'));
    expect(await bench.ok('pods_evict', args('alone'))).toEqual({ context: 'admin', name: 'alone', namespace: bench.namespace });
    await gone('alone');
    expect(await bench.fails('pods_evict', args('alon'))).toMatchObject({ code: 'not_found' });
  });

  it('is held back by a disruption budget, as a typed conflict, and the plan says so before', async () => {
    await running(bench, podBody('guarded', { labels: { app: 'guarded' } }));
    await bench.make({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'keep-all' },
      spec: { minAvailable: 1, selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['guarded'] }] } },
    });
    const budget = async () =>
      (await bench.get('policy/v1/poddisruptionbudgets', 'keep-all'))['status'] as { expectedPods?: number } | undefined;
    await expect.poll(async () => (await budget())?.expectedPods, { timeout: 15_000 }).toBe(1);
    expect(await bench.fails('pods_evict', args('guarded'))).toMatchObject({ code: 'conflict', details: { reason: 'DisruptionBudget' } });
    const planned = await (await bench.with({}, { confirm: 'plan' })).fails('pods_evict', args('guarded'));
    expect(planned.code).toBe('confirmation_required');
    expect(JSON.stringify(planned.details)).toContain('keep-all allows 0 disruptions');
    expect(JSON.stringify(planned.details)).toContain('nobody makes another');
    expect((await bench.get('v1/pods', 'guarded')).metadata.deletionTimestamp).toBeUndefined();
  });

  it('asks a person where a rule wants it, and is refused in read-only mode', async () => {
    await running(bench, podBody('asked'));
    const ruled = await bench.with({ rules: [{ verbs: ['evict'], decide: 'confirm' }] });
    expect(await ruled.fails('pods_evict', args('asked'))).toMatchObject({ code: 'forbidden' });
    const asking = await ruled.server.call('pods_evict', { ...args('asked') }, { can: { elicitation: true } });
    expect(asking.ok).toBe('input');
    expect(await (await bench.with({}, { readOnly: true })).fails('pods_evict', args('asked'))).toMatchObject({ code: 'read_only' });
    expect((await bench.get('v1/pods', 'asked')).metadata.deletionTimestamp).toBeUndefined();
  });
});
