import { expect, it } from 'vitest';
import type { KubeObject } from '../client/wire.ts';
import type { WireEvent } from '../report/events.ts';
import { deployment, expectNamed, firstCause, type Diagnosis } from '../testing/diagnosis.ts';
import { kubernetesSuite, soon } from '../testing/fixture.ts';
import { writeStatus } from '../testing/kubelet.ts';
import type { CronJob } from './objects.ts';

kubernetesSuite('diagnosis of workloads in a real cluster', (bench) => {
  it('names the quota that is used up, with what was asked for', async () => {
    const namespace = await bench.space('quota');
    await bench.make({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'compute', namespace },
      spec: { hard: { 'requests.cpu': '1' } },
    });
    await expect
      .poll(async () => (await bench.get('v1/resourcequotas', 'compute', namespace))['status'], { timeout: 15_000 })
      .toHaveProperty('used');
    const container = { resources: { requests: { cpu: '800m' } } };
    await bench.make(deployment(bench, 'batch', { namespace, replicas: 2, container }));
    const event = /^ReplicaSet\/batch-\S+: event FailedCreate/;
    const { causes } = await firstCause(bench, { namespace }, 'quota_exceeded', 'ResourceQuota/compute', event);
    expect(causes[0]?.title).toContain('Deployment/batch gets no pods');
    expect(causes[0]?.title).toContain('it asks for requests.cpu=800m');
    await firstCause(bench, { namespace, kind: 'Deployment', name: 'batch' }, 'quota_exceeded', 'ResourceQuota/compute');
  });

  it('names a LimitRange that refuses the pods', async () => {
    const namespace = await bench.space('limits');
    await bench.make({
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'sizes', namespace },
      spec: { limits: [{ type: 'Container', max: { memory: '1Gi' } }] },
    });
    await bench.make(deployment(bench, 'big', { namespace, container: { resources: { limits: { memory: '4Gi' } } } }));
    await firstCause(bench, { namespace }, 'limit_range_refused', 'Deployment/big');
  });

  it('names the pod security of the namespace', async () => {
    const namespace = await bench.space('security', { 'pod-security.kubernetes.io/enforce': 'restricted' });
    await bench.make(deployment(bench, 'loose', { namespace }));
    const { causes } = await firstCause(bench, { namespace }, 'pod_security_refused', 'Deployment/loose');
    expect(causes[0]?.title).toContain('allowPrivilegeEscalation');
  });

  it('names the quota that demands requests which the containers do not say, and not one that is met', async () => {
    const namespace = await bench.space('unsaid');
    await bench.make({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'compute', namespace },
      spec: { hard: { 'requests.cpu': '4', 'limits.memory': '8Gi' } },
    });
    await expect
      .poll(async () => (await bench.get('v1/resourcequotas', 'compute', namespace))['status'], { timeout: 15_000 })
      .toHaveProperty('used');
    const resources = { requests: { cpu: '100m' }, limits: { memory: '64Mi' } };
    await bench.make(deployment(bench, 'careful', { namespace, container: { resources } }));
    await bench.make(deployment(bench, 'web', { namespace, container: { resources: { requests: { cpu: '100m' } } } }));
    await rolledOut(namespace, 'careful');
    const event = /^ReplicaSet\/web-\S+: event FailedCreate, .*failed quota: compute/;
    const { causes } = await firstCause(bench, { namespace }, 'quota_needs_requests', 'Deployment/web', event);
    expect(causes).toHaveLength(1);
    expect(causes[0]?.title).toContain('the ResourceQuota "compute" demands that its containers say limits.memory for: main');
    expect(causes[0]?.next).toEqual({
      tool: 'resources_get',
      arguments: { kind: 'ReplicaSet', name: expect.stringMatching(/^web-/) as string, namespace },
    });
    await expectNamed(bench, { namespace, kind: 'Deployment', name: 'careful' }, []);
  });

  it('names the service account that is not there, with the one that is probably meant, and not the one that is', async () => {
    const namespace = await bench.space('account');
    await bench.make({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'deployer', namespace } });
    await bench.make(deployment(bench, 'api', { namespace, pod: { serviceAccountName: 'deployer' } }));
    await bench.make(deployment(bench, 'web', { namespace, pod: { serviceAccountName: 'deployr' } }));
    await rolledOut(namespace, 'api');
    const event = /^ReplicaSet\/web-\S+: event FailedCreate, .*serviceaccount "deployr" not found/;
    const { causes } = await firstCause(bench, { namespace }, 'service_account_missing', 'Deployment/web', event);
    expect(causes).toHaveLength(1);
    expect(causes[0]?.evidence).toEqual([
      expect.stringMatching(event),
      'ServiceAccount/deployr does not exist. There is one called "deployer".',
    ]);
    expect(causes[0]?.next).toEqual({ tool: 'resources_list', arguments: { kind: 'ServiceAccount', namespace } });
    await expectNamed(bench, { namespace, kind: 'Deployment', name: 'api' }, []);
  });

  it('names the webhook that does not answer', async () => {
    const namespace = await bench.space('hook');
    const name = `${namespace}.example.com`;
    const hooks = await bench.cluster.kind('admissionregistration.k8s.io/v1/validatingwebhookconfigurations', soon());
    await bench.make({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name },
      webhooks: [
        {
          name,
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          timeoutSeconds: 1,
          clientConfig: { service: { name: 'policy', namespace } },
          rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'] }],
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        },
      ],
    });
    try {
      await bench.make(deployment(bench, 'web', { namespace }));
      const object = `ValidatingWebhookConfiguration/${name}`;
      await firstCause(bench, { namespace, kind: 'Deployment', name: 'web' }, 'webhook_failing', object);
      await firstCause(bench, { kind: 'ValidatingWebhookConfiguration', name }, 'webhook_failing', object);
    } finally {
      await bench.cluster.delete(hooks, { name }, {}, soon());
    }
  });

  it('names a rollout that does not end where nothing else is known', async () => {
    const namespace = await bench.space('rollout');
    const pod = { initContainers: [{ name: 'wait', image: 'registry.test/app:1' }] };
    await bench.make(deployment(bench, 'web', { namespace, fate: 'init-pending', pod, spec: { progressDeadlineSeconds: 1 } }));
    await firstCause(bench, { namespace, kind: 'Deployment', name: 'web' }, 'rollout_stuck', 'Deployment/web');
  });

  it('names a rollout that is paused halfway, and not a pause between two rollouts', async () => {
    const namespace = await bench.space('paused');
    for (const name of ['web', 'calm']) await bench.make(deployment(bench, name, { namespace, replicas: 2 }));
    for (const name of ['web', 'calm']) await rolledOut(namespace, name);
    const template = { spec: { containers: [{ name: 'main', image: 'registry.test/app:2' }] } };
    await patch('Deployment', namespace, 'calm', { spec: { paused: true } });
    await patch('Deployment', namespace, 'web', { spec: { paused: true, template } });
    const { causes } = await firstCause(bench, { namespace }, 'rollout_paused', 'Deployment/web');
    expect(causes).toHaveLength(1);
    expect(causes[0]).toMatchObject({
      evidence: ['Deployment/web: spec.paused is true; 0 of 2 pods are of the new version.'],
      next: { tool: 'resources_get', arguments: { kind: 'Deployment', name: 'web', namespace } },
    });
    await expectNamed(bench, { namespace, kind: 'Deployment', name: 'calm' }, []);
    await patch('Deployment', namespace, 'web', { spec: { paused: false } });
    await bench.make(deployment(bench, 'fresh', { namespace, spec: { paused: true } }));
    await rolledOut(namespace, 'web');
    // one that was paused from its beginning has no pods at all
    const { causes: all } = await firstCause(bench, { namespace }, 'rollout_paused', 'Deployment/fresh');
    expect(all).toHaveLength(1);
    expect(all[0]?.evidence).toEqual(['Deployment/fresh: spec.paused is true; 0 of 1 pods are of the new version.']);
  });

  it('names the quota, not the pause, where a paused Deployment gets no more pods of the version that it has', async () => {
    const namespace = await bench.space('calm');
    await bench.make({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'few', namespace }, spec: { hard: { pods: '1' } } });
    await expect
      .poll(async () => (await bench.get('v1/resourcequotas', 'few', namespace))['status'], { timeout: 15_000 })
      .toHaveProperty('used');
    await bench.make(deployment(bench, 'web', { namespace }));
    await rolledOut(namespace, 'web');
    await patch('Deployment', namespace, 'web', { spec: { paused: true, replicas: 2 } });
    await firstCause(bench, { namespace }, 'quota_exceeded', 'ResourceQuota/few');
    await expectNamed(bench, { namespace, kind: 'Deployment', name: 'web' }, ['quota_exceeded ResourceQuota/few']);
  });

  it('puts the reason of a stuck rollout before the rollout', async () => {
    const namespace = await bench.space('stuck');
    await bench.make(deployment(bench, 'web', { namespace, fate: 'image-pull', spec: { progressDeadlineSeconds: 1 } }));
    await firstCause(bench, { namespace }, 'image_not_found', 'Deployment/web');
    await expect
      .poll(async () => (await bench.ok<Diagnosis>('diagnose', { namespace })).causes[1], { timeout: 15_000 })
      .toMatchObject({ cause: 'rollout_stuck', follows: 'image_not_found of Deployment/web' });
  });

  it('names a failed Job with what its pod ended with', async () => {
    const namespace = await bench.space('job');
    await bench.make({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'report', namespace },
      spec: {
        backoffLimit: 0,
        template: {
          metadata: { annotations: { [bench.backend.fates.annotation]: 'failed' } },
          spec: { restartPolicy: 'Never', containers: [{ name: 'silent', image: 'registry.test/app:1' }] },
        },
      },
    });
    const { causes } = await firstCause(bench, { namespace, kind: 'jobs', name: 'report' }, 'job_failed', 'Job/report');
    expect(causes[0]?.evidence.join('\n')).toMatch(/BackoffLimitExceeded[\s\S]*silent ended with exit code 1/);
  });

  it('names CronJobs that start nothing', async () => {
    const namespace = await bench.space('cron');
    const cron = (name: string, spec: object) => ({
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name, namespace },
      spec: {
        jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'a' }] } } } },
        ...spec,
      },
    });
    await bench.make(cron('held', { schedule: '0 2 * * *', suspend: true }));
    await bench.make(cron('never', { schedule: '0 0 31 2 *' }));
    await bench.make(cron('fine', { schedule: '*/5 0-6 1,15 jan-mar mon' }));
    const { causes } = await firstCause(bench, { namespace }, 'cronjob_never_runs', 'CronJob/never');
    expect(causes.map(({ cause, object }) => `${cause} ${object}`)).toEqual([
      'cronjob_never_runs CronJob/never',
      'cronjob_suspended CronJob/held',
    ]);
    await firstCause(bench, { namespace, kind: 'CronJob', name: 'held' }, 'cronjob_suspended', 'CronJob/held');
  });

  it('names the Job that a CronJob waits for, and neither one that is not due nor a Job that began since', async () => {
    const namespace = await bench.space('blocked');
    for (const name of ['report', 'steady'])
      await bench.make({
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name, namespace },
        spec: {
          schedule: '0 0 1 1 *',
          concurrencyPolicy: 'Forbid',
          jobTemplate: {
            spec: {
              template: {
                // kwok lets the pods of Jobs end at once, unless another fate is theirs
                metadata: { annotations: { [bench.backend.fates.annotation]: 'slow' } },
                spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'registry.test/app:1' }] },
              },
            },
          },
        },
      });
    const cron = (name: string) => bench.get<CronJob & KubeObject>('batch/v1/cronjobs', name, namespace);
    // a time that is past is made up for at once: so nobody waits for the next one
    const due = async (name: string, schedule: string) => {
      await patch('CronJob', namespace, name, { spec: { schedule } });
      await writeStatus(bench, 'batch/v1/cronjobs', await cron(name), { lastScheduleTime: '2024-01-01T00:00:00Z' });
    };
    const jobOf = async (name: string, not = '') => {
      let job = '';
      await expect.poll(async () => (job = (await cron(name)).status?.active?.[0]?.name ?? not), { timeout: 20_000 }).not.toBe(not);
      return bench.get('batch/v1/jobs', job, namespace);
    };
    for (const name of ['report', 'steady']) await due(name, '0 0 1 1 *');
    const [job] = [await jobOf('report'), await jobOf('steady')];
    await expectNamed(bench, { namespace }, []);

    await due('report', '0 0 1 2 *');
    const event = /^CronJob\/report: event JobAlreadyActive, /m;
    const { causes } = await firstCause(bench, { namespace }, 'cronjob_blocked', 'CronJob/report', event);
    expect(causes).toHaveLength(1);
    expect(causes[0]?.title).toContain(`because Job/${job.metadata.name} still runs`);
    expect(causes[0]?.evidence).toEqual([
      `CronJob/report: concurrencyPolicy is Forbid and ${job.metadata.name} is active.`,
      expect.stringMatching(event),
    ]);
    expect(causes[0]?.next).toEqual({ tool: 'resources_get', arguments: { kind: 'Job', name: job.metadata.name, namespace } });
    await expectNamed(bench, { namespace, kind: 'CronJob', name: 'steady' }, []);

    // times of Events and Jobs have no parts of a second: the next one begins in a later one
    const [blocked] = (
      await bench.cluster.list<WireEvent>(
        await bench.cluster.kind('v1/events', soon()),
        { namespace, fieldSelector: 'reason=JobAlreadyActive' },
        soon(),
      )
    ).items;
    await expect.poll(() => Date.now(), { timeout: 5_000 }).toBeGreaterThan(Date.parse(blocked?.lastTimestamp ?? '') + 1_000);
    await bench.cluster.delete(
      await bench.cluster.kind('batch/v1/jobs', soon()),
      { namespace, name: job.metadata.name },
      { propagation: 'Background' },
      soon(),
    );
    await jobOf('report', job.metadata.name);
    await expectNamed(bench, { namespace }, []);
  });

  it('names the node that is not ready behind the pods that are not', async () => {
    const namespace = await bench.space('node');
    const name = `${namespace}-node`;
    const nodes = await bench.cluster.kind('v1/nodes', soon());
    await bench.make({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels: { own: name }, annotations: { [bench.backend.fates.annotation]: 'not-ready' } },
    });
    try {
      await bench.make(deployment(bench, 'web', { namespace, pod: { nodeName: name, tolerations: [{ operator: 'Exists' }] } }));
      const { causes } = await firstCause(bench, { namespace, kind: 'Deployment', name: 'web' }, 'node_not_ready', `Node/${name}`);
      expect(causes[0]?.evidence.join('\n')).toContain('Ready is');
      await firstCause(bench, { kind: 'Node', name }, 'node_not_ready', `Node/${name}`);
    } finally {
      await bench.cluster.delete(nodes, { name }, {}, soon());
    }
  });

  it('names the node with a full disk that keeps a pod away', async () => {
    const namespace = await bench.space('disk');
    const name = `${namespace}-node`;
    const nodes = await bench.cluster.kind('v1/nodes', soon());
    const annotations = { [bench.backend.fates.annotation]: 'disk-pressure' };
    await bench.make({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { own: name }, annotations } });
    try {
      await expect
        .poll(async () => JSON.stringify((await bench.get('v1/nodes', name))['spec']), { timeout: 15_000 })
        .toContain('node.kubernetes.io/disk-pressure');
      await bench.make(deployment(bench, 'web', { namespace, pod: { nodeSelector: { own: name } } }));
      const ask = { namespace, kind: 'Deployment', name: 'web' };
      await firstCause(bench, ask, 'disk_pressure', `Node/${name}`);
      await expect
        .poll(async () => (await bench.ok<Diagnosis>('diagnose', ask)).causes[1])
        .toMatchObject({ cause: 'taint_not_tolerated', follows: `disk_pressure of Node/${name}` });
    } finally {
      await bench.cluster.delete(nodes, { name }, {}, soon());
    }
  });

  const rolledOut = (namespace: string, name: string) => bench.ok('resources_wait', { kind: 'Deployment', name, namespace, for: 'ready' });

  async function patch(kind: string, namespace: string, name: string, body: object): Promise<void> {
    await bench.cluster.patch(await bench.cluster.kind(kind, soon()), { namespace, name }, body, { type: 'merge' }, soon());
  }
});
