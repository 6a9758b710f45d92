import { nearest } from '@deployment-engine/shared/platform';
import { carries } from '../client/label-selector.ts';
import type { KubeObject } from '../client/wire.ts';
import type { EventFact } from '../report/events.ts';
import { age, oneLine } from '../report/text.ts';
import type {
  Autoscaler,
  Budget,
  Claim,
  Condition,
  Container,
  ContainerStatus,
  CronJob,
  EndpointSlice,
  Ingress,
  Namespace,
  Node,
  Pod,
  Quota,
  Service,
  StorageClass,
  WebhookConfiguration,
  Workload,
} from './objects.ts';

/** What was asked: a namespace or, when undefined, all; one object of it or everything. */
export interface Question {
  namespace: string | undefined;
  kind?: string | undefined;
  name?: string | undefined;
}

/** What could be read. A list that is undefined could not: nothing may be concluded from what it lacks. */
export interface Parts {
  Pod: Pod[];
  Deployment: Workload[];
  ReplicaSet: Workload[];
  StatefulSet: Workload[];
  DaemonSet: Workload[];
  Job: Workload[];
  CronJob: CronJob[];
  Service: Service[];
  EndpointSlice: EndpointSlice[];
  Ingress: Ingress[];
  PersistentVolumeClaim: Claim[];
  HorizontalPodAutoscaler: Autoscaler[];
  PodDisruptionBudget: Budget[];
  ResourceQuota: Quota[];
  /** Names only. */
  Secret: KubeObject[];
  ConfigMap: KubeObject[];
  ServiceAccount: KubeObject[];
  Namespace: Namespace[];
  Node: Node[];
  StorageClass: StorageClass[];
  IngressClass: KubeObject[];
  ValidatingWebhookConfiguration: WebhookConfiguration[];
  MutatingWebhookConfiguration: WebhookConfiguration[];
}

export type PartName = keyof Parts;

export const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job'] as const;

const MINUTE_MS = 60_000;

export const keyOf = (kind: string, namespace: string | undefined, name: string): string => `${kind}/${namespace ?? ''}/${name}`;

/** What a diagnosis rests on, with the ways from one object to another. */
export class World {
  readonly question: Question;
  readonly parts: Partial<Parts>;
  readonly events: readonly EventFact[];
  readonly now: number;
  /** The end of what a container wrote before it ended, by `namespace/pod/container`. */
  readonly logs = new Map<string, string>();
  /** Services outside of the namespace that were looked for, by `namespace/name`; false where there is none. */
  readonly elsewhere = new Map<string, boolean>();
  readonly #events: Map<string, EventFact[]>;
  readonly #replicaSets: Map<string, Workload>;
  readonly #pods: Map<string, Pod[]>;
  readonly #cut: ReadonlySet<PartName>;

  /** @param cut lists that hold only a part of what there is */
  constructor(
    question: Question,
    parts: Partial<Parts>,
    events: readonly EventFact[],
    now: number,
    cut: ReadonlySet<PartName> = new Set(),
  ) {
    this.question = question;
    this.parts = parts;
    this.#cut = cut;
    this.events = events;
    this.now = now;
    this.#events = Map.groupBy(events, ({ kind, namespace, name }) => keyOf(kind, kind === 'Node' ? '' : namespace, name));
    this.#replicaSets = new Map((parts.ReplicaSet ?? []).map((one) => [`${one.metadata.namespace}/${one.metadata.name}`, one]));
    this.#pods = Map.groupBy(parts.Pod ?? [], (pod) => this.workloadOf(pod));
  }

  all<K extends PartName>(kind: K): Parts[K] {
    return this.parts[kind] ?? [];
  }

  /** All there are; undefined where they could not be read, or not all. */
  whole<K extends PartName>(kind: K): Parts[K] | undefined {
    return this.#cut.has(kind) ? undefined : this.parts[kind];
  }

  /** Whether there is one; undefined where that could not be read. */
  has(kind: PartName, namespace: string | undefined, name: string): boolean | undefined {
    const list: readonly KubeObject[] | undefined = this.parts[kind];
    const found = list?.some(({ metadata }) => metadata.name === name && (metadata.namespace ?? '') === (namespace ?? ''));
    return found === false && this.#cut.has(kind) ? undefined : found;
  }

  /** ` The nearest is "x".`, or nothing. */
  near(kind: PartName, namespace: string | undefined, name: string): string {
    const list: readonly KubeObject[] = this.parts[kind] ?? [];
    const names = list.filter(({ metadata }) => (metadata.namespace ?? '') === (namespace ?? '')).map(({ metadata }) => metadata.name);
    const found = nearest(name, names) ?? names.find((one) => one.startsWith(name) || name.startsWith(one));
    return found === undefined ? '' : ` There is one called "${found}".`;
  }

  /** How a key is shown: with its namespace only where several are looked at. */
  label(key: string): string {
    const [kind = '', namespace = '', ...name] = key.split('/');
    return namespace === '' || namespace === this.question.namespace
      ? `${kind}/${name.join('/')}`
      : `${kind}/${namespace}/${name.join('/')}`;
  }

  labelOf(kind: string, { metadata }: KubeObject): string {
    return this.label(keyOf(kind, metadata.namespace, metadata.name));
  }

  /** Events about an object, the last first. */
  eventsOf(key: string): readonly EventFact[] {
    return (this.#events.get(key) ?? []).toSorted((a, b) => b.last - a.last);
  }

  /** The last event of such reasons about an object, not older than so many minutes. */
  recent(key: string, reasons: RegExp, minutes: number, message = /^/): EventFact | undefined {
    return this.eventsOf(key).find(
      (one) => reasons.test(one.reason) && message.test(one.message) && this.now - one.last < minutes * MINUTE_MS,
    );
  }

  /** Minutes since; Infinity where there is no time. */
  minutes(since: string | undefined | null): number {
    const at = Date.parse(since ?? '');
    return Number.isNaN(at) ? Infinity : (this.now - at) / MINUTE_MS;
  }

  /** An event as evidence. */
  said(event: EventFact): string {
    const times = event.count > 1 ? ` ${event.count} times,` : '';
    const when = age(new Date(event.last).toISOString(), this.now);
    return `${this.label(keyOf(event.kind, event.namespace, event.name))}: event ${event.reason},${times} last ${when} ago: ${oneLine(event.message, 400)}`;
  }

  /** The key of what runs a pod: its Deployment, StatefulSet, DaemonSet, Job, or itself. */
  workloadOf(pod: KubeObject): string {
    return this.ownerOf('Pod', pod);
  }

  /** The key of the outermost workload that an object belongs to. */
  ownerOf(kind: string, { metadata }: KubeObject): string {
    const owner = (metadata.ownerReferences ?? []).find(({ controller }) => controller === true);
    if (owner === undefined) return keyOf(kind, metadata.namespace, metadata.name);
    const set = owner.kind === 'ReplicaSet' ? this.#replicaSets.get(`${metadata.namespace}/${owner.name}`) : undefined;
    if (set !== undefined) return this.ownerOf('ReplicaSet', set);
    // a ReplicaSet that could not be read is still called like its Deployment
    const name = owner.kind === 'ReplicaSet' && this.parts.ReplicaSet === undefined ? owner.name.replace(/-[a-z0-9]+$/, '') : owner.name;
    return keyOf(name === owner.name ? owner.kind : 'Deployment', metadata.namespace, name);
  }

  podsOf(workload: string): readonly Pod[] {
    return this.#pods.get(workload) ?? [];
  }

  selected(namespace: string | undefined, selector: Readonly<Record<string, string>>): Pod[] {
    return this.all('Pod').filter((pod) => pod.metadata.namespace === namespace && carries(pod.metadata.labels, selector));
  }

  node(name: string | undefined): Node | undefined {
    return name === undefined ? undefined : this.all('Node').find(({ metadata }) => metadata.name === name);
  }

  /** Whether it works again, or has ended well: its past troubles then are not of interest. */
  isReady(pod: Pod): boolean {
    return (
      pod.status?.phase === 'Succeeded' || pod.status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') === true
    );
  }
}

export interface ContainerView {
  container: Container;
  status: ContainerStatus;
  init: boolean;
}

/** The containers of a pod with what the kubelet says of them. */
export function containersOf({ spec, status }: Pod): ContainerView[] {
  const views = (containers: readonly Container[] = [], statuses: readonly ContainerStatus[] = [], init: boolean): ContainerView[] =>
    statuses.flatMap((one) => {
      const container = containers.find(({ name }) => name === one.name);
      return container === undefined ? [] : [{ container, status: one, init }];
    });
  return [...views(spec.initContainers, status?.initContainerStatuses, true), ...views(spec.containers, status?.containerStatuses, false)];
}

export const conditionOf = ({ status }: { status?: { conditions?: Condition[] } }, type: string): Condition | undefined =>
  status?.conditions?.find((one) => one.type === type);
