import { expect, it } from 'vitest';
import type { ContainerStatus, Pod } from '../pods/pod.ts';
import { kubernetesSuite } from '../testing/fixture.ts';
import { podBody, running } from '../testing/pods.ts';

interface Debugged {
  container: string;
  running: boolean;
  exit_code?: number;
  log: string;
}

kubernetesSuite('pods_debug', (bench) => {
  const args = (name: string, more: object = {}): object => ({
    name,
    namespace: bench.namespace,
    context: 'admin',
    image: 'registry.test/tools:1',
    ...more,
  });

  /** Does what a kubelet does with the ephemeral container that the API server has taken: writes its status. */
  async function kubelet(
    name: string,
    state: NonNullable<ContainerStatus['state']>,
  ): Promise<NonNullable<NonNullable<Pod['spec']>['ephemeralContainers']>[number]> {
    const added = async () => (await bench.get<Pod>('v1/pods', name)).spec?.ephemeralContainers?.at(-1);
    await expect.poll(async () => (await added())?.name, { timeout: 10_000 }).toMatch(/^debug-/);
    const container = await added();
    if (container === undefined) throw new Error('no container');
    await bench.cluster.patch(
      await bench.cluster.kind('v1/pods', AbortSignal.timeout(5_000)),
      { namespace: bench.namespace, name },
      {
        status: {
          ephemeralContainerStatuses: [{ name: container.name, image: container.image, imageID: '', restartCount: 0, ready: false, state }],
        },
      },
      { type: 'strategic', subresource: 'status' },
      AbortSignal.timeout(5_000),
    );
    return container;
  }

  it('over an edge that plays the kubelet: adds a container without privileges, and gives its log when it has ended', async () => {
    await running(bench, podBody('sick', { containers: ['main', 'json'] }));
    const [debugged, container] = await Promise.all([
      bench.ok<Debugged>('pods_debug', args('sick', { command: ['ps', 'aux'], target: 'json', tail: 2 })),
      kubelet('sick', { terminated: { exitCode: 3 } }),
    ]);
    expect(debugged).toMatchObject({
      container: container.name,
      running: false,
      exit_code: 3,
      log: expect.stringMatching(/request 39 .*\n.*request 40 /),
    });
    expect(container).toMatchObject({
      image: 'registry.test/tools:1',
      command: ['ps', 'aux'],
      targetContainerName: 'json',
      securityContext: { runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    });
  });

  it('over an edge that plays the kubelet: says how to go on where it still runs, and why it does not start', async () => {
    await running(bench, podBody('well'));
    const [on, container] = await Promise.all([
      bench.ok<Debugged>('pods_debug', args('well', { timeout_s: 6, security: 'image' })),
      kubelet('well', { running: {} }),
    ]);
    expect(on).toMatchObject({ running: true });
    expect(container).not.toHaveProperty('securityContext');
    await running(bench, podBody('unlucky'));
    const [failure] = await Promise.all([
      bench.fails('pods_debug', args('unlucky')),
      kubelet('unlucky', { waiting: { reason: 'ErrImagePull', message: 'no such image' } }),
    ]);
    expect(failure).toMatchObject({ code: 'upstream_error', message: expect.stringContaining('no such image') });
    await running(bench, podBody('slow'));
    expect(await bench.fails('pods_debug', args('slow', { timeout_s: 1 }))).toMatchObject({ code: 'timeout' });
  });

  it('is refused for what does not run, by rules, by the cluster and in read-only mode', async () => {
    await running(bench, podBody('off', { annotations: { [bench.backend.fates.annotation]: 'complete' } }));
    await expect
      .poll(async () => (await bench.fails('pods_debug', args('off', { timeout_s: 1 }))).code, { timeout: 10_000 })
      .toBe('conflict');
    await running(bench, podBody('safe'));
    const ruled = await bench.with({ rules: [{ verbs: ['patch'], decide: 'deny' }] });
    expect(await ruled.fails('pods_debug', args('safe'))).toMatchObject({ code: 'forbidden' });
    expect(await bench.fails('pods_debug', args('safe', { context: 'reader' }))).toMatchObject({ code: 'forbidden' });
    expect(await (await bench.with({}, { readOnly: true })).fails('pods_debug', args('safe'))).toMatchObject({ code: 'read_only' });
    expect(await bench.fails('pods_debug', args('safe', { target: 'other' }))).toMatchObject({ code: 'not_found' });
    for (const one of [{ image: '-x' }, { image: 'a b' }, { target: '../x' }, { command: [] }, { name: 'a/b' }])
      expect(await bench.fails('pods_debug', args('safe', one)), JSON.stringify(one)).toMatchObject({ code: 'invalid_input' });
    expect((await bench.get<Pod>('v1/pods', 'safe')).spec?.ephemeralContainers).toBeUndefined();
  });
});
