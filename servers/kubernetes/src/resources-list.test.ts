import { expect, it } from 'vitest';
import { kubernetesSuite } from './testing/fixture.ts';

kubernetesSuite('lists on the real control plane', (bench) => {
  it('shows what the API server prints, for any kind', async () => {
    await bench.make({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { a: '1', b: '2' } });
    const listed = await bench.ok<{ columns: string[]; rows: string[][]; total: number }>('resources_list', {
      kind: 'cm',
      namespace: bench.namespace,
    });
    expect(listed.columns).toEqual(['NAME', 'DATA', 'AGE']);
    expect(listed.rows.find(([name]) => name === 'settings')?.[1]).toBe('2');
    expect(await bench.text('resources_list', { kind: 'configmaps', namespace: '*', labels: 'none=such' })).toContain(
      '0 configmaps in admin',
    );
  });

  it('refuses what the user may not see, and names the missing permission', async () => {
    expect(await bench.fails('resources_list', { kind: 'pods', namespace: bench.namespace, context: 'nobody' })).toMatchObject({
      code: 'forbidden',
      details: { missing: { verb: 'list', resource: 'pods', group: '', namespace: bench.namespace, user: 'nobody' } },
    });
  });

  it('answers for several contexts at once, and one that is away does not hide the others', async () => {
    const { contexts } = await bench.ok<{ contexts: { context: string; names?: object; error?: { code: string } }[] }>('resources_list', {
      kind: 'nodes',
      view: 'names',
      contexts: ['admin', 'away', 'second', 'nobody'],
    });
    expect(contexts.map(({ context, error }) => [context, error?.code])).toEqual([
      ['admin', undefined],
      ['away', 'unavailable'],
      ['second', undefined],
      ['nobody', 'forbidden'],
    ]);
  });
});
