import { ToolError } from '@deployment-engine/shared/contracts';
import type { Cluster } from '../client/cluster.ts';
import type { PodPort } from '../client/port-tunnel.ts';
import type { KubeObject } from '../client/wire.ts';
import { demandRunning, ownerOf, podsOf, type Pod } from '../pods/pod.ts';

interface Service extends KubeObject {
  spec?: { ports?: { name?: string; port: number; targetPort?: number | string }[] };
}

const isReady = ({ status }: Pod): boolean => (status?.conditions ?? []).some(({ type, status: is }) => type === 'Ready' && is === 'True');

/** Number of a port that a pod gives a name. */
function named(pod: Pod, wanted: string): number {
  const ports = (pod.spec?.containers ?? []).flatMap((one) => one.ports ?? []);
  const found = ports.find(({ name }) => name === wanted);
  if (found !== undefined) return found.containerPort;
  throw new ToolError('not_found', `The pod ${pod.metadata.name} has no port called "${wanted}".`, {
    hint: `It has: ${ports.map(({ name = '', containerPort }) => `${name} ${containerPort}`.trim()).join(', ') || 'none by name'}.`,
  });
}

/**
 * The pod and its port that a call means: a pod's own, that of a ready pod of an owner, or what stands behind the port of a service.
 *
 * @throws ToolError `not_found`, or `conflict` where no pod runs
 */
export async function targetOf(
  cluster: Cluster,
  namespace: string,
  { name, port }: { name: string; port: number | string },
  signal: AbortSignal,
): Promise<PodPort> {
  const pods = await podsOf(cluster, namespace, { name }, signal);
  const pod = pods.find(isReady) ?? pods[0];
  if (pod === undefined) throw new ToolError('not_found', `${name} has no pods.`);
  const first = pod.spec?.containers?.[0]?.name ?? '';
  if (!isReady(pod)) demandRunning(pod, first);
  const behind = await behindService(cluster, namespace, name, port, signal);
  return { namespace, pod: pod.metadata.name, port: typeof behind === 'number' ? behind : named(pod, behind) };
}

async function behindService(
  cluster: Cluster,
  namespace: string,
  name: string,
  port: number | string,
  signal: AbortSignal,
): Promise<number | string> {
  const owner = ownerOf(name);
  const kind = owner === undefined ? undefined : await cluster.kind(owner.kind, signal);
  if (owner === undefined || kind?.resource !== 'services' || kind.group !== '') return port;
  const { spec } = await cluster.get<Service>(kind, { namespace, name: owner.name }, signal);
  const found = (spec?.ports ?? []).find((one) => one.port === port || one.name === port);
  if (found !== undefined) return found.targetPort ?? found.port;
  throw new ToolError('not_found', `The service ${owner.name} has no port ${port}.`, {
    hint: `It has: ${(spec?.ports ?? []).map((one) => `${one.name ?? ''} ${one.port}`.trim()).join(', ')}.`,
  });
}
