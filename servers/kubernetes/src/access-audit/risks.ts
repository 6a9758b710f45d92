import type { Severity } from '../report/findings.ts';
import type { PolicyRule } from './grants.ts';

/** A kind of grant that lets its holder take more than it seems to give. */
export interface Risk {
  rule: string;
  /** Granted in the whole cluster, and granted in one namespace. */
  severity: readonly [Severity, Severity];
  advice: string;
  /** Whether a rule of a role grants it. */
  grants(rule: PolicyRule): boolean;
}

const has = (list: readonly string[] | undefined, ...wanted: string[]): boolean =>
  (list ?? []).some((one) => one === '*' || wanted.includes(one));

/** The resource itself, `*`, or for a subresource the subresource of all. */
const on = (rule: PolicyRule, group: string, ...resources: string[]): boolean =>
  has(rule.apiGroups, group) &&
  (rule.resources ?? []).some(
    (one) =>
      one === '*' || resources.includes(one) || resources.some((wanted) => wanted.includes('/') && one === `*/${wanted.split('/')[1]}`),
  );

const RBAC = 'rbac.authorization.k8s.io';
const isWide = (list: readonly string[] | undefined): boolean => (list ?? []).includes('*');

/** By what they lead to (kubernetes.io, "Role Based Access Control Good Practices"). The first that fits a rule speaks for the rest. */
export const ALL: Risk = {
  rule: 'wildcard-all',
  severity: ['critical', 'high'],
  advice: 'Name the verbs and kinds that are needed: this grants everything, also what is added later.',
  grants: (rule) => isWide(rule.verbs) && isWide(rule.resources) && isWide(rule.apiGroups),
};

export const RISKS: readonly Risk[] = [
  {
    rule: 'escalate',
    severity: ['critical', 'high'],
    advice: 'Take escalate and bind away: with them one grants oneself anything.',
    grants: (rule) => has(rule.verbs, 'escalate', 'bind') && on(rule, RBAC, 'roles', 'clusterroles'),
  },
  {
    rule: 'impersonate',
    severity: ['critical', 'high'],
    advice: 'Limit impersonate to single users by resourceNames.',
    grants: (rule) => has(rule.verbs, 'impersonate') && on(rule, '', 'users', 'groups', 'serviceaccounts') && !rule.resourceNames?.length,
  },
  {
    rule: 'secrets-read',
    severity: ['high', 'medium'],
    advice: 'Grant get on single Secrets by resourceNames; list and watch show their contents too.',
    grants: (rule) => has(rule.verbs, 'get', 'list', 'watch') && on(rule, '', 'secrets') && !rule.resourceNames?.length,
  },
  {
    rule: 'token-create',
    severity: ['high', 'medium'],
    advice: 'Grant serviceaccounts/token by resourceNames only: a token acts as its service account.',
    grants: (rule) => has(rule.verbs, 'create') && on(rule, '', 'serviceaccounts/token') && !rule.resourceNames?.length,
  },
  {
    rule: 'nodes-proxy',
    severity: ['high', 'low'],
    advice: 'Grant nodes/metrics or nodes/stats instead: nodes/proxy reaches the kubelet, and so runs programs in every pod.',
    grants: (rule) => has(rule.verbs, 'get', 'create', 'update', 'patch', 'delete') && on(rule, '', 'nodes/proxy'),
  },
  {
    rule: 'pod-exec',
    severity: ['high', 'medium'],
    advice: 'Grant it to people for a time, not to programs: it runs programs in pods and reads what they can.',
    grants: (rule) =>
      (has(rule.verbs, 'create', 'get') && on(rule, '', 'pods/exec', 'pods/attach')) ||
      (has(rule.verbs, 'update', 'patch') && on(rule, '', 'pods/ephemeralcontainers')),
  },
  {
    rule: 'wildcard-verbs',
    severity: ['high', 'medium'],
    advice: 'Name the verbs: * grants also escalate, bind, impersonate and what is added later.',
    grants: (rule) => isWide(rule.verbs) && (rule.resources ?? []).length > 0,
  },
  {
    rule: 'wildcard-resources',
    severity: ['high', 'medium'],
    advice: 'Name the kinds: * grants Secrets and subresources such as exec too.',
    grants: (rule) => isWide(rule.resources),
  },
];
