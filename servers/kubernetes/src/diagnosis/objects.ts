import type { LabelSelector, Requirement } from '../client/label-selector.ts';
import type { KubeObject, Metadata } from '../client/wire.ts';

/** The parts of Kubernetes objects that a diagnosis reads (core/v1, apps/v1, batch/v1, networking.k8s.io/v1, autoscaling/v2, policy/v1). */

export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

export interface Terminated {
  exitCode: number;
  signal?: number;
  reason?: string;
  message?: string;
  startedAt?: string;
  finishedAt?: string;
}

export interface ContainerState {
  waiting?: { reason?: string; message?: string };
  running?: { startedAt?: string };
  terminated?: Terminated;
}

export interface ContainerStatus {
  name: string;
  ready?: boolean;
  started?: boolean;
  restartCount?: number;
  state?: ContainerState;
  lastState?: ContainerState;
}

export interface Probe {
  httpGet?: { path?: string; port: number | string };
  tcpSocket?: { port: number | string };
  grpc?: { port: number };
  exec?: { command?: string[] };
  timeoutSeconds?: number;
  periodSeconds?: number;
  failureThreshold?: number;
  initialDelaySeconds?: number;
}

export interface Container {
  name: string;
  image?: string;
  command?: string[];
  args?: string[];
  restartPolicy?: string;
  ports?: { name?: string; containerPort: number; protocol?: string }[];
  env?: { name: string; value?: string }[];
  resources?: { limits?: Record<string, string>; requests?: Record<string, string> };
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  startupProbe?: Probe;
}

export interface Toleration {
  key?: string;
  operator?: string;
  value?: string;
  effect?: string;
}

export interface NodeTerm {
  matchExpressions?: Requirement[];
  matchFields?: Requirement[];
}

export interface PodSpec {
  nodeName?: string;
  hostNetwork?: boolean;
  dnsPolicy?: string;
  nodeSelector?: Record<string, string>;
  affinity?: { nodeAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms?: NodeTerm[] } } };
  tolerations?: Toleration[];
  schedulerName?: string;
  restartPolicy?: string;
  imagePullSecrets?: { name?: string }[];
  readinessGates?: { conditionType: string }[];
  initContainers?: Container[];
  containers?: Container[];
  volumes?: { name: string; persistentVolumeClaim?: { claimName: string } }[];
}

export interface Pod extends KubeObject {
  spec: PodSpec;
  status?: {
    phase?: string;
    reason?: string;
    message?: string;
    startTime?: string;
    conditions?: Condition[];
    initContainerStatuses?: ContainerStatus[];
    containerStatuses?: ContainerStatus[];
  };
}

/** Deployment, ReplicaSet, StatefulSet, DaemonSet, Job. */
export interface Workload extends KubeObject {
  spec: {
    replicas?: number;
    paused?: boolean;
    suspend?: boolean;
    backoffLimit?: number;
    selector?: LabelSelector;
    template?: { metadata?: Partial<Metadata>; spec?: PodSpec };
  };
  status?: {
    replicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    updatedReplicas?: number;
    desiredNumberScheduled?: number;
    currentNumberScheduled?: number;
    numberReady?: number;
    active?: number;
    startTime?: string;
    failed?: number;
    succeeded?: number;
    conditions?: Condition[];
  };
}

export interface CronJob extends KubeObject {
  spec: { schedule: string; suspend?: boolean; concurrencyPolicy?: string; timeZone?: string };
  status?: { active?: { name: string }[]; lastScheduleTime?: string; lastSuccessfulTime?: string };
}

export interface Service extends KubeObject {
  spec: {
    type?: string;
    clusterIP?: string;
    selector?: Record<string, string>;
    ports?: { name?: string; port: number; targetPort?: number | string; protocol?: string }[];
  };
  status?: { loadBalancer?: { ingress?: unknown[] } };
}

export interface EndpointSlice extends KubeObject {
  endpoints?: { conditions?: { ready?: boolean }; targetRef?: { name?: string } }[] | null;
  ports?: { name?: string; port?: number }[] | null;
}

export interface IngressBackend {
  service?: { name: string; port?: { number?: number; name?: string } };
}

export interface Ingress extends KubeObject {
  spec: {
    ingressClassName?: string;
    defaultBackend?: IngressBackend;
    tls?: { hosts?: string[]; secretName?: string }[];
    rules?: { host?: string; http?: { paths?: { path?: string; backend: IngressBackend }[] } }[];
  };
}

export interface Claim extends KubeObject {
  spec: { storageClassName?: string; volumeName?: string; accessModes?: string[]; resources?: { requests?: Record<string, string> } };
  status?: { phase?: string };
}

export interface Autoscaler extends KubeObject {
  spec: { scaleTargetRef: { kind: string; name: string }; minReplicas?: number; maxReplicas: number };
  status?: { currentReplicas?: number; desiredReplicas?: number; conditions?: Condition[] };
}

export interface Budget extends KubeObject {
  spec: { minAvailable?: number | string; maxUnavailable?: number | string; selector?: LabelSelector };
  status?: { currentHealthy?: number; desiredHealthy?: number; expectedPods?: number; disruptionsAllowed?: number };
}

export interface Node extends KubeObject {
  spec: { unschedulable?: boolean; taints?: { key: string; value?: string; effect: string }[] };
  status?: { conditions?: Condition[]; allocatable?: Record<string, string> };
}

export interface WebhookConfiguration extends KubeObject {
  webhooks?: {
    name: string;
    failurePolicy?: string;
    clientConfig?: { url?: string; service?: { name: string; namespace: string } };
  }[];
}

export interface Namespace extends KubeObject {
  status?: { phase?: string; conditions?: Condition[] };
}

export interface Quota extends KubeObject {
  status?: { hard?: Record<string, string>; used?: Record<string, string> };
}

export interface StorageClass extends KubeObject {
  volumeBindingMode?: string;
}
