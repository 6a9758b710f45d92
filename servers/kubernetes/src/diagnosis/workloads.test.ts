import { expect, it } from 'vitest';
import { deployment, firstCause, type Diagnosis } from '../testing/diagnosis.ts';
import { kubernetesSuite, soon } from '../testing/fixture.ts';

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
    const { causes } = await firstCause(bench, { namespace }, 'quota_exceeded', 'ResourceQuota/compute');
    expect(causes[0]?.title).toContain('Deployment/batch gets no pods');
    expect(causes[0]?.title).toContain('it asks for requests.cpu=800m');
    expect(causes[0]?.evidence.join('\n')).toMatch(/^ReplicaSet\/batch-\S+: event FailedCreate/);
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
    const namespace = await bench.space('security');
    const kind = await bench.cluster.kind('v1/namespaces', soon());
    await bench.cluster.patch(
      kind,
      { name: namespace },
      { metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
      { type: 'merge' },
      soon(),
    );
    await bench.make(deployment(bench, 'loose', { namespace }));
    const { causes } = await firstCause(bench, { namespace }, 'pod_security_refused', 'Deployment/loose');
    expect(causes[0]?.title).toContain('allowPrivilegeEscalation');
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
});
