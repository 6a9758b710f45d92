import { containersOf, type Container, type SecurityContext, type Template } from '../client/pod-spec.ts';
import type { Severity } from '../report/findings.ts';
import { CAPABILITIES, ADDED_AGAIN, RESTRICTED_VOLUMES, SELINUX_TYPES, SYSCTLS, WORST_MOUNTS } from './allowed.ts';

/** Where a template breaks a rule, and what it says there. */
export interface Breach {
  path: string;
  evidence: string;
  /** Where it is worse than the rule's own. */
  severity?: Severity;
}

/** One control of the Pod Security Standards. */
export interface Control {
  rule: string;
  level: 'baseline' | 'restricted';
  severity: Severity;
  advice: string;
  breaches(template: Template): Breach[];
}

type Contexts = (context: SecurityContext) => unknown;

const isWindows = ({ spec }: Template): boolean => spec.os?.name === 'windows';
/** In a user namespace root of the container is nobody on the node (KEP-127). */
const hasOwnUsers = ({ spec }: Template): boolean => spec.hostUsers === false;

/** A breach for each container of which the field has a value that is not right. */
function eachContainer(template: Template, field: string, wrong: (container: Container) => unknown): Breach[] {
  return containersOf(template).flatMap(({ container, path }) => {
    const value = wrong(container);
    return value === undefined || value === false ? [] : [{ path: `${path}.${field}`, evidence: evidenceOf(container.name, value) }];
  });
}

const evidenceOf = (container: string, value: unknown): string =>
  `${container}: ${value === true ? 'true' : typeof value === 'string' ? value : JSON.stringify(value)}`;

/** The same in the pod's own security context and in those of its containers. */
function everywhere(template: Template, field: string, wrong: Contexts): Breach[] {
  const own = wrong(template.spec.securityContext ?? {});
  return [
    ...(own === undefined || own === false
      ? []
      : [{ path: `${template.path}.securityContext.${field}`, evidence: evidenceOf('the pod', own) }]),
    ...eachContainer(template, `securityContext.${field}`, ({ securityContext }) => wrong(securityContext ?? {})),
  ];
}

const unmasked = (template: Template): Breach[] =>
  eachContainer(template, 'securityContext.procMount', ({ securityContext }) => notIn(['Default'], only(securityContext?.procMount)));

/** What the pod may set for all its containers and each container for itself: right is what is set, and set right. */
function required(
  template: Template,
  field: string,
  value: (context: SecurityContext) => string | boolean | undefined,
  isRight: (value: unknown) => boolean,
): Breach[] {
  const own = value(template.spec.securityContext ?? {});
  const inherited = own !== undefined && isRight(own);
  return [
    ...(own !== undefined && !inherited
      ? [{ path: `${template.path}.securityContext.${field}`, evidence: evidenceOf('the pod', own) }]
      : []),
    ...eachContainer(template, `securityContext.${field}`, ({ securityContext }) => {
      const set = value(securityContext ?? {});
      return set === undefined ? (inherited ? undefined : 'not set') : isRight(set) ? undefined : String(set);
    }),
  ];
}

const notIn = (allowed: readonly string[], values: readonly string[] | undefined): string | undefined => {
  const others = (values ?? []).filter((one) => !allowed.includes(one));
  return others.length > 0 ? others.join(', ') : undefined;
};

const SECCOMP = (value: unknown): boolean => value === 'RuntimeDefault' || value === 'Localhost';
const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';

const ACTIONS = ['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle.postStart', 'lifecycle.preStop'] as const;

function actionOf(container: Container, name: (typeof ACTIONS)[number]) {
  const { lifecycle } = container;
  if (name === 'lifecycle.postStart') return lifecycle?.postStart;
  return name === 'lifecycle.preStop' ? lifecycle?.preStop : container[name];
}

/** The Pod Security Standards of Kubernetes 1.36 (kubernetes.io, "Pod Security Standards"). */
export const CONTROLS: readonly Control[] = [
  {
    rule: 'host-process',
    level: 'baseline',
    severity: 'critical',
    advice: 'Run without windowsOptions.hostProcess.',
    breaches: (template) => everywhere(template, 'windowsOptions.hostProcess', ({ windowsOptions }) => windowsOptions?.hostProcess),
  },
  {
    rule: 'host-namespaces',
    level: 'baseline',
    severity: 'high',
    advice: 'Leave hostNetwork, hostPID and hostIPC out.',
    breaches: ({ spec, path }) =>
      (['hostNetwork', 'hostPID', 'hostIPC'] as const)
        .filter((field) => spec[field] === true)
        .map((field) => ({ path: `${path}.${field}`, evidence: 'true' })),
  },
  {
    rule: 'privileged',
    level: 'baseline',
    severity: 'critical',
    advice: 'Drop privileged; add single capabilities where they are needed.',
    breaches: (template) => eachContainer(template, 'securityContext.privileged', ({ securityContext }) => securityContext?.privileged),
  },
  {
    rule: 'capabilities-added',
    level: 'baseline',
    severity: 'high',
    advice: 'Add no capability beyond the default ones.',
    breaches: (template) =>
      eachContainer(template, 'securityContext.capabilities.add', ({ securityContext }) =>
        notIn(CAPABILITIES, securityContext?.capabilities?.add),
      ).map((one) => (/\b(?:SYS_ADMIN|SYS_MODULE|SYS_PTRACE|ALL)\b/.test(one.evidence) ? { ...one, severity: 'critical' } : one)),
  },
  {
    rule: 'host-path',
    level: 'baseline',
    severity: 'high',
    advice: 'Use a claim, an emptyDir or a CSI volume instead of hostPath.',
    breaches: ({ spec, path }) =>
      (spec.volumes ?? []).flatMap((volume, index) => {
        const source = volume['hostPath'] as { path?: string } | undefined;
        if (source === undefined || source === null) return [];
        const evidence = `${volume.name}: ${source.path ?? ''}`;
        const isWorst = WORST_MOUNTS.test(source.path ?? '');
        return [{ path: `${path}.volumes[${index}].hostPath`, evidence, ...(isWorst ? { severity: 'critical' as const } : {}) }];
      }),
  },
  {
    rule: 'host-port',
    level: 'baseline',
    severity: 'medium',
    advice: 'Expose it by a Service instead of hostPort.',
    breaches: (template) =>
      containersOf(template).flatMap(({ container, path }) =>
        (container.ports ?? []).flatMap(({ hostPort }, index) =>
          hostPort ? [{ path: `${path}.ports[${index}].hostPort`, evidence: evidenceOf(container.name, hostPort) }] : [],
        ),
      ),
  },
  {
    rule: 'host-probe',
    level: 'baseline',
    severity: 'medium',
    advice: 'Leave host out of probes and lifecycle hooks: the kubelet would reach any address for the pod.',
    breaches: (template) =>
      containersOf(template).flatMap(({ container, path }) =>
        ACTIONS.flatMap((name) => {
          const action = actionOf(container, name);
          return (['httpGet', 'tcpSocket'] as const).flatMap((way) => {
            const host = action?.[way]?.host;
            return host ? [{ path: `${path}.${name}.${way}.host`, evidence: evidenceOf(container.name, host) }] : [];
          });
        }),
      ),
  },
  {
    rule: 'apparmor',
    level: 'baseline',
    severity: 'medium',
    advice: 'Use the AppArmor profile RuntimeDefault or Localhost.',
    breaches: (template) => [
      ...everywhere(template, 'appArmorProfile.type', ({ appArmorProfile }) =>
        notIn(['RuntimeDefault', 'Localhost'], only(appArmorProfile?.type)),
      ),
      ...Object.entries(template.metadata.annotations ?? {})
        .filter(([name, value]) => name.startsWith(APPARMOR) && !/^(?:$|runtime\/default$|localhost\/)/.test(value))
        .map(([name, value]) => ({ path: `${template.path.replace(/\.spec$/, '')}.metadata.annotations['${name}']`, evidence: value })),
    ],
  },
  {
    rule: 'selinux',
    level: 'baseline',
    severity: 'medium',
    advice: 'Set no SELinux user or role, and only container types.',
    breaches: (template) => [
      ...everywhere(template, 'seLinuxOptions.type', ({ seLinuxOptions }) => notIn(SELINUX_TYPES, only(seLinuxOptions?.type || undefined))),
      ...everywhere(template, 'seLinuxOptions.user', ({ seLinuxOptions }) => seLinuxOptions?.user || undefined),
      ...everywhere(template, 'seLinuxOptions.role', ({ seLinuxOptions }) => seLinuxOptions?.role || undefined),
    ],
  },
  {
    rule: 'proc-mount',
    level: 'baseline',
    severity: 'high',
    advice: 'Leave procMount at Default, or give the pod its own users (hostUsers: false).',
    breaches: (template) => (hasOwnUsers(template) ? [] : unmasked(template)),
  },
  {
    rule: 'seccomp-unconfined',
    level: 'baseline',
    severity: 'high',
    advice: 'Use the seccomp profile RuntimeDefault or Localhost.',
    breaches: (template) =>
      everywhere(template, 'seccompProfile.type', ({ seccompProfile }) =>
        notIn(['RuntimeDefault', 'Localhost'], only(seccompProfile?.type)),
      ),
  },
  {
    rule: 'sysctls',
    level: 'baseline',
    severity: 'medium',
    advice: 'Set only the safe sysctls.',
    breaches: ({ spec, path }) =>
      (spec.securityContext?.sysctls ?? []).flatMap(({ name }, index) =>
        SYSCTLS.includes(name) ? [] : [{ path: `${path}.securityContext.sysctls[${index}]`, evidence: name }],
      ),
  },
  {
    // the restricted standard does not make the exception of the baseline one
    rule: 'proc-mount-with-users',
    level: 'restricted',
    severity: 'medium',
    advice: 'Leave procMount at Default.',
    breaches: (template) => (hasOwnUsers(template) ? unmasked(template) : []),
  },
  {
    rule: 'volume-type',
    level: 'restricted',
    severity: 'medium',
    advice: 'Use configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected or secret volumes.',
    breaches: ({ spec, path }) =>
      (spec.volumes ?? []).flatMap((volume, index) => {
        const sources = Object.keys(volume).filter((key) => key !== 'name' && volume[key] !== undefined && volume[key] !== null);
        // hostPath has its own rule, of the lower level
        if (sources.includes('hostPath') || sources.some((one) => RESTRICTED_VOLUMES.includes(one))) return [];
        return [{ path: `${path}.volumes[${index}]`, evidence: `${volume.name}: ${sources.join(', ') || 'no source'}` }];
      }),
  },
  {
    rule: 'privilege-escalation',
    level: 'restricted',
    severity: 'medium',
    advice: 'Set securityContext.allowPrivilegeEscalation: false in each container.',
    breaches: (template) =>
      isWindows(template)
        ? []
        : eachContainer(template, 'securityContext.allowPrivilegeEscalation', ({ securityContext }) =>
            securityContext?.allowPrivilegeEscalation === false ? undefined : (securityContext?.allowPrivilegeEscalation ?? 'not set'),
          ),
  },
  {
    rule: 'run-as-non-root',
    level: 'restricted',
    severity: 'medium',
    advice: 'Set securityContext.runAsNonRoot: true in the pod.',
    breaches: (template) =>
      hasOwnUsers(template)
        ? []
        : required(
            template,
            'runAsNonRoot',
            ({ runAsNonRoot }) => runAsNonRoot,
            (value) => value === true,
          ),
  },
  {
    rule: 'run-as-root',
    level: 'restricted',
    severity: 'high',
    advice: 'Set runAsUser to a user other than 0, or leave it out.',
    breaches: (template) =>
      hasOwnUsers(template) ? [] : everywhere(template, 'runAsUser', ({ runAsUser }) => (runAsUser === 0 ? '0' : undefined)),
  },
  {
    rule: 'seccomp-not-set',
    level: 'restricted',
    severity: 'low',
    advice: 'Set securityContext.seccompProfile.type: RuntimeDefault in the pod.',
    breaches: (template) =>
      isWindows(template)
        ? []
        : required(template, 'seccompProfile.type', ({ seccompProfile }) => seccompProfile?.type, SECCOMP).filter(({ evidence }) =>
            // a wrong one is of the lower level
            evidence.endsWith(': not set'),
          ),
  },
  {
    rule: 'capabilities-kept',
    level: 'restricted',
    severity: 'low',
    advice: 'Drop ALL capabilities in each container and add at most NET_BIND_SERVICE.',
    breaches: (template) =>
      isWindows(template)
        ? []
        : eachContainer(template, 'securityContext.capabilities', ({ securityContext }) => {
            const { add, drop = [] } = securityContext?.capabilities ?? {};
            const more = notIn(ADDED_AGAIN, add);
            return drop.includes('ALL') ? (more === undefined ? undefined : `adds ${more}`) : 'ALL is not dropped';
          }),
  },
];

function only(value: string | undefined): string[] | undefined {
  return value === undefined ? undefined : [value];
}

/** The strictest level that a template keeps to. */
export function levelOf(template: Template): 'privileged' | 'baseline' | 'restricted' {
  const broken = CONTROLS.filter((control) => control.breaches(template).length > 0);
  if (broken.length === 0) return 'restricted';
  return broken.some(({ level }) => level === 'baseline') ? 'privileged' : 'baseline';
}
