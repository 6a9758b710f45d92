import type { Cluster } from '../client/cluster.ts';
import { gather, objectName } from '../client/gather.ts';
import { controllerOf, TEMPLATE_KINDS, templateOf, type Template } from '../client/pod-spec.ts';
import type { KubeObject } from '../client/wire.ts';
import type { Finding } from '../report/findings.ts';
import type { SecretMarks } from '../report/secret-marks.ts';
import { CONTROLS, type Breach, type Control } from './standards.ts';
import { exposed, unprotected } from './surroundings.ts';
import { PRACTICES, type Practice } from './workload.ts';

export type Level = 'baseline' | 'restricted';

export interface AuditWish {
  namespace: string | undefined;
  labels?: string | undefined;
  /** The level of the Pod Security Standards to hold them to. */
  level: Level;
}

/** Owners whose template speaks for what they made. */
const MAKERS = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'ReplicationController', 'Job', 'CronJob']);
const WORKLOADS = Object.keys(TEMPLATE_KINDS);
const AROUND = ['serviceaccounts', 'services', 'networkpolicies.networking.k8s.io', 'namespaces'] as const;

const PATHS_SHOWN = 3;

function findingOf(object: string, rule: Control | Practice, breaches: readonly Breach[]): Finding[] {
  const [first] = breaches;
  if (first === undefined) return [];
  const shown = breaches.slice(0, PATHS_SHOWN).map(({ evidence }) => evidence);
  const more = breaches.length - shown.length;
  const severity = breaches.find((one) => one.severity === 'critical')?.severity ?? rule.severity;
  return [
    {
      severity,
      rule: rule.rule,
      object,
      path: first.path,
      evidence: `${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`.slice(0, 400),
    },
  ];
}

function ofTemplate(object: string, template: Template, level: Level, marks: SecretMarks): Finding[] {
  const controls = CONTROLS.filter((one) => level === 'restricted' || one.level === 'baseline');
  return [
    ...controls.flatMap((control) => findingOf(object, control, control.breaches(template))),
    ...PRACTICES.flatMap((practice) => findingOf(object, practice, practice.breaches(template, marks))),
  ];
}

/** A token of the API is in the pod unless it, or else its service account, says no. */
function tokenFinding(object: string, { spec, path }: Template, account: KubeObject | undefined): Finding[] {
  const mounted = spec.automountServiceAccountToken ?? account?.['automountServiceAccountToken'] ?? true;
  if (mounted !== true) return [];
  const evidence = `token of ${spec.serviceAccountName ?? 'default'}`;
  return [{ severity: 'low', rule: 'token-mounted', object, path: `${path}.automountServiceAccountToken`, evidence }];
}

export const ADVICE: Readonly<Record<string, string>> = Object.fromEntries([
  ...[...CONTROLS, ...PRACTICES].map(({ rule, advice }) => [rule, advice]),
  ['token-mounted', 'Set automountServiceAccountToken: false where the program does not call the API server.'],
  ['no-network-policy', 'Add a NetworkPolicy that denies by default, and allow what is needed.'],
  ['not-enforced', 'Label the namespace pod-security.kubernetes.io/enforce: baseline or restricted.'],
  ['exposed', 'Keep it at ClusterIP behind an ingress, or limit loadBalancerSourceRanges.'],
]);

/** Every workload of a namespace, or of all, and what surrounds it. Only what nothing else made: a Deployment speaks for its pods. */
export async function auditSecurity(
  cluster: Cluster,
  { namespace, labels, level }: AuditWish,
  marks: SecretMarks,
  signal: AbortSignal,
): Promise<{ findings: Finding[]; workloads: number; unread: string[] }> {
  const [work, around] = await Promise.all([
    gather(cluster, WORKLOADS, { namespace, labelSelector: labels }, signal),
    gather(cluster, AROUND, { namespace }, signal).catch(() => undefined),
  ]);
  const accounts = new Map((around?.found.serviceaccounts ?? []).map((one) => [`${one.metadata.namespace}/${one.metadata.name}`, one]));
  const audited = WORKLOADS.flatMap((resource) =>
    (work.found[resource] ?? [])
      .filter((object) => !MAKERS.has(controllerOf(object)?.kind ?? ''))
      .map((object) => ({ object, name: objectName(resource, object), template: templateOf(object, resource) })),
  );
  const findings = audited.flatMap(({ object, name, template }) =>
    template === undefined
      ? []
      : [
          ...ofTemplate(name, template, level, marks),
          ...tokenFinding(name, template, accounts.get(`${object.metadata.namespace}/${template.spec.serviceAccountName || 'default'}`)),
        ],
  );
  const inhabited = new Set(audited.map(({ object }) => object.metadata.namespace ?? ''));
  const spaces = (around?.found.namespaces ?? []).filter(({ metadata }) => inhabited.has(metadata.name));
  // what could not be listed is not missing
  const knowsPolicies = !(around?.unread ?? []).some((one) => one.startsWith('networkpolicies'));
  return {
    workloads: audited.length,
    findings: [
      ...findings,
      ...exposed(around?.found.services ?? []),
      ...unprotected(inhabited, spaces, knowsPolicies ? (around?.found['networkpolicies.networking.k8s.io'] ?? []) : undefined),
    ],
    unread: [...work.unread, ...(around?.unread ?? ['services, network policies and namespaces'])],
  };
}
