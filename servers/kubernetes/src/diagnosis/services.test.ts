import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { deployment, expectNamed, firstCause, service, type Diagnosis } from '../testing/diagnosis.ts';
import { eventBody } from '../testing/events.ts';
import { kubernetesSuite, soon } from '../testing/fixture.ts';
import { writeStatus } from '../testing/kubelet.ts';

const PORT = { ports: [{ name: 'http', containerPort: 8080 }] };

kubernetesSuite('diagnosis of Services, Ingresses and what scales in a real cluster', (bench) => {
  beforeAll(async () => {
    const spec = { controller: 'example.com/none' };
    await bench.make({ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: bench.namespace }, spec });
  });

  afterAll(async () => {
    const kind = await bench.cluster.kind('networking.k8s.io/v1/ingressclasses', soon());
    await bench.cluster.delete(kind, { name: bench.namespace }, {}, soon());
  });

  it('names a selector that no pod meets, with the labels of the pods that it means', async () => {
    const namespace = await bench.space('selector');
    await bench.make(deployment(bench, 'web', { namespace, labels: { app: 'web-frontend' } }));
    await bench.make(service('web', namespace, { app: 'web' }));
    const { causes } = await firstCause(bench, { namespace, kind: 'Service', name: 'web' }, 'selector_mismatch', 'Service/web');
    await expect
      .poll(async () => (await bench.ok<Diagnosis>('diagnose', { namespace })).causes[0]?.evidence.join('\n'))
      .toMatch(/Service\/web: it selects app=web, and there is no such pod\.\nPod\/web-\S+ has app=web-frontend/);
    expect(causes[0]?.next.tool).toBe('resources_list');
  });

  it('names the crash, not the Service without endpoints behind it', async () => {
    const namespace = await bench.space('behind');
    await bench.make(deployment(bench, 'api', { namespace, fate: 'oom', container: PORT }));
    await bench.make(service('api', namespace, { app: 'api' }));
    await bench.make(ingress(namespace, { backend: 'api', name: bench.namespace }));
    const { causes } = await firstCause(bench, { namespace, kind: 'Ingress', name: 'front' }, 'out_of_memory', 'Deployment/api');
    expect(causes[1]).toMatchObject({ cause: 'service_without_endpoints', follows: 'out_of_memory of Deployment/api' });
  });

  it('names a Deployment that is scaled to zero behind a Service', async () => {
    const namespace = await bench.space('zero');
    await bench.make(deployment(bench, 'db', { namespace, replicas: 0 }));
    await bench.make(service('db', namespace, { app: 'db' }));
    await firstCause(bench, { namespace, name: 'db' }, 'scaled_to_zero', 'Deployment/db');
  });

  it.each<[string | number, string]>([
    ['web', 'certain'],
    [9999, 'likely'],
  ])('names a targetPort that the pods do not have: %s', async (port, confidence) => {
    const namespace = await bench.space(`port-${port}`);
    await bench.make(deployment(bench, 'web', { namespace, container: PORT }));
    await bench.make(service('web', namespace, { app: 'web' }, port));
    const { causes } = await firstCause(bench, { namespace }, 'target_port_wrong', 'Service/web');
    expect(causes[0]).toMatchObject({ confidence, evidence: expect.arrayContaining([expect.stringContaining('declares 8080 (http)')]) });
  });

  it('names a load balancer that does not come, the clock four minutes on; its status and Events as a controller of a cloud writes them', async () => {
    const namespace = await bench.space('balancer');
    await bench.make(deployment(bench, 'web', { namespace, container: PORT }));
    await bench.ok('resources_wait', { kind: 'Deployment', name: 'web', namespace, for: 'ready' });
    const failure = { reason: 'SyncLoadBalancerFailed', component: 'service-controller' };
    for (const name of ['front', 'served']) {
      const { spec, ...rest } = service(name, namespace, { app: 'web' });
      await bench.make({ ...rest, spec: { ...(spec as object), type: 'LoadBalancer' } });
    }
    // one had its trouble too, and has its address by now
    const message = 'Error syncing load balancer: failed to ensure load balancer: quota of addresses exceeded';
    await bench.make(eventBody({ kind: 'Service', namespace, name: 'served' }, { ...failure, message }));
    const served = await bench.get('v1/services', 'served', namespace);
    await writeStatus(bench, 'v1/services', served, { loadBalancer: { ingress: [{ ip: '203.0.113.7' }] } });
    await expectNamed(bench, { namespace }, []);

    const { now } = Date;
    const later = vi.spyOn(Date, 'now').mockImplementation(() => now() + 240_000);
    try {
      const ask = { namespace, kind: 'Service', name: 'front' };
      const next = { tool: 'resources_get', arguments: ask };
      const empty = 'Service/front: status.loadBalancer is empty.';
      const { causes } = await firstCause(bench, { namespace }, 'load_balancer_pending', 'Service/front');
      expect(causes).toMatchObject([{ confidence: 'likely', evidence: [empty], next }]);
      await bench.make(eventBody({ kind: 'Service', namespace, name: 'front' }, { ...failure, message }));
      const { causes: told } = await firstCause(bench, ask, 'load_balancer_pending', 'Service/front');
      expect(told).toMatchObject([
        {
          confidence: 'certain',
          evidence: [empty, expect.stringMatching(/^Service\/front: event SyncLoadBalancerFailed, .*quota of/)],
          next,
        },
      ]);
      await expectNamed(bench, { namespace }, ['load_balancer_pending Service/front']);
      // its own warning is told, as a weak sign
      await expectNamed(bench, { namespace, kind: 'Service', name: 'served' }, ['warning_events Service/served']);
    } finally {
      later.mockRestore();
    }
  });

  it('names what an Ingress refers to and is not there: Service, port, class, certificate', async () => {
    const namespace = await bench.space('ingress');
    await bench.make(deployment(bench, 'catalog', { namespace, container: PORT }));
    await bench.make(service('catalog', namespace, { app: 'catalog' }));
    const ask = { namespace, kind: 'Ingress', name: 'front' };
    const put = async (options: Parameters<typeof ingress>[1]): Promise<void> => {
      const kind = await bench.cluster.kind('networking.k8s.io/v1/ingresses', soon());
      await bench.cluster.delete(kind, { namespace, name: 'front' }, {}, soon()).catch(() => undefined);
      await bench.make(ingress(namespace, options));
    };
    await put({ backend: 'catalogue', name: bench.namespace });
    const { causes } = await firstCause(bench, ask, 'ingress_service_missing', 'Ingress/front');
    expect(causes[0]?.evidence).toContain('Service/catalogue does not exist. There is one called "catalog".');
    await put({ backend: 'catalog', name: bench.namespace, port: 8081 });
    await firstCause(bench, ask, 'ingress_port_wrong', 'Ingress/front');
    await put({ backend: 'catalog', name: 'absent-class' });
    await firstCause(bench, ask, 'ingress_class_missing', 'Ingress/front');
    await put({ backend: 'catalog', name: bench.namespace, secret: 'shop-tls' });
    await firstCause(bench, ask, 'tls_secret_missing', 'Ingress/front');
  });

  it('names a host in the environment that is no Service', async () => {
    const namespace = await bench.space('dns');
    await bench.make(service('orders', namespace, { app: 'orders' }));
    const env = [
      { name: 'ORDERS_URL', value: `http://orders-api.${namespace}.svc.cluster.local:8080` },
      { name: 'OTHER', value: 'https://example.com' },
    ];
    await bench.make(deployment(bench, 'web', { namespace, container: { env } }));
    await bench.make(deployment(bench, 'orders', { namespace }));
    const { causes } = await firstCause(bench, { namespace, kind: 'Deployment', name: 'web' }, 'dns_name_wrong', 'Deployment/web');
    expect(causes[0]?.evidence.join('\n')).toMatch(/variable ORDERS_URL names the host orders-api\.[\s\S]*There is one called "orders"/);
    expect(causes).toHaveLength(1);
  });

  it('names an autoscaler that gets no metrics: this cluster has none', async () => {
    const namespace = await bench.space('scale');
    await bench.make(deployment(bench, 'web', { namespace, container: { resources: { requests: { cpu: '10m' } } } }));
    await bench.make({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'web', namespace },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
        maxReplicas: 3,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }],
      },
    });
    // its controller first looks after 15 s, and is one of many that wait for the API server
    await expect
      .poll(async () => (await bench.get('autoscaling/v2/horizontalpodautoscalers', 'web', namespace))['status'], {
        timeout: 60_000,
        interval: 500,
      })
      .toHaveProperty('conditions', expect.arrayContaining([expect.objectContaining({ type: 'ScalingActive', status: 'False' })]));
    await firstCause(bench, { namespace, kind: 'hpa', name: 'web' }, 'metrics_missing', 'HorizontalPodAutoscaler/web');
  });

  it('names a budget that allows no eviction', async () => {
    const namespace = await bench.space('budget');
    await bench.make(deployment(bench, 'web', { namespace, replicas: 2 }));
    await bench.make({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web', namespace },
      spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } } },
    });
    const { causes } = await firstCause(bench, { namespace, kind: 'pdb', name: 'web' }, 'budget_blocks', 'PodDisruptionBudget/web');
    await expect
      .poll(async () => (await bench.ok<Diagnosis>('diagnose', { namespace })).causes[0]?.title)
      .toBe('PodDisruptionBudget/web allows no eviction at all: it wants all 2 of its pods');
    expect(causes[0]?.confidence).toBe('certain');
  });
});

function ingress(
  namespace: string,
  { backend, name, port = 80, secret }: { backend: string; name: string; port?: number; secret?: string },
) {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'front', namespace },
    spec: {
      ingressClassName: name,
      ...(secret ? { tls: [{ hosts: ['shop.test'], secretName: secret }] } : {}),
      rules: [
        {
          host: 'shop.test',
          http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: backend, port: { number: port } } } }] },
        },
      ],
    },
  };
}
