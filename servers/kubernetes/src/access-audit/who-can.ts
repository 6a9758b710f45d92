import { subjectText, type Binding, type Grants, type Role } from './grants.ts';
import { grants, type Request } from './rules.ts';

/** A subject that is granted a request, and by what. */
export interface Granted {
  subject: string;
  /** `ClusterRoleBinding ops → ClusterRole admin` */
  by: string;
}

export interface Asked {
  request: Request;
  /** Undefined: cluster-wide, or all namespaces. */
  namespace: string | undefined;
}

const counts = (binding: Binding, role: Role | undefined, { request, namespace }: Asked): role is Role =>
  // a RoleBinding grants nothing outside its namespace, and no path
  (binding.kind === 'ClusterRoleBinding' ||
    (namespace !== undefined && binding.metadata.namespace === namespace && !('path' in request))) &&
  (role?.rules ?? []).some((rule) => grants(rule, request));

/** Who is granted a request by roles and bindings. A group stands for all its members; `system:masters` may everything, unlisted. */
export function whoCan({ bindings, roleOf }: Pick<Grants, 'bindings' | 'roleOf'>, asked: Asked): Granted[] {
  const found = new Map<string, Granted>();
  for (const binding of bindings) {
    const role = roleOf(binding);
    if (!counts(binding, role, asked)) continue;
    const by = `${binding.kind} ${binding.metadata.name} → ${role.kind} ${role.metadata.name}`;
    for (const one of binding.subjects ?? []) {
      const subject = subjectText(one, binding.metadata.namespace);
      if (!found.has(subject)) found.set(subject, { subject, by });
    }
  }
  return [...found.values()].toSorted((a, b) => (a.subject < b.subject ? -1 : 1));
}
