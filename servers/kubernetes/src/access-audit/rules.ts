import type { PolicyRule } from './grants.ts';

/** A request as RBAC sees it: on objects, or on a path that belongs to none. */
export type Request =
  | { verb: string; group: string; resource: string; subresource?: string | undefined; name?: string | undefined }
  | { verb: string; path: string };

const holds = (list: readonly string[] | undefined, value: string): boolean => (list ?? []).some((one) => one === '*' || one === value);

/** Whether a rule grants a request, as the RBAC authorizer decides it (kubernetes.io, "Using RBAC Authorization"). */
export function grants(rule: PolicyRule, request: Request): boolean {
  if (!holds(rule.verbs, request.verb)) return false;
  if ('path' in request)
    return (rule.nonResourceURLs ?? []).some(
      (one) => one === '*' || one === request.path || (one.endsWith('*') && request.path.startsWith(one.slice(0, -1))),
    );
  const { group, resource, subresource, name } = request;
  if (!holds(rule.apiGroups, group)) return false;
  const whole = subresource === undefined ? resource : `${resource}/${subresource}`;
  const fits = (rule.resources ?? []).some(
    (one) => one === '*' || one === whole || (subresource !== undefined && one === `*/${subresource}`),
  );
  // a rule for certain names never grants what names none, such as a list
  return fits && (!rule.resourceNames?.length || (name !== undefined && rule.resourceNames.includes(name)));
}
