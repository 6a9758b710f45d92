import type { Cluster, Selection } from './cluster.ts';
import { resourceName, type Kind } from './discovery.ts';
import { keptKinds, objectsOf, ownedBy, PATIENCE_MS, type Kin } from './kin.ts';

/** API groups of the control plane itself (kubernetes.io, "API Overview"); kinds of every other one are custom. */
const BUILT_IN = new Set([
  '',
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
  'internal.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
  'storagemigration.k8s.io',
]);

/** What the controllers of the control plane, and its kubelets, make for an object and own to it. */
const MADE_FOR: Readonly<Record<string, readonly string[]>> = {
  'cronjobs.batch': ['jobs.batch'],
  'daemonsets.apps': ['controllerrevisions.apps', 'pods'],
  'deployments.apps': ['replicasets.apps'],
  'jobs.batch': ['pods'],
  nodes: ['csinodes.storage.k8s.io', 'leases.coordination.k8s.io', 'pods', 'resourceslices.resource.k8s.io'],
  pods: ['persistentvolumeclaims', 'resourceclaims.resource.k8s.io'],
  'replicasets.apps': ['pods'],
  replicationcontrollers: ['pods'],
  services: ['endpointslices.discovery.k8s.io'],
  'statefulsets.apps': ['controllerrevisions.apps', 'persistentvolumeclaims', 'pods'],
};

/** Kinds of many objects that belong to those above, or to custom resources, and to nothing else of the control plane. */
const ONLY_MADE = new Set(['controllerrevisions.apps', 'endpoints', 'endpointslices.discovery.k8s.io', 'pods', 'replicasets.apps']);

const isCustom = ({ group }: Kind): boolean => !BUILT_IN.has(group);

const isMadeFor = (owner: Kind, kind: Kind): boolean => MADE_FOR[resourceName(owner)]?.includes(resourceName(kind)) === true;

/** Whether objects of a kind may be owned by one of another. An operator's resources own, and are, whatever it likes. */
function mayOwn(owner: Kind, kind: Kind): boolean {
  if (isMadeFor(owner, kind)) return true;
  if (owner.namespaced && !kind.namespaced) return false;
  if (isCustom(owner)) return true;
  if (!owner.namespaced && kind.namespaced) return false;
  return !ONLY_MADE.has(resourceName(kind));
}

/** The kinds that controllers make for one, and for what they make. */
function expectedOf(root: Kind, kinds: readonly Kind[]): ReadonlySet<Kind> {
  const all = new Set<Kind>();
  const add = (owner: Kind): void => {
    for (const kind of kinds) if (isMadeFor(owner, kind)) all.add(kind);
  };
  add(root);
  // a set hands out what is added to it meanwhile
  for (const one of all) add(one);
  return all;
}

/**
 * What an object owns, and what that owns, among the kinds that may be: enough to show, and less to look through than every kind. First
 * come the kinds that may be the object's own with what controllers make of those; others only when an owner of them was found. Pods that
 * a pod made are passed over: every look at a pod would list its neighbours.
 */
export async function nearDependantsOf(cluster: Cluster, root: Kin, signal: AbortSignal): Promise<Kin[]> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const kinds = await keptKinds(cluster, signal);
  const { namespace, name } = root.object.metadata;
  const selectionOf = (kind: Kind): Selection =>
    root.kind.namespaced
      ? { namespace }
      : resourceName(root.kind) === 'nodes' && resourceName(kind) === 'pods'
        ? { fieldSelector: `spec.nodeName=${name}` }
        : {};
  const looked = new Set<Kind>();
  const among: Kin[] = [];
  const expected = root.kind.namespaced ? expectedOf(root.kind, kinds) : undefined;
  let fits = (kind: Kind): boolean => mayOwn(root.kind, kind) || expected?.has(kind) === true;
  for (;;) {
    const wanted = kinds.filter((kind) => !looked.has(kind) && fits(kind));
    for (const kind of wanted) looked.add(kind);
    among.push(...(await objectsOf(cluster, wanted, selectionOf, patience, signal)).kin);
    const found = ownedBy([root], among);
    if (wanted.length === 0) return found;
    const owners = [...new Set(found.map(({ kind }) => kind))];
    fits = (kind) => owners.some((owner) => (isCustom(owner) ? mayOwn(owner, kind) : root.kind.namespaced && isMadeFor(owner, kind)));
  }
}
