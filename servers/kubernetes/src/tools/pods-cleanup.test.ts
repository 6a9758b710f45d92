import { expect, it } from 'vitest';
import type { Pod } from '../pods/pod.ts';
import { kubernetesSuite } from '../testing/fixture.ts';
import { podBody, running } from '../testing/pods.ts';

interface Cleaned {
  removed: number;
  pods: string[];
  failed: string[];
  left: number;
}

kubernetesSuite('pods_cleanup', (bench) => {
  const args = (more: object = {}): object => ({ namespace: bench.namespace, context: 'admin', older_than: '0s', ...more });
  const made = async (name: string, fate?: string): Promise<void> => {
    await running(
      bench,
      podBody(name, {
        labels: { set: name.split('-')[0] ?? '' },
        ...(fate ? { annotations: { [bench.backend.fates.annotation]: fate } } : {}),
      }),
    );
    if (fate !== undefined)
      await expect.poll(async () => (await bench.get<Pod>('v1/pods', name)).status?.phase, { timeout: 10_000 }).toMatch(/Succeeded|Failed/);
  };
  const names = async (): Promise<string[]> => {
    const kind = await bench.cluster.kind('v1/pods', AbortSignal.timeout(5_000));
    const all = await bench.cluster.listAll(kind, { namespace: bench.namespace }, AbortSignal.timeout(5_000));
    return all
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ metadata }) => metadata.name)
      .toSorted();
  };

  it('removes what has ended, by its state and age, and nothing else', async () => {
    await Promise.all([made('one-done', 'complete'), made('one-failed', 'failed'), made('one-evicted', 'evicted'), made('one-runs')]);
    const plan = await (await bench.with({}, { confirm: 'plan' })).fails('pods_cleanup', args());
    expect(plan.code).toBe('confirmation_required');
    expect(JSON.stringify(plan.details)).toMatch(/one-done.*Completed/);
    expect(JSON.stringify(plan.details)).not.toContain('one-runs');
    expect(await bench.ok<Cleaned>('pods_cleanup', args({ older_than: '1h' }))).toMatchObject({ removed: 0 });
    expect(await bench.ok<Cleaned>('pods_cleanup', args({ labels: 'set=two' }))).toMatchObject({ removed: 0 });
    expect(await bench.ok<Cleaned>('pods_cleanup', args({ states: ['evicted'] }))).toMatchObject({
      removed: 1,
      pods: [`${bench.namespace}/one-evicted`],
    });
    expect(await bench.ok<Cleaned>('pods_cleanup', args({ limit: 1 }))).toMatchObject({ removed: 1, left: 1 });
    expect(await bench.ok<Cleaned>('pods_cleanup', args())).toMatchObject({ removed: 1, left: 0, failed: [] });
    expect(await names()).toEqual(['one-runs']);
  });

  it('keeps what a rule keeps, and refuses what is no length of time', async () => {
    await made('three-done', 'complete');
    const ruled = await bench.with({ rules: [{ verbs: ['delete'], names: ['three-*'], decide: 'deny' }] });
    expect(await ruled.fails('pods_cleanup', args())).toMatchObject({ code: 'forbidden' });
    for (const older_than of ['soon', '-1h', '1w', '', '1h; rm'])
      expect(await bench.fails('pods_cleanup', args({ older_than })), older_than).toMatchObject({ code: 'invalid_input' });
    expect(await (await bench.with({}, { readOnly: true })).fails('pods_cleanup', args())).toMatchObject({ code: 'read_only' });
    expect(await names()).toContain('three-done');
  });
});
