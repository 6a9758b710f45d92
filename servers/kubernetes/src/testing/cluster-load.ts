import { ToolError } from '@deployment-engine/shared/contracts';
import type { Cluster } from '../client/cluster.ts';
import type { KubeObject } from '../client/wire.ts';
import type { ClusterFile, FileObject } from './cluster-file.ts';

const soon = (): AbortSignal => AbortSignal.timeout(20_000);

/** Owners before what they own; what admission would hold against the rest comes last. */
const ORDER = [
  'Namespace',
  'Node',
  'StorageClass',
  'IngressClass',
  'ConfigMap',
  'Secret',
  'PersistentVolumeClaim',
  'Service',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'CronJob',
  'Job',
  'Pod',
  'EndpointSlice',
  'Ingress',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
  'Event',
  'LimitRange',
  'ResourceQuota',
  'ValidatingWebhookConfiguration',
];
const WITHOUT_STATUS = new Set([
  'Namespace',
  'Event',
  'EndpointSlice',
  'ConfigMap',
  'Secret',
  'StorageClass',
  'IngressClass',
  'LimitRange',
]);

/** Puts a cluster of a file into an API server in which nothing else runs, and takes it out again. */
export class LoadedCluster {
  readonly #cluster: Cluster;
  readonly #made: FileObject[] = [];
  readonly #nodePort: number;

  /** @param nodePort where the kubelets of its nodes are asked for logs, on 127.0.0.1 */
  constructor(cluster: Cluster, nodePort: number) {
    this.#cluster = cluster;
    this.#nodePort = nodePort;
  }

  async load(file: ClusterFile): Promise<void> {
    const spaces = new Set([file.question.namespace, 'default', ...file.objects.flatMap(({ object }) => object.metadata.namespace ?? [])]);
    for (const name of spaces) await this.#space(name);
    const uids = new Map<string, string>();
    for (const one of inOrder(file.objects)) {
      if (one.kind === 'Namespace') continue;
      const made = await this.#make(one, uids);
      uids.set(`${one.kind}/${made.metadata.name}`, made.metadata.uid ?? '');
      this.#made.push(one);
    }
    for (const name of file.delete) await this.#delete(name, file);
  }

  async unload(): Promise<void> {
    for (const { kind, object } of this.#made.splice(0).toReversed()) {
      const found = await this.#cluster.kind(`${object.apiVersion}/${kind}`, soon());
      const { name, namespace } = object.metadata;
      await this.#cluster.delete(found, { name, namespace }, { graceSeconds: 0, propagation: 'Background' }, soon()).catch(gone);
      await this.#cluster.patch(found, { name, namespace }, { metadata: { finalizers: null } }, { type: 'merge' }, soon()).catch(gone);
    }
  }

  async #space(name: string): Promise<void> {
    const kind = await this.#cluster.kind('v1/namespaces', soon());
    if ((await this.#cluster.find(kind, { name }, soon())) !== undefined) return;
    await this.#cluster.create(kind, {}, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, soon());
  }

  async #make({ kind, object, owner, status }: FileObject, uids: ReadonlyMap<string, string>): Promise<KubeObject> {
    const found = await this.#cluster.kind(`${object.apiVersion}/${kind}`, soon());
    const { namespace, name } = object.metadata;
    const [ownerKind = '', ownerName = ''] = (owner ?? '').split('/');
    const apiVersion = ownerKind === 'Job' || ownerKind === 'CronJob' ? 'batch/v1' : 'apps/v1';
    const references = {
      ownerReferences: [{ apiVersion, kind: ownerKind, name: ownerName, uid: uids.get(owner ?? '') ?? '', controller: true }],
    };
    const wanted = { ...object, metadata: { ...object.metadata, ...(owner === undefined ? {} : references) } };
    const made = await this.#cluster.create(found, { namespace }, wanted, soon());
    // admission taints a node that is made: it is not ready yet
    if (kind === 'Node') {
      const { taints = null } = (object['spec'] ?? {}) as { taints?: object[] | null };
      await this.#cluster.patch(found, { name }, { spec: { taints } }, { type: 'merge' }, soon());
    }
    if (status === undefined || WITHOUT_STATUS.has(kind)) return made;
    const full = { ...status, ...(kind === 'Node' ? this.#address() : {}) };
    return this.#cluster.patch(found, { name, namespace }, { status: full }, { type: 'merge', subresource: 'status' }, soon());
  }

  #address(): object {
    return { addresses: [{ type: 'InternalIP', address: '127.0.0.1' }], daemonEndpoints: { kubeletEndpoint: { Port: this.#nodePort } } };
  }

  async #delete(name: string, file: ClusterFile): Promise<void> {
    const one = file.objects.find(({ kind, object }) => `${kind}/${object.metadata.name}` === name);
    if (one === undefined) throw new Error(`${file.title} deletes ${name}, which it does not have`);
    const kind = await this.#cluster.kind(`${one.object.apiVersion}/${one.kind}`, soon());
    const place = { name: one.object.metadata.name, namespace: one.object.metadata.namespace };
    // a pod stays until its kubelet says that it has ended, and there is none
    await this.#cluster.delete(kind, place, one.kind === 'Pod' ? {} : { graceSeconds: 0 }, soon());
    if (one.kind === 'Namespace' && one.status !== undefined)
      await this.#cluster.patch(kind, place, { status: one.status }, { type: 'merge', subresource: 'status' }, soon());
  }
}

const inOrder = (objects: readonly FileObject[]): FileObject[] => objects.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));

function gone(error: unknown): void {
  if (!(error instanceof ToolError) || error.code !== 'not_found') throw error;
}
