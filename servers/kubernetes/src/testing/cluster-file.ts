import { readFileSync, readdirSync } from 'node:fs';
import { parse } from 'yaml';
import type { KubeObject } from '../client/wire.ts';

/** An object of the API, as a controller or a kubelet would have left it. `owner` is `Kind/name` of its controller. */
export interface FileObject {
  kind: string;
  owner?: string;
  object: KubeObject;
  status?: object | undefined;
}

/** A broken cluster in a file: see diagnosis/evals/README.md. */
export interface ClusterFile {
  title: string;
  question: { namespace: string; kind?: string; name?: string };
  planted: { cause: string; objects: string[] };
  objects: FileObject[];
  /** Logs by `pod/container`. */
  logs: Record<string, string>;
  /** `Kind/name`, to be deleted once all is there. */
  delete: string[];
}

type Fields = Record<string, unknown>;
type EventRow = [type: string, reason: string, object: string, count: number, first: string, last: string, message: string];

interface FileContent {
  question: ClusterFile['question'];
  planted: ClusterFile['planted'];
  with?: string[];
  logs?: Record<string, string>;
  delete?: string[];
  objects?: Fields[];
  events?: EventRow[];
}

const API: Record<string, string> = {
  Deployment: 'apps/v1',
  ReplicaSet: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  Job: 'batch/v1',
  CronJob: 'batch/v1',
  Ingress: 'networking.k8s.io/v1',
  IngressClass: 'networking.k8s.io/v1',
  StorageClass: 'storage.k8s.io/v1',
  EndpointSlice: 'discovery.k8s.io/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  PodDisruptionBudget: 'policy/v1',
  ValidatingWebhookConfiguration: 'admissionregistration.k8s.io/v1',
};
const CLUSTER_WIDE = new Set(['Namespace', 'Node', 'StorageClass', 'IngressClass', 'ValidatingWebhookConfiguration']);
const OWN_KEYS = new Set(['labels', 'annotations', 'finalizers', 'namespace', 'owner', 'node', 'service', 'ready', 'unready', 'status']);
const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 };

export function readClusterFiles(folder: URL): ClusterFile[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .toSorted()
    .map((file) => readClusterFile(new URL(file, folder), file.replace('.yaml', '')));
}

function readClusterFile(file: URL, title: string): ClusterFile {
  const shared = new URL(/\/(?:held-out|unseen|well)\//.test(file.pathname) ? '../shared/' : 'shared/', file);
  const read = (at: URL): FileContent => parse(readFileSync(at, 'utf8')) as FileContent;
  const own = read(file);
  const contents = [...(own.with ?? []).map((name) => read(new URL(`${name}.yaml`, shared))), own];
  const now = Date.now();
  const { namespace } = own.question;
  const entries = contents.flatMap(({ objects = [] }) => objects).map((one) => timed(one, now) as Fields);
  const byName = new Map(entries.map((one) => [`${kindOf(one)}/${String(one[kindOf(one)])}`, one]));
  return {
    title,
    question: own.question,
    planted: own.planted,
    logs: own.logs ?? {},
    delete: own.delete ?? [],
    objects: [
      ...entries.map((one) => objectOf(one, namespace, byName)),
      ...contents.flatMap(({ events = [] }) => events).map((row, at) => eventOf(row, at, namespace, now)),
    ],
  };
}

const kindOf = (entry: Fields): string => Object.keys(entry).find((key) => /^[A-Z]/.test(key)) ?? '';

function objectOf(entry: Fields, namespace: string, byName: ReadonlyMap<string, Fields>): FileObject {
  const kind = kindOf(entry);
  const { labels, annotations, finalizers, namespace: own } = entry;
  const owner = entry['owner'] as string | undefined;
  const space = CLUSTER_WIDE.has(kind) ? {} : { namespace: own ?? namespace };
  const made = controlled(kind, entry, byName);
  const metadata = {
    name: String(entry[kind]),
    ...space,
    ...(labels || made.labels ? { labels: { ...(made.labels as Fields), ...(labels as Fields) } } : {}),
    ...(annotations ? { annotations } : {}),
    ...(finalizers ? { finalizers } : {}),
  };
  const rest = Object.fromEntries(Object.entries(entry).filter(([key]) => key !== kind && !OWN_KEYS.has(key)));
  const object = { apiVersion: API[kind] ?? 'v1', kind, metadata, ...rest, ...made.body } as KubeObject;
  return { kind, object, ...(owner ? { owner } : {}), status: statusFor(kind, entry['status'], object) };
}

/** What a controller makes of its owner's template, always the same way. */
function controlled(kind: string, entry: Fields, byName: ReadonlyMap<string, Fields>): { labels?: Fields; body: Fields } {
  const owner = byName.get(String(entry['owner']));
  if (kind === 'EndpointSlice') return sliceOf(entry);
  if (owner === undefined) return { body: {} };
  const spec = specOf(owner, byName);
  const template = (spec['template'] ?? {}) as { metadata?: { labels?: Fields }; spec?: Fields };
  const hash = {
    'pod-template-hash': String(entry[kind])
      .split('-')
      .at(kind === 'Pod' ? -2 : -1),
  };
  if (kind === 'ReplicaSet') {
    const labels = { ...template.metadata?.labels, ...hash };
    const body = { ...spec, selector: { matchLabels: labels }, template: { ...template, metadata: { labels } } };
    return { labels, body: { spec: { replicas: body['replicas' as never], selector: body.selector, template: body.template } } };
  }
  if (kind !== 'Pod') return { body: {} };
  const labels = { ...template.metadata?.labels, ...(String(entry['owner']).startsWith('ReplicaSet/') ? hash : {}) };
  return { labels, body: { spec: { ...template.spec, ...(entry['node'] ? { nodeName: entry['node'] } : {}) } } };
}

/** The spec of an entry, which a ReplicaSet has from its Deployment. */
function specOf(entry: Fields, byName: ReadonlyMap<string, Fields>): Fields {
  const above = byName.get(String(entry['owner']));
  return (entry['spec'] ?? (above === undefined ? {} : specOf(above, byName))) as Fields;
}

function sliceOf(entry: Fields): { labels: Fields; body: Fields } {
  const endpoints = (names: unknown, ready: boolean) =>
    ((names ?? []) as string[]).map((name, at) => ({
      addresses: [`10.244.${ready ? 1 : 2}.${at + 10}`],
      conditions: { ready, serving: ready, terminating: false },
      targetRef: { kind: 'Pod', name },
    }));
  return {
    labels: { 'kubernetes.io/service-name': entry['service'] },
    body: { addressType: 'IPv4', endpoints: [...endpoints(entry['ready'], true), ...endpoints(entry['unready'], false)] },
  };
}

function statusFor(kind: string, status: unknown, object: KubeObject): object | undefined {
  if (kind === 'Pod') return podStatus(status, object);
  if (typeof status !== 'string') return status as object | undefined;
  const spec = object['spec'] as { replicas?: number } | undefined;
  const replicas = spec?.replicas ?? 1;
  const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString().replace(/\.\d+/, '');
  if (kind === 'Node') {
    const room = { cpu: '4', memory: '16Gi', pods: '110' };
    const fine = ['MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => ({ type, status: 'False', reason: 'KubeletIsFine' }));
    return { capacity: room, allocatable: room, conditions: [...fine, { type: 'Ready', status: 'True', reason: 'KubeletReady' }] };
  }
  if (kind === 'Job')
    return {
      startTime: ago(7_200),
      completionTime: ago(7_100),
      succeeded: 1,
      conditions: ['SuccessCriteriaMet', 'Complete'].map((type) => ({ type, status: 'True', lastTransitionTime: ago(7_100) })),
    };
  return {
    replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
    ...(kind === 'ReplicaSet'
      ? { fullyLabeledReplicas: replicas }
      : { updatedReplicas: replicas, conditions: [{ type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' }] }),
  };
}

interface PodStatus {
  phase?: string;
  conditions?: object[];
  containerStatuses?: { ready?: boolean }[];
  [field: string]: unknown;
}

/** The conditions and the fields of container statuses that a kubelet always writes. */
function podStatus(given: unknown, { spec }: KubeObject): object {
  const { nodeName, containers = [] } = spec as { nodeName?: string; containers?: { name: string; image: string }[] };
  const startedAt = new Date(Date.now() - 86_400_000).toISOString().replace(/\.\d+/, '');
  const done = { terminated: { exitCode: 0, reason: 'Completed', startedAt, finishedAt: startedAt } };
  const status: PodStatus =
    given === 'well'
      ? {
          phase: 'Running',
          containerStatuses: containers.map(({ name }) => ({ name, ready: true, started: true, state: { running: { startedAt } } })),
        }
      : given === 'completed'
        ? { phase: 'Succeeded', containerStatuses: containers.map(({ name }) => ({ name, ready: false, state: done })) }
        : (given as PodStatus);
  const filled = (statuses: { ready?: boolean }[] | undefined) =>
    statuses?.map((one) => ({ ready: false, restartCount: 0, image: 'registry.example.com/some', imageID: '', ...one }));
  const containerStatuses = filled(status.containerStatuses);
  const ready = containerStatuses?.every((one) => one.ready) === true ? 'True' : 'False';
  const conditions = status.conditions ?? [
    ...(nodeName === undefined ? [] : [{ type: 'PodScheduled', status: 'True' }]),
    { type: 'ContainersReady', status: ready },
    { type: 'Ready', status: ready },
  ];
  return {
    ...status,
    ...(containerStatuses ? { containerStatuses } : {}),
    ...('initContainerStatuses' in status ? { initContainerStatuses: filled(status['initContainerStatuses'] as []) } : {}),
    conditions,
  };
}

function eventOf(row: EventRow, at: number, namespace: string, now: number): FileObject {
  const [type, reason, about, count, first, last, message] = row;
  const [kind = '', name = ''] = about.split('/');
  const space = CLUSTER_WIDE.has(kind) ? 'default' : namespace;
  const when = (text: string): string => timed(`ago ${text}`, now) as string;
  return {
    kind: 'Event',
    object: {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${at.toString(16).padStart(16, '0')}`, namespace: space },
      involvedObject: { apiVersion: API[kind] ?? 'v1', kind, name, ...(CLUSTER_WIDE.has(kind) ? {} : { namespace }) },
      type,
      reason,
      message,
      count,
      firstTimestamp: when(first),
      lastTimestamp: when(last),
      source: { component: 'kubelet' },
    },
  };
}

/** `ago 5m` as the time that it was then, wherever it stands. */
function timed(value: unknown, now: number): unknown {
  if (typeof value === 'string') {
    const ago = /^ago (\d+)([smhd])$/.exec(value);
    if (ago === null) return value;
    const seconds = Number(ago[1]) * SECONDS[ago[2] as keyof typeof SECONDS];
    return new Date(now - seconds * 1000).toISOString().replace(/\.\d+/, '');
  }
  if (Array.isArray(value)) return value.map((one) => timed(one, now));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, timed(one, now)]));
}
