import { ToolError } from '@deployment-engine/shared/contracts';
import type { Cluster } from '../client/cluster.ts';
import { selectorText, type LabelSelector } from '../client/label-selector.ts';
import type { Kind } from '../client/discovery.ts';
import type { KubeObject } from '../client/wire.ts';
import { statusOf } from '../report/status.ts';
import { oneLine } from '../report/text.ts';

/** A pod (core/v1), as far as these tools read it. */
export interface Pod extends KubeObject {
  spec?: {
    nodeName?: string;
    containers?: Container[];
    initContainers?: Container[];
    ephemeralContainers?: Container[];
    volumes?: { name: string; emptyDir?: object }[];
  };
  status?: {
    phase?: string;
    reason?: string;
    podIP?: string;
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
    ephemeralContainerStatuses?: ContainerStatus[];
    conditions?: { type: string; status: string }[];
  };
}

export interface Container {
  name: string;
  image?: string;
  restartPolicy?: string;
  stdin?: boolean;
  tty?: boolean;
  ports?: { name?: string; containerPort: number }[];
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
}

export interface ContainerStatus {
  name: string;
  ready?: boolean;
  state?: {
    waiting?: { reason?: string; message?: string };
    running?: object;
    terminated?: { exitCode?: number; reason?: string; message?: string; finishedAt?: string };
  };
}

const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';
/** Pods of one selector that are worked on together. */
const MOST_PODS = 50;

export const podKind = (cluster: Cluster, signal: AbortSignal): Promise<Kind> => cluster.kind('v1/pods', signal);

export async function getPod(cluster: Cluster, namespace: string, name: string, signal: AbortSignal): Promise<Pod> {
  return cluster.get<Pod>(await podKind(cluster, signal), { namespace, name }, signal);
}

/** All containers that a pod has, those that start it and those that were added later included. */
export const allContainers = ({ spec }: Pod): Container[] => [
  ...(spec?.containers ?? []),
  ...(spec?.initContainers ?? []),
  ...(spec?.ephemeralContainers ?? []),
];

export const allStatuses = ({ status }: Pod): ContainerStatus[] => [
  ...(status?.containerStatuses ?? []),
  ...(status?.initContainerStatuses ?? []),
  ...(status?.ephemeralContainerStatuses ?? []),
];

/**
 * The container that a call means: the named one, or the one that kubectl takes.
 *
 * @throws ToolError `not_found` with the names that are there
 */
export function containerOf(pod: Pod, wanted: string | undefined): Container {
  const all = allContainers(pod);
  const usual = pod.metadata.annotations?.[DEFAULT_CONTAINER];
  const found =
    wanted === undefined ? (all.find(({ name }) => name === usual) ?? pod.spec?.containers?.[0]) : all.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  throw new ToolError('not_found', `The pod ${pod.metadata.name} has no container "${wanted ?? ''}".`, {
    hint: `It has: ${all.map(({ name }) => name).join(', ')}.`,
  });
}

/** @throws ToolError `conflict` for a container in which nothing can be run now */
export function demandRunning(pod: Pod, container: string): void {
  const state = allStatuses(pod).find(({ name }) => name === container)?.state;
  if (state?.running !== undefined) return;
  const { status, detail } = statusOf({ kind: 'Pod', ...pod });
  throw new ToolError('conflict', `The container ${container} of the pod ${pod.metadata.name} does not run: ${status}.`, {
    hint: `${detail === undefined ? '' : `${oneLine(detail, 200)} `}See pods_log and diagnose.`,
  });
}

/** `web-1` is a pod, `deployment/web` the owner of pods. */
export function ownerOf(text: string): { kind: string; name: string } | undefined {
  const at = text.indexOf('/');
  return at === -1 ? undefined : { kind: text.slice(0, at), name: text.slice(at + 1) };
}

/**
 * The pods of an owner: by its selector (workloads, services), or by the chain of owner references (CronJob).
 *
 * @throws ToolError `unsupported` for a kind that has no pods
 */
async function podsOfOwner(
  cluster: Cluster,
  namespace: string,
  owner: { kind: string; name: string },
  signal: AbortSignal,
): Promise<Pod[]> {
  const kind = await cluster.kind(owner.kind, signal);
  const pods = await podKind(cluster, signal);
  if (kind.resource === pods.resource && kind.group === '') return [await getPod(cluster, namespace, owner.name, signal)];
  const object = await cluster.get(kind, { namespace: kind.namespaced ? namespace : undefined, name: owner.name }, signal);
  if (kind.resource === 'cronjobs') {
    const jobs = await cluster.listAll(await cluster.kind('batch/v1/jobs', signal), { namespace }, signal);
    const own = new Set(
      jobs
        .filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === object.metadata.uid))
        .map((one) => one.metadata.uid),
    );
    const all = await cluster.listAll<Pod>(pods, { namespace, labelSelector: 'job-name' }, signal);
    return all.filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => own.has(uid)));
  }
  const selector = (object['spec'] as { selector?: unknown } | undefined)?.selector;
  const text =
    selector === null || typeof selector !== 'object'
      ? ''
      : 'matchLabels' in selector || 'matchExpressions' in selector
        ? selectorText(selector as LabelSelector)
        : // of services and replication controllers, a plain map
          selectorText({ matchLabels: selector as Record<string, string> });
  if (text === '')
    throw new ToolError('unsupported', `${kind.kind} ${owner.name} has no selector, so its pods are not known.`, {
      hint: 'Give the name of a pod, or labels.',
    });
  return cluster.listAll<Pod>(pods, { namespace, labelSelector: text }, signal);
}

/**
 * The pods that a call names: one, those of an owner, or those with labels.
 *
 * @throws ToolError `invalid_input` unless exactly one of both is given, `not_found` where there is none, `too_large`
 */
export async function podsOf(
  cluster: Cluster,
  namespace: string,
  { name, labels }: { name?: string | undefined; labels?: string | undefined },
  signal: AbortSignal,
): Promise<Pod[]> {
  if ((name === undefined) === (labels === undefined))
    throw new ToolError('invalid_input', 'Give either name or labels.', { hint: 'name is a pod, or an owner such as deployment/web.' });
  const owner = name === undefined ? undefined : ownerOf(name);
  const pods =
    name === undefined
      ? await cluster.listAll<Pod>(await podKind(cluster, signal), { namespace, labelSelector: labels }, signal, MOST_PODS + 1)
      : owner === undefined
        ? [await getPod(cluster, namespace, name, signal)]
        : await podsOfOwner(cluster, namespace, owner, signal);
  if (pods.length === 0)
    throw new ToolError('not_found', `${name ?? `The selector ${oneLine(labels ?? '', 100)}`} has no pods in the namespace ${namespace}.`, {
      hint: 'List pods with resources_list.',
    });
  if (pods.length > MOST_PODS)
    throw new ToolError('too_large', `These are more than ${MOST_PODS} pods.`, { hint: 'Give narrower labels, or one pod.' });
  return pods.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}
