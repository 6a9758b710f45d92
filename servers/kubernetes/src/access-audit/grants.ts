import type { Cluster } from '../client/cluster.ts';
import { gather } from '../client/gather.ts';
import type { KubeObject } from '../client/wire.ts';
import type { LabelSelector } from '../client/label-selector.ts';

/** One rule of a role (rbac.authorization.k8s.io/v1 PolicyRule). */
export interface PolicyRule {
  verbs?: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
}

export interface Subject {
  kind: 'User' | 'Group' | 'ServiceAccount' | (string & {});
  name: string;
  namespace?: string;
}

export interface Role extends KubeObject {
  rules?: PolicyRule[] | null;
  aggregationRule?: { clusterRoleSelectors?: LabelSelector[] | null } | null;
}

export interface Binding extends KubeObject {
  roleRef: { kind: string; name: string };
  subjects?: Subject[] | null;
}

/** All roles and bindings of a cluster, or of one namespace and the cluster's own. */
export interface Grants {
  roles: Role[];
  bindings: Binding[];
  unread: string[];
  /** The role of a binding; undefined where there is none. */
  roleOf(binding: Binding): Role | undefined;
}

const KINDS = [
  'clusterroles.rbac.authorization.k8s.io',
  'roles.rbac.authorization.k8s.io',
  'clusterrolebindings.rbac.authorization.k8s.io',
  'rolebindings.rbac.authorization.k8s.io',
] as const;

/** The controller writes what it aggregates into the rules of a ClusterRole, and the API server reads only those: so does this. */
export async function readGrants(cluster: Cluster, namespace: string | undefined, signal: AbortSignal): Promise<Grants> {
  const { found, unread } = await gather(cluster, KINDS, { namespace }, signal);
  const [clusterRoles, roles, clusterBindings, bindings] = KINDS.map((kind) => found[kind]);
  const all = [...(clusterRoles ?? []), ...(roles ?? [])] as Role[];
  const byName = new Map(all.map((role) => [keyOf(role.kind, role.metadata.namespace, role.metadata.name), role]));
  return {
    roles: all,
    bindings: [...(clusterBindings ?? []), ...(bindings ?? [])] as Binding[],
    unread,
    roleOf: ({ roleRef, metadata }) =>
      byName.get(keyOf(roleRef.kind, roleRef.kind === 'Role' ? metadata.namespace : undefined, roleRef.name)),
  };
}

const keyOf = (kind = '', namespace = '', name = ''): string => `${kind}/${namespace}/${name}`;

/** `ServiceAccount shop/builder`, `Group ops` */
export function subjectText({ kind, name, namespace }: Subject, own: string | undefined): string {
  return kind === 'ServiceAccount' ? `${kind} ${namespace ?? own ?? ''}/${name}` : `${kind} ${name}`;
}

/** Groups that everybody is in, or every service account. */
const EVERYBODY: ReadonlySet<string> = new Set(['system:unauthenticated', 'system:authenticated', 'system:serviceaccounts']);

/** Everybody, every service account, or whoever does not sign in. A user that is called like such a group has no members. */
export const isEverybody = ({ kind, name }: Subject): boolean =>
  (kind === 'Group' && EVERYBODY.has(name)) || (kind === 'User' && name === 'system:anonymous');

/** The roles that Kubernetes itself grants to everybody. */
const PUBLIC: ReadonlySet<string> = new Set([
  'system:basic-user',
  'system:discovery',
  'system:public-info-viewer',
  'system:service-account-issuer-discovery',
]);

const isNamedSystem = ({ metadata }: KubeObject): boolean =>
  metadata.labels?.['kubernetes.io/bootstrapping'] === 'rbac-defaults' || /^(?:system|kubeadm):/.test(metadata.name);

/** What came with Kubernetes or belongs to its parts. */
export const isSystemRole = (role: Role): boolean => isNamedSystem(role);

/** The same for a binding: by what it binds, too, because anybody may call a binding anything. */
export function isSystemBinding(binding: Binding): boolean {
  const { roleRef, subjects } = binding;
  if (!isNamedSystem(binding)) return false;
  if (roleRef.name === 'cluster-admin') return (subjects ?? []).every(({ kind, name }) => kind === 'Group' && name === 'system:masters');
  return (
    roleRef.name.startsWith('system:') &&
    (subjects ?? []).every((one) =>
      one.kind === 'ServiceAccount'
        ? one.namespace === 'kube-system'
        : one.name.startsWith('system:') && (!isEverybody(one) || PUBLIC.has(roleRef.name)),
    )
  );
}
