import { ToolError } from '@deployment-engine/shared/contracts';
import { maskText } from '@deployment-engine/shared/platform';
import type { ToolContext } from '@deployment-engine/shared/toolkit';
import type { Cluster } from '../client/cluster.ts';
import { refusedWith } from '../client/failure.ts';
import type { KubeObject } from '../client/wire.ts';
import { eventFact, type WireEvent } from '../report/events.ts';
import type { SecretMarks } from '../report/secret-marks.ts';
import { crashed } from './crash.ts';
import { hostsOf } from './hosts.ts';
import { World, type PartName, type Parts, type Question } from './world.ts';

/** Objects of one kind that are looked at. */
const MOST = 2_000;
const MOST_EVENTS = 5_000;
/** Logs that are read: one a container of a workload. */
const MOST_LOGS = 8;
const LOG_LINES = 50;
const LOG_BYTES = 16_384;
/** A kubelet that does not answer must not hold up the rest. */
const LOG_MS = 5_000;
/** Services of other namespaces that are looked for. */
const MOST_ELSEWHERE = 10;

/** What is read of each kind; names only where the rest is of no use, or is nobody's business. */
const READS: Record<PartName, { kind: string; names?: true }> = {
  Pod: { kind: 'v1/pods' },
  Deployment: { kind: 'apps/v1/deployments' },
  ReplicaSet: { kind: 'apps/v1/replicasets' },
  StatefulSet: { kind: 'apps/v1/statefulsets' },
  DaemonSet: { kind: 'apps/v1/daemonsets' },
  Job: { kind: 'batch/v1/jobs' },
  CronJob: { kind: 'batch/v1/cronjobs' },
  Service: { kind: 'v1/services' },
  EndpointSlice: { kind: 'discovery.k8s.io/v1/endpointslices' },
  Ingress: { kind: 'networking.k8s.io/v1/ingresses' },
  PersistentVolumeClaim: { kind: 'v1/persistentvolumeclaims' },
  HorizontalPodAutoscaler: { kind: 'autoscaling/v2/horizontalpodautoscalers' },
  PodDisruptionBudget: { kind: 'policy/v1/poddisruptionbudgets' },
  ResourceQuota: { kind: 'v1/resourcequotas' },
  Secret: { kind: 'v1/secrets', names: true },
  ConfigMap: { kind: 'v1/configmaps', names: true },
  ServiceAccount: { kind: 'v1/serviceaccounts', names: true },
  Namespace: { kind: 'v1/namespaces' },
  Node: { kind: 'v1/nodes' },
  StorageClass: { kind: 'storage.k8s.io/v1/storageclasses' },
  IngressClass: { kind: 'networking.k8s.io/v1/ingressclasses', names: true },
  ValidatingWebhookConfiguration: { kind: 'admissionregistration.k8s.io/v1/validatingwebhookconfigurations' },
  MutatingWebhookConfiguration: { kind: 'admissionregistration.k8s.io/v1/mutatingwebhookconfigurations' },
};

const NOBODY = { can: { elicitation: false } } as ToolContext['ask'];

interface Gathering {
  cluster: Cluster;
  marks: SecretMarks;
  signal: AbortSignal;
}

/** Everything that a diagnosis looks at, read side by side: the lists, then the logs of what has crashed. What may not be read is a gap. */
export async function gather(question: Question, { cluster, marks, signal }: Gathering): Promise<{ world: World; gaps: string[] }> {
  const gaps: string[] = [];
  const cut = new Set<PartName>();
  const { namespace } = question;
  const read = async (name: PartName): Promise<[PartName, KubeObject[] | undefined]> => {
    const { kind: wanted, names = false } = READS[name];
    const items = await orGap(gaps, signal, async () => {
      const kind = await cluster.kind(wanted, signal);
      const selection = { namespace: kind.namespaced ? namespace : undefined, limit: MOST };
      const list = names ? await cluster.names(kind, selection, signal) : await cluster.list(kind, selection, signal);
      if (list.metadata.continue) gaps.push(`There are more than ${MOST} ${kind.resource}; only the first were looked at.`);
      if (list.metadata.continue) cut.add(name);
      return list.items;
    });
    return [name, items];
  };
  const readEvents = async (): Promise<WireEvent[]> =>
    (await orGap(gaps, signal, async () =>
      cluster.listAll<WireEvent>(await cluster.kind('v1/events', signal), { namespace }, signal, MOST_EVENTS),
    )) ?? [];
  const [lists, events, nodeEvents] = await Promise.all([
    Promise.all((Object.keys(READS) as PartName[]).map(read)),
    readEvents(),
    namespace === undefined ? [] : eventsOfNodes(cluster, signal),
  ]);
  const parts = Object.fromEntries(lists.filter(([, items]) => items !== undefined)) as Partial<Parts>;
  const facts = [...events, ...nodeEvents].map((one) => {
    const fact = eventFact(one);
    return { ...fact, message: maskText(marks.scrub(cluster.name, fact.namespace, fact.message)) };
  });
  const world = new World(question, parts, facts, Date.now(), cut);
  await Promise.all([readLogs(world, gaps, { cluster, marks, signal }), findElsewhere(world, { cluster, marks, signal })]);
  return { world, gaps: [...new Set(gaps)] };
}

/** Nodes have no namespace; their events are in `default`. */
async function eventsOfNodes(cluster: Cluster, signal: AbortSignal): Promise<WireEvent[]> {
  const read = async (): Promise<WireEvent[]> => {
    const kind = await cluster.kind('v1/events', signal);
    const selection = { namespace: 'default', fieldSelector: 'involvedObject.kind=Node', limit: 500 };
    return (await cluster.list<WireEvent>(kind, selection, signal)).items;
  };
  return (await orGap([], signal, read)) ?? [];
}

/** A part that is missing makes a diagnosis poorer, not impossible. */
async function orGap<T>(gaps: string[], signal: AbortSignal, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (signal.aborted || !(error instanceof ToolError)) throw error;
    // nobody else answers either then
    if (error.code === 'unauthenticated' || (error.code === 'unavailable' && refusedWith(error) === undefined)) throw error;
    gaps.push(error.message);
    return undefined;
  }
}

async function readLogs(world: World, gaps: string[], { cluster, marks, signal }: Gathering): Promise<void> {
  const kind = await cluster.kind('v1/pods', signal);
  const read = async ({ pod, container, previous }: ReturnType<typeof crashed>[number]): Promise<void> => {
    const { name, namespace = '' } = pod.metadata;
    const text = await orGap(gaps, signal, () => {
      // where a person must be asked for each log, none is read
      cluster.access.consent({ verb: 'logs', kind, namespace, name }, '', { ask: NOBODY });
      return cluster.connection.text({
        path: cluster.subresource('logs', kind, { namespace, name }, 'log'),
        query: { container, previous, tailLines: LOG_LINES, limitBytes: LOG_BYTES },
        timeoutMs: LOG_MS,
        signal,
      });
    }).catch((error: unknown) => {
      if (signal.aborted || !(error instanceof ToolError)) throw error;
      gaps.push(`The log of ${name} (${container}) could not be read: ${error.message}`);
      return undefined;
    });
    if (text !== undefined) world.logs.set(`${namespace}/${name}/${container}`, maskText(marks.scrub(cluster.name, namespace, text)));
  };
  await Promise.all(crashed(world).slice(0, MOST_LOGS).map(read));
}

async function findElsewhere(world: World, { cluster, signal }: Gathering): Promise<void> {
  const missing = new Map<string, { namespace: string; name: string }>();
  for (const { service, namespace } of world.all('Pod').flatMap((pod) => hostsOf(world, pod)))
    if (service !== undefined && namespace !== world.question.namespace && world.question.namespace !== undefined)
      missing.set(`${namespace}/${service}`, { namespace, name: service });
  const kind = await cluster.kind('v1/services', signal);
  await Promise.all(
    [...missing].slice(0, MOST_ELSEWHERE).map(async ([key, place]) => {
      const found = await orGap([], signal, async () => (await cluster.find(kind, place, signal)) !== undefined);
      if (found !== undefined) world.elsewhere.set(key, found);
    }),
  );
}
