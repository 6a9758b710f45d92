import { expect, it } from 'vitest';
import { deployment, firstCause, service, type Diagnosis } from '../testing/diagnosis.ts';
import { kubernetesSuite } from '../testing/fixture.ts';

kubernetesSuite('diagnosis of pods in a real cluster', (bench) => {
  it('names the crash behind a crash loop, with exit code, restarts and the line of the log', async () => {
    const namespace = await bench.space('crash');
    await bench.make(deployment(bench, 'web', { namespace, fate: 'crash-loop' }));
    let named: Diagnosis | undefined;
    await expect
      .poll(
        async () => {
          named = await bench.ok<Diagnosis>('diagnose', { namespace });
          return named.causes.map(({ object }) => object);
        },
        { timeout: 20_000, interval: 300 },
      )
      .toEqual(['Deployment/web']);
    const [crash] = named?.causes ?? [];
    expect(crash?.title).toMatch(/^Container main of Deployment\/web crashes \(exit code 1\)/);
    expect(crash?.evidence[0]).toMatch(
      /^Pod\/web-.*container main ended with exit code 1 \(Error\), restarted 5 times, waits now \(CrashLoopBackOff\)\.$/,
    );
    expect(crash?.evidence[1]).toMatch(/^Pod\/web-.*main wrote: \S/);
    expect(crash?.next).toMatchObject({ tool: 'pods_log', arguments: { namespace, container: 'main', previous: true } });
  });

  it('names a memory kill with the limit', async () => {
    const namespace = await bench.space('oom');
    await bench.make(deployment(bench, 'cache', { namespace, fate: 'oom', container: { resources: { limits: { memory: '64Mi' } } } }));
    const { causes } = await firstCause(bench, { namespace, kind: 'Deployment', name: 'cache' }, 'out_of_memory', 'Deployment/cache');
    expect(causes[0]).toMatchObject({
      confidence: 'certain',
      evidence: expect.arrayContaining([expect.stringContaining('limits.memory of main is 64Mi')]),
    });
  });

  it('names an image that the registry does not have', async () => {
    const namespace = await bench.space('image');
    await bench.make(deployment(bench, 'web', { namespace, fate: 'image-pull' }));
    const told = /ImagePullBackOff[\s\S]*event Failed, 4 times/;
    const { causes } = await firstCause(bench, { namespace }, 'image_not_found', 'Deployment/web', told);
    expect(causes[0]?.title).toContain('registry.test/app:1');
  });

  it('names a pull secret that is in no Secret of the namespace', async () => {
    const namespace = await bench.space('login');
    const pod = { imagePullSecrets: [{ name: 'registry-logon' }] };
    await bench.make({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'registry-login', namespace }, stringData: { any: 'thing' } });
    await bench.make(deployment(bench, 'web', { namespace, pod }));
    // kwok's own words are of an image that is not there: those of a private registry are written here
    const name = await podOf(namespace);
    await status(namespace, name, {
      phase: 'Pending',
      conditions: [{ type: 'Ready', status: 'False' }],
      containerStatuses: [
        {
          name: 'main',
          image: '',
          imageID: '',
          ready: false,
          restartCount: 0,
          state: { waiting: { reason: 'ImagePullBackOff', message: 'failed to authorize: 401 Unauthorized' } },
        },
      ],
    });
    const { causes } = await firstCause(bench, { namespace, kind: 'pods', name }, 'pull_secret_missing', 'Secret/registry-logon');
    expect(causes[0]?.evidence[0]).toBe('Secret/registry-logon does not exist. There is one called "registry-login".');
  });

  it('names what a container is configured with and does not find', async () => {
    const namespace = await bench.space('config');
    await bench.make(deployment(bench, 'web', { namespace, fate: 'create-config-error' }));
    const { causes } = await firstCause(bench, { namespace }, 'configmap_missing', 'ConfigMap/absent');
    expect(causes[0]?.title).toContain('Deployment/web needs the ConfigMap "absent"');
  });

  it('names the Secret of a volume that is not there', async () => {
    const namespace = await bench.space('mount');
    await bench.make(deployment(bench, 'web', { namespace, fate: 'mount' }));
    await firstCause(bench, { namespace }, 'secret_missing', 'Secret/absent');
  });

  it('names a liveness probe, also while the container runs again', async () => {
    const namespace = await bench.space('live');
    const livenessProbe = { httpGet: { path: '/live', port: 8081 } };
    await bench.make(
      deployment(bench, 'web', { namespace, fate: 'liveness', container: { livenessProbe, ports: [{ containerPort: 8080 }] } }),
    );
    const { causes } = await firstCause(bench, { namespace }, 'liveness_probe_failing', 'Deployment/web');
    expect(causes[0]?.evidence.join('\n')).toContain('GET /live on port 8081, timeout 1s; the container declares only 8080');
    expect(causes[0]?.confidence).toBe('likely');
  });

  it('names the readiness probe before the Service that has no endpoint for it', async () => {
    const namespace = await bench.space('unready');
    const readinessProbe = { httpGet: { path: '/ready', port: 8080 } };
    await bench.make(deployment(bench, 'api', { namespace, fate: 'unready', replicas: 2, container: { readinessProbe } }));
    await bench.make(service('api', namespace, { app: 'api' }));
    const { causes, verdict } = await firstCause(
      bench,
      { namespace, kind: 'svc', name: 'api' },
      'readiness_probe_failing',
      'Deployment/api',
    );
    expect(causes[1]).toMatchObject({
      cause: 'service_without_endpoints',
      object: 'Service/api',
      follows: 'readiness_probe_failing of Deployment/api',
    });
    expect(verdict).toContain('From that follows 1 more');
  });

  it('names the init container that fails, and what its log says', async () => {
    const namespace = await bench.space('init');
    const pod = { initContainers: [{ name: 'migrate', image: 'registry.test/app:1' }] };
    await bench.make(deployment(bench, 'web', { namespace, fate: 'init-crash', pod }));
    // kwok's log of a run that crashed ends with a refused connection
    const { causes } = await firstCause(bench, { namespace }, 'dependency_unreachable', 'Deployment/web');
    expect(causes[0]?.title).toMatch(/^Init container migrate of Deployment\/web /);
    expect(causes[0]?.evidence[0]).toContain('init container migrate ended with exit code 1');
  });

  it.each<[string, object, string, string]>([
    [
      'cpu',
      { containers: [{ name: 'main', image: 'a', resources: { requests: { cpu: '640' } } }] },
      'insufficient_cpu',
      'main requests 640 of cpu',
    ],
    [
      'memory',
      { containers: [{ name: 'main', image: 'a', resources: { requests: { memory: '900Gi' } } }] },
      'insufficient_memory',
      'main requests 900Gi of memory',
    ],
    ['label', { nodeSelector: { disktype: 'nowhere' } }, 'node_selector_unmatched', 'the scheduler says'],
    ['taint', { nodeSelector: { 'kubernetes.io/hostname': 'control-plane-1' } }, 'taint_not_tolerated', 'Node/control-plane-1: taint'],
    ['claim', { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'absent' } }] }, 'claim_missing', 'absent does not exist'],
  ])('names why no node takes a pod: %s', async (word, pod, cause, fact) => {
    const namespace = await bench.space(`where-${word}`);
    await bench.make(deployment(bench, 'web', { namespace, pod }));
    const object = cause === 'claim_missing' ? 'PersistentVolumeClaim/absent' : 'Deployment/web';
    const { causes } = await firstCause(bench, { namespace, kind: 'Deployment', name: 'web' }, cause, object);
    expect(causes[0]?.evidence.join('\n')).toContain(fact);
  });

  it('names affinity between pods', async () => {
    const namespace = await bench.space('apart');
    const rule = { topologyKey: 'no-node/has-this', labelSelector: { matchLabels: { app: 'web' } } };
    const pod = { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [rule] } } };
    await bench.make(deployment(bench, 'web', { namespace, pod }));
    await firstCause(bench, { namespace }, 'affinity_unmatched', 'Deployment/web');
  });

  it('names the storage class before the pod that waits for its claim', async () => {
    const namespace = await bench.space('claim');
    await bench.make({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace },
      spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'no-such-class', resources: { requests: { storage: '1Gi' } } },
    });
    const pod = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] };
    await bench.make(deployment(bench, 'db', { namespace, pod }));
    await firstCause(bench, { namespace, kind: 'Deployment', name: 'db' }, 'storage_class_missing', 'PersistentVolumeClaim/data');
    await expect
      .poll(async () => (await bench.ok<Diagnosis>('diagnose', { namespace })).causes[1])
      .toMatchObject({ cause: 'claim_unbound', object: 'Deployment/db', follows: 'storage_class_missing of PersistentVolumeClaim/data' });
  });

  it('names an eviction', async () => {
    const namespace = await bench.space('evicted');
    const annotations = { [bench.backend.fates.annotation]: 'evicted' };
    const spec = { containers: [{ name: 'main', image: 'registry.test/app:1' }] };
    await bench.make({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'lone', namespace, annotations }, spec });
    const { causes } = await firstCause(bench, { namespace, kind: 'Pod', name: 'lone' }, 'evicted', 'Pod/lone');
    expect(causes[0]?.evidence[0]).toContain('The node was low on resource: memory');
  });

  it('finds nothing where nothing is wrong', async () => {
    const namespace = await bench.space('well');
    const container = { ports: [{ containerPort: 8080 }], env: [{ name: 'OTHER_URL', value: 'http://web' }] };
    await bench.make(deployment(bench, 'web', { namespace, replicas: 2, container }));
    await bench.make(service('web', namespace, { app: 'web' }));
    await expect
      .poll(() => bench.ok<Diagnosis>('diagnose', { namespace }), { timeout: 20_000, interval: 300 })
      .toMatchObject({ causes: [], gaps: [], verdict: `Nothing speaks against ${namespace} (2 pods looked at, 2 ready or done).` });
  });

  async function podOf(namespace: string): Promise<string> {
    const pods = await bench.cluster.kind('v1/pods', AbortSignal.timeout(5_000));
    let name: string | undefined;
    await expect
      .poll(
        async () => {
          const { items } = await bench.cluster.list(pods, { namespace }, AbortSignal.timeout(5_000));
          name = items.find(({ status: is }) => (is as { phase?: string }).phase === 'Running')?.metadata.name;
          return name;
        },
        { timeout: 20_000 },
      )
      .toBeDefined();
    return name ?? '';
  }

  async function status(namespace: string, name: string, wanted: object): Promise<void> {
    const pods = await bench.cluster.kind('v1/pods', AbortSignal.timeout(5_000));
    // a fate that kwok has met already keeps its hands off the pod
    const fated = { metadata: { annotations: { [bench.backend.fates.annotation]: 'image-pull' } } };
    await bench.cluster.patch(pods, { namespace, name }, fated, { type: 'merge' }, AbortSignal.timeout(5_000));
    await expect
      .poll(async () => (await bench.get('v1/pods', name, namespace))['status'], { timeout: 10_000 })
      .toMatchObject({ phase: 'Pending' });
    await bench.cluster.patch(
      pods,
      { namespace, name },
      { status: wanted },
      { type: 'merge', subresource: 'status' },
      AbortSignal.timeout(5_000),
    );
  }
});
