import type { KubeObject, Metadata } from './wire.ts';

/** The parts of pods and pod templates that are read here (Kubernetes API, core/v1 PodSpec). Nearly all may be missing. */
export interface PodSpec {
  nodeName?: string;
  containers?: Container[];
  initContainers?: Container[];
  ephemeralContainers?: Container[];
  volumes?: Volume[];
  securityContext?: SecurityContext;
  os?: { name?: string };
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostIPC?: boolean;
  hostUsers?: boolean;
  serviceAccountName?: string;
  automountServiceAccountToken?: boolean;
  overhead?: Amounts;
  resources?: Resources;
}

/** Resource names to quantities. */
export type Amounts = Record<string, string>;

export interface Resources {
  requests?: Amounts;
  limits?: Amounts;
}

export interface Volume {
  name: string;
  [source: string]: unknown;
}

/** Of a pod or of a container: each has some of these fields. */
export interface SecurityContext {
  privileged?: boolean;
  allowPrivilegeEscalation?: boolean;
  readOnlyRootFilesystem?: boolean;
  runAsNonRoot?: boolean;
  runAsUser?: number;
  procMount?: string;
  capabilities?: { add?: string[]; drop?: string[] };
  seccompProfile?: { type?: string };
  appArmorProfile?: { type?: string };
  seLinuxOptions?: { type?: string; user?: string; role?: string };
  windowsOptions?: { hostProcess?: boolean };
  sysctls?: { name: string }[];
}

interface Action {
  httpGet?: { host?: string };
  tcpSocket?: { host?: string };
}

export interface Container {
  name: string;
  image?: string;
  restartPolicy?: string;
  env?: { name: string; value?: string; valueFrom?: { secretKeyRef?: { name?: string } } }[];
  envFrom?: { secretRef?: { name?: string } }[];
  ports?: { hostPort?: number }[];
  resources?: Resources;
  securityContext?: SecurityContext;
  livenessProbe?: Action;
  readinessProbe?: Action;
  startupProbe?: Action;
  lifecycle?: { postStart?: Action; preStop?: Action };
}

export interface Pod extends KubeObject {
  spec: PodSpec;
  status?: { phase?: string; conditions?: { type: string; status: string }[] };
}

/** A pod template and where it stands in its object. */
export interface Template {
  metadata: Partial<Metadata>;
  spec: PodSpec;
  /** `.spec`, `.spec.template.spec`, … */
  path: string;
}

/** The kinds that hold a pod template, and where. */
export const TEMPLATE_KINDS: Readonly<Record<string, readonly string[]>> = {
  pods: [],
  'deployments.apps': ['spec', 'template'],
  'statefulsets.apps': ['spec', 'template'],
  'daemonsets.apps': ['spec', 'template'],
  'replicasets.apps': ['spec', 'template'],
  replicationcontrollers: ['spec', 'template'],
  'jobs.batch': ['spec', 'template'],
  'cronjobs.batch': ['spec', 'jobTemplate', 'spec', 'template'],
};

/** The pod template of an object of one of {@link TEMPLATE_KINDS}. */
export function templateOf(object: KubeObject, resource: string): Template | undefined {
  const path = TEMPLATE_KINDS[resource];
  if (path === undefined) return undefined;
  let at: unknown = object;
  for (const key of path) at = (at as Record<string, unknown> | undefined)?.[key];
  const { metadata = {}, spec } = (at ?? {}) as { metadata?: Partial<Metadata>; spec?: PodSpec };
  return spec === undefined ? undefined : { metadata, spec, path: ['', ...path, 'spec'].join('.') };
}

export interface PlacedContainer {
  container: Container;
  /** `.spec.template.spec.containers[0]` */
  path: string;
}

/** Every container of a template, those of the start first, with its path. */
export function containersOf({ spec, path }: Template): PlacedContainer[] {
  return (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((list) =>
    (spec[list] ?? []).map((container, index) => ({ container, path: `${path}.${list}[${index}]` })),
  );
}

/** The one that recreates it when it goes. */
export const controllerOf = ({ metadata }: KubeObject) => (metadata.ownerReferences ?? []).find(({ controller }) => controller === true);

export const hasEnded = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';
