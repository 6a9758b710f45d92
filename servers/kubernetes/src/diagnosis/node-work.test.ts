import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { deployment, expectNamed, firstCause } from '../testing/diagnosis.ts';
import { eventBody } from '../testing/events.ts';
import { kubernetesSuite } from '../testing/fixture.ts';
import { creating, LEFT_ALONE, ready, scheduledPod, writeStatus } from '../testing/kubelet.ts';

const BEGUN = (seconds: number): Date => new Date(Date.now() - seconds * 1_000);

kubernetesSuite('diagnosis of what a node does with a pod, in a real cluster', (bench) => {
  const app = async (namespace: string, name: string, pod: object = {}) => {
    await bench.make(deployment(bench, name, { namespace, fate: LEFT_ALONE, pod }));
    return scheduledPod(bench, namespace, name);
  };
  const calls = (namespace: string, pod: string) => ({ tool: 'resources_get', arguments: { kind: 'Pod', name: pod, namespace } });

  it('names a network that is not set up, and what else the runtime fails at by its own name; the kubelet’s status and Events are written', async () => {
    const namespace = await bench.space('sandbox');
    const words = {
      offline: 'failed to setup network for sandbox "5b1f": plugin type="calico" failed (add): connection is unauthorized',
      imageless: 'failed to get sandbox image "registry.k8s.io/pause:3.10": failed to pull image: dial tcp: i/o timeout',
      beginning: undefined,
    };
    const pods: Record<string, string> = {};
    for (const [name, message] of Object.entries(words)) {
      const pod = await app(namespace, name);
      pods[name] = pod.metadata.name;
      await writeStatus(bench, 'v1/pods', pod, creating(BEGUN(message === undefined ? 1 : 90)));
      if (message === undefined) continue;
      const said = `Failed to create pod sandbox: rpc error: code = Unknown desc = ${message}`;
      const about = { kind: 'Pod', namespace, name: pod.metadata.name };
      await bench.make(
        eventBody(about, { reason: 'FailedCreatePodSandBox', message: said, component: 'kubelet', count: 5, first: 80, last: 2 }),
      );
    }
    for (const [name, cause] of [
      ['offline', 'network_setup_failed'],
      ['imageless', 'sandbox_failed'],
    ] as const) {
      const { causes } = await firstCause(bench, { namespace, kind: 'Deployment', name }, cause, `Deployment/${name}`);
      expect(causes).toHaveLength(1);
      expect(causes[0]?.confidence).toBe('certain');
      expect(causes[0]?.evidence).toEqual([
        expect.stringMatching(new RegExp(`^Pod/${pods[name]}: event FailedCreatePodSandBox, 5 times, .*${words[name].slice(0, 20)}`)),
      ]);
      expect(causes[0]?.next).toEqual(calls(namespace, pods[name]!));
    }
    // what has only begun is not ready yet, and nothing more is known of it
    await expectNamed(bench, { namespace, kind: 'Deployment', name: 'beginning' }, ['not_ready Deployment/beginning']);
  });

  it('names a readiness gate that nobody sets, and not one that is set; the kubelet’s status is written', async () => {
    const namespace = await bench.space('gate');
    const conditionType = 'balancer.test/registered';
    const pods: Record<string, string> = {};
    for (const [name, met] of [
      ['waits', false],
      ['served', true],
    ] as const) {
      const pod = await app(namespace, name, { readinessGates: [{ conditionType }] });
      pods[name] = pod.metadata.name;
      await writeStatus(bench, 'v1/pods', pod, ready({ [conditionType]: met }));
    }
    const { causes } = await firstCause(bench, { namespace }, 'readiness_gate_unmet', 'Deployment/waits');
    expect(causes).toHaveLength(1);
    expect(causes[0]).toMatchObject({
      confidence: 'certain',
      title: expect.stringContaining(conditionType),
      evidence: [`Pod/${pods['waits']}: the containers are ready; the readiness gate is not met.`],
      next: calls(namespace, pods['waits']!),
    });
    await expectNamed(bench, { namespace, kind: 'Deployment', name: 'served' }, []);
  });

  it('names a spread that leaves no node, and not one that only prefers', async () => {
    const namespace = await bench.space('spread');
    const topologyKey = `t${randomBytes(4).toString('hex')}.test/rack`;
    for (const [name, whenUnsatisfiable] of [
      ['strict', 'DoNotSchedule'],
      ['eased', 'ScheduleAnyway'],
    ] as const) {
      const constraint = { maxSkew: 1, topologyKey, whenUnsatisfiable, labelSelector: { matchLabels: { app: name } } };
      await bench.make(deployment(bench, name, { namespace, pod: { topologySpreadConstraints: [constraint] } }));
    }
    await bench.ok('resources_wait', { kind: 'Deployment', name: 'eased', namespace, for: 'ready' });
    const { causes } = await firstCause(bench, { namespace }, 'topology_spread_unmatched', 'Deployment/strict');
    expect(causes).toHaveLength(1);
    expect(causes[0]?.evidence.join('\n')).toMatch(/^Pod\/strict-\S+: .*didn't match pod topology spread constraints/);
    expect(causes[0]?.next.arguments).toMatchObject({ kind: 'Node' });
    await expectNamed(bench, { namespace, kind: 'Deployment', name: 'eased' }, []);
  });
});
