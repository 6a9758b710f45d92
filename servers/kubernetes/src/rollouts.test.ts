import { expect, it } from 'vitest';
import { changeFor, overtaken, type Change } from './rollout/manage.ts';
import { workloadOf } from './rollout/workload.ts';
import { kubernetesSuite, soon } from './testing/fixture.ts';
import { writeStatus } from './testing/kubelet.ts';
import type { ClusterContext } from './tools/define.ts';

interface History {
  state: string;
  revisions: { revision: number; cause?: string; changes: string[]; more: number }[];
}

kubernetesSuite('rollouts on the real control plane', (bench) => {
  const context = 'admin';
  const workload = (kind: string, app: string, spec: object = {}) =>
    bench.make({
      apiVersion: 'apps/v1',
      kind,
      metadata: { name: app },
      spec: {
        ...(kind === 'DaemonSet' ? {} : { replicas: 2 }),
        ...(kind === 'StatefulSet' ? { serviceName: app } : {}),
        selector: { matchLabels: { app } },
        template: {
          metadata: { labels: { app } },
          spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: 'example.test/app:1' }] },
        },
        ...spec,
      },
    });
  const change = async (kind: string, name: string, container: object, annotations: object = {}) => {
    const found = await bench.cluster.kind(kind, soon());
    const body = { metadata: { annotations }, spec: { template: { spec: { containers: [{ name: 'main', ...container }] } } } };
    await bench.cluster.patch(found, { namespace: bench.namespace, name }, body, { type: 'strategic' }, soon());
  };
  const read = <T>(kind: string, name: string, more: object = {}): Promise<T> =>
    bench.ok<T>('rollout_read', { kind, name, namespace: bench.namespace, max_tokens: 8_000, ...more });
  const manage = (action: string, kind: string, name: string, more: object = {}) =>
    bench.ok<{ changed: boolean; state: string; to_revision?: number; waited_ms: number }>('rollout_manage', {
      context,
      action,
      kind,
      name,
      namespace: bench.namespace,
      ...more,
    });
  const complete = (kind: string, name: string) =>
    expect.poll(async () => (await read<History>(kind, name)).state, { timeout: 40_000 }).toBe('complete');
  const image = async (kind: string, name: string): Promise<unknown> => {
    const { spec } = (await bench.get(kind, name)) as unknown as { spec: { template: { spec: { containers: { image: string }[] } } } };
    return spec.template.spec.containers[0]?.image;
  };

  it('follows a Deployment until it runs, tells what each revision changed and goes back to one', async () => {
    await workload('Deployment', 'web');
    await complete('deployment', 'web');
    await change(
      'deployments',
      'web',
      { image: 'example.test/app:2', env: [{ name: 'API_TOKEN', value: 'planted-canary-1' }] },
      { 'kubernetes.io/change-cause': 'second' },
    );
    await complete('deployment', 'web');
    await change('deployments', 'web', { image: 'example.test/app:3', env: [{ name: 'API_TOKEN', value: 'planted-canary-2' }] });
    await complete('deployment', 'web');
    const { revisions } = await read<History>('deployment', 'web', { view: 'history' });
    expect(revisions.map(({ revision }) => revision)).toEqual([3, 2, 1]);
    expect(revisions[0]?.changes).toEqual([
      expect.stringMatching(/^\.spec\.containers\[main\]\.env\[API_TOKEN\]\.value "\[masked \w{8}\]" → "\[masked \w{8}\]"$/),
      '.spec.containers[main].image "example.test/app:2" → "example.test/app:3"',
    ]);
    expect(revisions[1]).toMatchObject({
      cause: 'second',
      changes: expect.arrayContaining(['.spec.containers[main].image "example.test/app:1" → "example.test/app:2"']) as unknown,
    });
    expect(revisions[2]?.changes).toEqual([]);
    const { template } = await read<{ template: string }>('deployment', 'web', { revision: 2 });
    expect(template).toContain('example.test/app:2');
    expect(template + JSON.stringify(revisions)).not.toContain('planted-canary');

    const small = await bench.server.call('rollout_read', { name: 'web', namespace: bench.namespace, view: 'history', max_tokens: 300 });
    expect(Buffer.byteLength(JSON.stringify(small.ok === true ? [small.output, small.text] : undefined))).toBeLessThan(1_400);

    const steps: string[] = [];
    const undone = await bench.ok<{ state: string }>(
      'rollout_manage',
      { context, action: 'undo', name: 'web', namespace: bench.namespace, to_revision: 1, wait_seconds: 40 },
      { onProgress: ({ message = '' }) => steps.push(message) },
    );
    expect(undone).toMatchObject({ changed: true, to_revision: 1, state: 'complete' });
    expect(steps.length).toBeGreaterThan(0);
    expect(await image('deployments', 'web')).toBe('example.test/app:1');
    // revision 1 has become revision 4, and the one before is 3 again
    expect(await manage('undo', 'deployment', 'web', { wait_seconds: 40 })).toMatchObject({
      changed: true,
      to_revision: 3,
      state: 'complete',
    });
    expect(await image('deployments', 'web')).toBe('example.test/app:3');
    expect(await manage('undo', 'deployment', 'web', { to_revision: 5 })).toMatchObject({ changed: false, to_revision: 5 });
    const gone = await bench.fails('rollout_manage', { context, action: 'undo', name: 'web', namespace: bench.namespace, to_revision: 1 });
    expect(gone).toMatchObject({ code: 'not_found', hint: expect.stringContaining('5, 4, 2') as unknown });
  }, 120_000);

  it('goes back while the status moves, and not over a template that somebody changed meanwhile', async () => {
    await workload('Deployment', 'moving');
    await complete('deployment', 'moving');
    await change('deployments', 'moving', { image: 'example.test/app:2' });
    await complete('deployment', 'moving');
    const [kind, at] = [await bench.cluster.kind('deployments', soon()), { namespace: bench.namespace, name: 'moving' }];
    const to = { cluster: bench.cluster, signal: soon() } as unknown as ClusterContext;
    const planned = async () => {
      const { place, workload: was } = await workloadOf({ kind: 'deployment', ...at }, to);
      return { place, was, made: await changeFor({ kind: 'deployment', action: 'undo' }, place, was, to) };
    };
    const templateOf = ({ body }: Change) => (body as { op: string; value: unknown }[]).find(({ op }) => op === 'replace')?.value;
    const carryOut = ({ body, type }: Change) => bench.cluster.patch(kind, at, body, { type }, soon());

    const { was, made } = await planned();
    const condition = { type: 'Moved', status: 'True', reason: 'Test', message: 'moved' };
    await writeStatus(bench, 'deployments', was, { conditions: [...(was.status?.conditions ?? []), condition] });
    expect((await bench.get('deployments', 'moving')).metadata.resourceVersion).not.toBe(was.metadata.resourceVersion);
    await carryOut(made);
    expect(await image('deployments', 'moving')).toBe('example.test/app:1');

    await change('deployments', 'moving', { image: 'example.test/app:2' });
    const { place, made: late } = await planned();
    // whether or not the controller has come to the change yet, the one before it is meant
    expect(templateOf(late)).toEqual(templateOf(made));
    await change('deployments', 'moving', { image: 'example.test/app:3' });
    const refused: unknown = await carryOut(late).catch((error: unknown) => overtaken(error, place, late));
    expect(refused).toMatchObject({ code: 'conflict', message: expect.stringContaining('moving was changed meanwhile') as unknown });
    expect(await image('deployments', 'moving')).toBe('example.test/app:3');
  }, 120_000);

  it('pauses, keeps what is changed meanwhile back, and resumes', async () => {
    await workload('Deployment', 'held');
    await complete('deployment', 'held');
    expect(await manage('pause', 'deployment', 'held')).toMatchObject({ changed: true });
    expect(await manage('pause', 'deployment', 'held')).toMatchObject({ changed: false });
    await change('deployments', 'held', { image: 'example.test/app:2' });
    await expect.poll(async () => read('deployment', 'held'), { timeout: 20_000 }).toMatchObject({ state: 'paused', updated: 0 });
    for (const action of ['restart', 'undo'])
      expect(await bench.fails('rollout_manage', { context, action, name: 'held', namespace: bench.namespace })).toMatchObject({
        code: 'conflict',
      });
    expect(await manage('resume', 'deployment', 'held', { wait_seconds: 40 })).toMatchObject({
      changed: true,
      state: 'complete',
      updated: 2,
    });
    const restarted = await manage('restart', 'deployment', 'held', { wait_seconds: 40 });
    expect(restarted).toMatchObject({ changed: true, state: 'complete' });
    const { revisions } = await read<History>('deployment', 'held', { view: 'history' });
    expect(revisions[0]?.changes).toEqual([expect.stringContaining('restartedAt')]);
  }, 120_000);

  it.each([
    ['StatefulSet', 'statefulset'],
    ['DaemonSet', 'daemonset'],
  ])(
    'keeps the history of a %s and goes back',
    async (made, kind) => {
      const name = `old-${kind}`;
      await workload(made, name);
      await complete(kind, name);
      await change(`${kind}s`, name, { image: 'example.test/app:2' });
      await complete(kind, name);
      const { revisions } = await read<History>(kind, name, { view: 'history' });
      expect(revisions.map(({ revision, changes }) => [revision, changes])).toEqual([
        [2, ['.spec.containers[main].image "example.test/app:1" → "example.test/app:2"']],
        [1, []],
      ]);
      expect(await manage('undo', kind, name, { wait_seconds: 40 })).toMatchObject({ changed: true, to_revision: 1, state: 'complete' });
      expect(await image(`${kind}s`, name)).toBe('example.test/app:1');
      expect(await bench.fails('rollout_manage', { context, action: 'pause', kind, name, namespace: bench.namespace })).toMatchObject({
        code: 'unsupported',
      });
    },
    120_000,
  );

  it('says that a rollout does not come through, and stops waiting at its time', async () => {
    await workload('Deployment', 'broken', { progressDeadlineSeconds: 8 });
    await complete('deployment', 'broken');
    const found = await bench.cluster.kind('deployments', soon());
    const body = { spec: { template: { metadata: { annotations: { [bench.backend.fates.annotation]: 'crash-loop' } } } } };
    await bench.cluster.patch(found, { namespace: bench.namespace, name: 'broken' }, body, { type: 'merge' }, soon());
    expect(await manage('resume', 'deployment', 'broken', { wait_seconds: 1 })).toMatchObject({ changed: false, state: 'progressing' });
    expect(await manage('resume', 'deployment', 'broken', { wait_seconds: 60 })).toMatchObject({ state: 'failed' });
    expect(await manage('undo', 'deployment', 'broken', { wait_seconds: 40 })).toMatchObject({ state: 'complete', to_revision: 1 });
  }, 120_000);

  it('names what is missing: a workload, a revision before, a permission, a context', async () => {
    await workload('Deployment', 'fresh');
    await complete('deployment', 'fresh');
    const args = { context, action: 'undo', name: 'fresh', namespace: bench.namespace };
    expect(await bench.fails('rollout_manage', args)).toMatchObject({ code: 'not_found' });
    expect(await bench.fails('rollout_manage', { ...args, name: 'frehs' })).toMatchObject({
      code: 'not_found',
      hint: expect.stringContaining('fresh') as unknown,
    });
    expect(await bench.fails('rollout_manage', { ...args, action: 'restart', context: 'reader' })).toMatchObject({
      code: 'forbidden',
      details: { missing: { verb: 'patch' } },
    });
    const { context: _context, ...without } = args;
    expect(await bench.fails('rollout_manage', without)).toMatchObject({ code: 'invalid_input' });
    const asking = await bench.with({ rules: [{ verbs: ['patch'], namespaces: [bench.namespace], decide: 'confirm' }] });
    const restart = { ...args, action: 'restart' };
    expect(await asking.fails('rollout_manage', restart)).toMatchObject({ code: 'forbidden' });
    // asked, refused, then agreed to
    const can = { elicitation: true };
    const question = await asking.server.call('rollout_manage', restart, { can });
    if (question.ok !== 'input') throw new Error(JSON.stringify(question));
    const [key = ''] = Object.keys(question.requests);
    expect(JSON.stringify(question.requests)).toContain('Restart fresh');
    const answer = (confirm: boolean) => ({ can, answers: { [key]: { action: 'accept', content: { confirm } } } });
    expect(await asking.fails('rollout_manage', restart, answer(false))).toMatchObject({ code: 'cancelled' });
    expect(JSON.stringify(await bench.get('deployments', 'fresh'))).not.toContain('restartedAt');
    expect(await asking.ok('rollout_manage', restart, answer(true))).toMatchObject({ changed: true });
    expect(JSON.stringify(await bench.get('deployments', 'fresh'))).toContain('restartedAt');
  }, 60_000);
});
