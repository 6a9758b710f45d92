import type { Cluster } from '../client/cluster.ts';
import { gather, objectName } from '../client/gather.ts';
import type { KubeObject } from '../client/wire.ts';
import { selects } from '../client/label-selector.ts';
import type { Finding } from '../report/findings.ts';
import { isEverybody, isSystemBinding, isSystemRole, readGrants, subjectText, type Binding, type Grants, type Role } from './grants.ts';
import { ALL, RISKS, type Risk } from './risks.ts';

export const ADVICE: Readonly<Record<string, string>> = Object.fromEntries([
  ...[ALL, ...RISKS].map(({ rule, advice }) => [rule, advice]),
  ['cluster-admin', 'Bind a narrower role; keep cluster-admin for few people.'],
  ['broad-subject', 'Bind it to a group of your own: this one holds everybody, or every service account.'],
  ['default-account', 'Give the workload a service account of its own: every pod that names none gets these rights.'],
  ['dangling-role', 'Delete the binding, or make the role: whoever may create that role decides what it grants.'],
  ['dangling-subject', 'Delete the subject: whoever may create that service account gets these rights.'],
  ['unused-role', 'Delete the role, or bind it.'],
]);

const SUBJECTS_SHOWN = 4;

export interface RbacFindings {
  findings: Finding[];
  /** Findings on what came with Kubernetes, which are not among the others. */
  system: Finding[];
  bindings: number;
  unread: string[];
}

/** Risky grants as they are bound: a role that nobody has grants nothing. */
export async function auditRbac(cluster: Cluster, namespace: string | undefined, signal: AbortSignal): Promise<RbacFindings> {
  const [grants, accounts] = await Promise.all([
    readGrants(cluster, namespace, signal),
    gather(cluster, ['serviceaccounts'], { namespace }, signal).catch(() => undefined),
  ]);
  const known =
    accounts === undefined
      ? undefined
      : new Set(accounts.found.serviceaccounts.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  const answer: RbacFindings = {
    findings: [],
    system: [],
    bindings: grants.bindings.length,
    unread: [...grants.unread, ...(known === undefined ? ['serviceaccounts'] : [])],
  };
  for (const binding of grants.bindings) {
    const found = ofBinding(binding, grants.roleOf(binding), { namespace, known, complete: grants.unread.length === 0 });
    (isSystemBinding(binding) ? answer.system : answer.findings).push(...found);
  }
  for (const role of unused(grants, namespace)) (isSystemRole(role) ? answer.system : answer.findings).push(unusedFinding(role));
  return answer;
}

interface Around {
  namespace: string | undefined;
  /** The service accounts that there are; undefined where they are not known. */
  known: ReadonlySet<string> | undefined;
  /** Whether all roles could be read: else a missing one says nothing. */
  complete: boolean;
}

function ofBinding(binding: Binding, role: Role | undefined, around: Around): Finding[] {
  const object = nameOf(binding);
  const subjects = (binding.subjects ?? []).map((one) => subjectText(one, binding.metadata.namespace));
  const whom = `${subjects.slice(0, SUBJECTS_SHOWN).join(', ')}${subjects.length > SUBJECTS_SHOWN ? ` and ${subjects.length - SUBJECTS_SHOWN} more` : ''}`;
  const where = binding.kind === 'ClusterRoleBinding' ? 0 : 1;
  const risks = subjects.length === 0 ? [] : risksOf(binding, role).map((one) => riskFinding(one, { object, whom, where }));
  return [
    ...risks,
    ...subjectFindings(binding, object, risks),
    ...(role === undefined && around.complete
      ? [
          {
            severity: 'medium' as const,
            rule: 'dangling-role',
            object,
            path: '.roleRef',
            evidence: `there is no ${binding.roleRef.kind} ${binding.roleRef.name}`,
          },
        ]
      : []),
    ...missingAccounts(binding, object, around),
  ];
}

interface Held {
  risk: Pick<Risk, 'rule' | 'severity'>;
  role: string;
  /** Which of the role's rules. */
  at: string;
  evidence: string;
}

function risksOf(binding: Binding, role: Role | undefined): Held[] {
  const name = `${binding.roleRef.kind} ${binding.roleRef.name}`;
  if (binding.roleRef.kind === 'ClusterRole' && binding.roleRef.name === 'cluster-admin')
    return [{ risk: { rule: 'cluster-admin', severity: ['critical', 'high'] }, role: name, at: '.roleRef', evidence: 'everything' }];
  const rules = role?.rules ?? [];
  const held = (risk: Risk): Held[] => {
    const at = rules.findIndex((rule) => risk.grants(rule));
    const rule = rules[at];
    if (rule === undefined) return [];
    const evidence = `${(rule.verbs ?? []).join(',')} on ${(rule.resources ?? []).join(',')}`.slice(0, 160);
    return [{ risk, role: name, at: `.rules[${at}]`, evidence }];
  };
  const all = held(ALL);
  if (all.length > 0) return all;
  const found = RISKS.flatMap(held);
  // a wildcard that only repeats what a more exact risk of the same rule says is left out
  const exact = new Set(found.filter(({ risk }) => !risk.rule.startsWith('wildcard')).map(({ at }) => at));
  return found.filter(({ risk, at }) => !risk.rule.startsWith('wildcard') || !exact.has(at));
}

function riskFinding({ risk, role, at, evidence }: Held, bound: { object: string; whom: string; where: 0 | 1 }): Finding {
  return {
    severity: risk.severity[bound.where],
    rule: risk.rule,
    object: bound.object,
    path: at,
    evidence: `${bound.whom}: ${evidence} by ${role}`,
  };
}

function subjectFindings(binding: Binding, object: string, risks: readonly Finding[]): Finding[] {
  const worst = risks[0]?.severity;
  return (binding.subjects ?? []).flatMap((one, index): Finding[] => {
    const path = `.subjects[${index}]`;
    const role = `gets ${binding.roleRef.kind} ${binding.roleRef.name}`;
    if (isEverybody(one))
      return [
        { severity: worst === undefined ? 'medium' : 'critical', rule: 'broad-subject', object, path, evidence: `${one.name} ${role}` },
      ];
    if (one.kind === 'ServiceAccount' && one.name === 'default')
      return [
        {
          severity: worst === undefined ? 'low' : 'high',
          rule: 'default-account',
          object,
          path,
          evidence: `${subjectText(one, binding.metadata.namespace)} ${role}`,
        },
      ];
    return [];
  });
}

function missingAccounts(binding: Binding, object: string, { known, namespace }: Around): Finding[] {
  if (known === undefined) return [];
  return (binding.subjects ?? []).flatMap((one, index): Finding[] => {
    if (one.kind !== 'ServiceAccount') return [];
    const space = one.namespace ?? binding.metadata.namespace ?? '';
    // with one namespace asked for, the accounts of others are not read
    if ((namespace !== undefined && space !== namespace) || known.has(`${space}/${one.name}`)) return [];
    return [
      {
        severity: 'medium',
        rule: 'dangling-subject',
        object,
        path: `.subjects[${index}]`,
        evidence: `there is no service account ${space}/${one.name}`,
      },
    ];
  });
}

/** Roles that no binding refers to and that are part of no other. Of one namespace only its own are known to be unused. */
function unused({ roles, bindings }: Grants, namespace: string | undefined): Role[] {
  const bound = new Set(
    bindings.map(({ roleRef, metadata }) => `${roleRef.kind}/${roleRef.kind === 'Role' ? metadata.namespace : ''}/${roleRef.name}`),
  );
  const selectors = roles.flatMap(({ aggregationRule }) => aggregationRule?.clusterRoleSelectors ?? []);
  return roles.filter(
    ({ kind = '', metadata }) =>
      !(namespace !== undefined && kind === 'ClusterRole') &&
      !(kind === 'ClusterRole' && selectors.some((one) => selects(one, metadata.labels ?? {}))) &&
      !bound.has(`${kind}/${metadata.namespace ?? ''}/${metadata.name}`),
  );
}

const unusedFinding = (role: Role): Finding => ({
  severity: 'low',
  rule: 'unused-role',
  object: nameOf(role),
  evidence: 'no binding refers to it',
});

const nameOf = (object: KubeObject): string => objectName(`${(object.kind ?? '').toLowerCase()}s`, object);
