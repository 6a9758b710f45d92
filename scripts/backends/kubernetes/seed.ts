import { ask } from '../http.ts';
import { until } from '../process.ts';
import { Missing } from '../service.ts';
import { FATE } from './stage.ts';

interface Admin {
  url: string;
  caFile: string;
  token: string;
}

// RBAC has no "all but": every group is named, and of the first group every resource but secrets.
const CORE = [
  'bindings',
  'componentstatuses',
  'configmaps',
  'endpoints',
  'events',
  'limitranges',
  'namespaces',
  'namespaces/status',
  'nodes',
  'nodes/status',
  'persistentvolumeclaims',
  'persistentvolumeclaims/status',
  'persistentvolumes',
  'persistentvolumes/status',
  'pods',
  'pods/log',
  'pods/status',
  'podtemplates',
  'replicationcontrollers',
  'replicationcontrollers/scale',
  'replicationcontrollers/status',
  'resourcequotas',
  'resourcequotas/status',
  'serviceaccounts',
  'services',
  'services/status',
];
const GROUPS = [
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'apps',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'kwok.x-k8s.io',
  'metrics.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
  // Where tests may put kinds of their own.
  'test.deployment-engine',
];
const VERBS = ['get', 'list', 'watch'];
const RBAC = 'rbac.authorization.k8s.io';

const node = (name: string, labels: Record<string, string>, taints: object[] = []): [string, object] => [
  `/api/v1/nodes/${name}`,
  {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        ...labels,
      },
    },
    spec: { taints },
  },
];
const worker = (number: number): [string, object] =>
  node(`worker-${number}`, {
    'node-role.kubernetes.io/worker': '',
    'topology.kubernetes.io/region': 'test',
    'topology.kubernetes.io/zone': `test-${'abc'[number - 1]}`,
  });

const LOGS = 'logs.kwok.x-k8s.io';

const OBJECTS: readonly [string, object][] = [
  [
    `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${LOGS}`,
    {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: LOGS },
      spec: {
        group: 'kwok.x-k8s.io',
        scope: 'Namespaced',
        names: { kind: 'Logs', listKind: 'LogsList', plural: 'logs', singular: 'logs' },
        versions: [
          {
            name: 'v1alpha1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        ],
      },
    },
  ],
  [
    `/apis/${RBAC}/v1/clusterroles/test-reader`,
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRole',
      metadata: { name: 'test-reader' },
      rules: [
        { apiGroups: [''], resources: CORE, verbs: VERBS },
        { apiGroups: GROUPS, resources: ['*'], verbs: VERBS },
      ],
    },
  ],
  [
    `/apis/${RBAC}/v1/clusterrolebindings/test-reader`,
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'test-reader' },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'test-reader' },
      subjects: [{ apiGroup: RBAC, kind: 'User', name: 'reader' }],
    },
  ],
  node('control-plane-1', { 'node-role.kubernetes.io/control-plane': '' }, [
    { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
  ]),
  worker(1),
  worker(2),
  worker(3),
];

/** Applies the nodes and the role of the user `reader`; a second time it changes nothing. */
export async function seed({ url, caFile, token }: Admin): Promise<void> {
  for (const [path, object] of OBJECTS) {
    const { status, text } = await ask(`${url}${path}?fieldManager=backends&force=true`, {
      method: 'PATCH',
      caFile,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/apply-patch+yaml' },
      body: JSON.stringify(object),
    });
    if (status >= 300) throw new Missing(`the API server does not take ${path}: ${status} ${text}`);
  }
}

/** Removes the leases of a kwok that ended: the next one would wait for their end, forty seconds, before it plays the nodes. */
export async function removeLeases({ url, caFile, token }: Admin): Promise<void> {
  await ask(`${url}/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases`, {
    method: 'DELETE',
    caFile,
    headers: { authorization: `Bearer ${token}` },
  });
}

interface Node {
  metadata: { name: string; annotations?: Record<string, string> };
  spec: { taints?: { key: string }[] };
  status: { conditions?: { type: string; status: string }[]; daemonEndpoints?: { kubeletEndpoint?: { Port: number } } };
}

/** Waits until our nodes are ready, with their kubelets at `kubeletPort`, and pods can be made in the namespace `default`. */
export async function haveNodes({ url, caFile, token }: Admin, kubeletPort: number): Promise<void> {
  const get = async (path: string): Promise<string> => {
    const { status, text } = await ask(`${url}${path}`, { caFile, headers: { authorization: `Bearer ${token}` } });
    return status === 200 ? text : '{}';
  };
  const isReady = async (path: string): Promise<boolean> => {
    const { metadata, spec, status } = JSON.parse(await get(path)) as Partial<Node>;
    // A test may just now want it unwell.
    if (metadata?.annotations?.[FATE] !== undefined) return true;
    return (
      status?.daemonEndpoints?.kubeletEndpoint?.Port === kubeletPort &&
      status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true &&
      spec?.taints?.some(({ key }) => key === 'node.kubernetes.io/not-ready') !== true
    );
  };
  const paths = OBJECTS.map(([path]) => path).filter((path) => path.startsWith('/api/v1/nodes/'));
  const ready = async (): Promise<boolean> =>
    (await Promise.all(paths.map(isReady))).every(Boolean) && (await get('/api/v1/namespaces/default/serviceaccounts/default')) !== '{}';
  if (!(await until(ready, 60_000, 100))) throw new Missing('the nodes of the control plane are not ready within a minute');
}
