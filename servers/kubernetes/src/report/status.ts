import type { KubeObject } from '../client/wire.ts';
import { textOf } from './text.ts';

/** How an object is, in one word, and whether that is well. */
export interface ObjectStatus {
  status: string;
  /** One line more, where there is one. */
  detail?: string;
  well: boolean;
}

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

interface ContainerState {
  waiting?: { reason?: string; message?: string };
  running?: object;
  terminated?: { reason?: string; exitCode?: number; signal?: number };
}

interface ContainerStatus {
  name: string;
  ready?: boolean;
  started?: boolean;
  restartCount?: number;
  state?: ContainerState;
}

type Fields = Record<string, unknown>;

const part = (object: KubeObject, name: string): Fields => (object[name] ?? {}) as Fields;
const number = (value: unknown): number => (typeof value === 'number' ? value : 0);

export function conditionsOf(object: KubeObject): Condition[] {
  const { conditions } = part(object, 'status');
  return Array.isArray(conditions) ? (conditions as Condition[]) : [];
}

const well = (status: string, detail?: string): ObjectStatus => ({ status, well: true, ...(detail ? { detail } : {}) });
const ill = (status: string, detail?: string): ObjectStatus => ({ status, well: false, ...(detail ? { detail } : {}) });

/** The status of any object: workloads and pods as kubectl prints them, other kinds by phase and conditions (KEP-1623). */
export function statusOf(object: KubeObject): ObjectStatus {
  if (object.metadata.deletionTimestamp !== undefined) return ill('Terminating', (object.metadata.finalizers ?? []).join(', '));
  return BY_KIND[object.kind ?? '']?.(object) ?? byConditions(object);
}

const BY_KIND: Record<string, (object: KubeObject) => ObjectStatus> = {
  Pod: podStatus,
  Deployment: (one) => replicas(one, 'replicas', 'readyReplicas'),
  StatefulSet: (one) => replicas(one, 'replicas', 'readyReplicas'),
  ReplicaSet: (one) => replicas(one, 'replicas', 'readyReplicas'),
  ReplicationController: (one) => replicas(one, 'replicas', 'readyReplicas'),
  DaemonSet(one) {
    const status = part(one, 'status');
    return readiness(number(status['numberReady']), number(status['desiredNumberScheduled']));
  },
  Job(one) {
    const status = part(one, 'status');
    const failed = conditionsOf(one).find(({ type, status: is }) => type === 'Failed' && is === 'True');
    if (failed) return ill('Failed', failed.reason);
    if (conditionsOf(one).some(({ type, status: is }) => type === 'Complete' && is === 'True')) return well('Complete');
    return well('Running', `${number(status['active'])} active, ${number(status['succeeded'])} succeeded`);
  },
  Node(one) {
    const ready = conditionsOf(one).find(({ type }) => type === 'Ready');
    const cordoned = part(one, 'spec')['unschedulable'] === true;
    const pressure = conditionsOf(one).filter(({ type, status }) => type !== 'Ready' && status === 'True');
    if (ready?.status !== 'True') return ill(ready?.status === 'Unknown' ? 'Unknown' : 'NotReady', ready?.reason);
    if (pressure.length > 0) return ill(pressure.map(({ type }) => type).join(','), pressure[0]?.reason);
    return cordoned ? ill('SchedulingDisabled') : well('Ready');
  },
  PersistentVolumeClaim: (one) => byPhase(one, ['Bound']),
  PersistentVolume: (one) => byPhase(one, ['Bound', 'Available']),
  Namespace: (one) => byPhase(one, ['Active']),
  Service(one) {
    const balancer = part(part(one, 'status') as KubeObject, 'loadBalancer')['ingress'];
    return part(one, 'spec')['type'] === 'LoadBalancer' && !Array.isArray(balancer)
      ? ill('Pending', 'no load balancer yet')
      : well('Present');
  },
};

function byPhase(object: KubeObject, fine: readonly string[]): ObjectStatus {
  const phase = textOf(part(object, 'status')['phase']) || 'Unknown';
  return { status: phase, well: fine.includes(phase) };
}

function readiness(ready: number, wanted: number): ObjectStatus {
  const text = `${ready}/${wanted} ready`;
  return ready >= wanted ? well(text) : ill(text);
}

function replicas(object: KubeObject, wanted: string, ready: string): ObjectStatus {
  const { [wanted]: specified } = part(object, 'spec');
  return readiness(number(part(object, 'status')[ready]), specified === undefined ? 1 : number(specified));
}

function byConditions(object: KubeObject): ObjectStatus {
  const conditions = conditionsOf(object);
  const main = conditions.find(({ type }) => type === 'Ready' || type === 'Available' || type === 'Established');
  if (main) return main.status === 'True' ? well(main.type) : ill(`Not${main.type}`, main.reason);
  const bad = conditions.find(({ type, status }) => /Fail|Error|Degraded|Stalled/.test(type) && status === 'True');
  if (bad) return ill(bad.type, bad.reason);
  const phase = textOf(part(object, 'status')['phase']);
  return /fail|error|degraded|unhealthy|stalled/i.test(phase) ? ill(phase) : well(phase || 'Present');
}

/** The STATUS column of `kubectl get pods`. */
function podStatus(pod: KubeObject): ObjectStatus {
  const status = part(pod, 'status');
  const phase = textOf(status['phase']) || 'Unknown';
  const inits = list(status['initContainerStatuses']);
  const containers = list(status['containerStatuses']);
  if (typeof status['reason'] === 'string' && status['reason'] !== '') return ill(status['reason'], textOf(status['message']));
  for (const [at, init] of inits.entries()) {
    const { terminated, waiting } = init.state ?? {};
    if (terminated?.exitCode === 0 || init.started === true) continue;
    if (terminated) return ill(`Init:${terminated.reason ?? 'Error'}`, `${init.name} exit code ${terminated.exitCode ?? '?'}`);
    if (waiting?.reason && waiting.reason !== 'PodInitializing') return ill(`Init:${waiting.reason}`, waiting.message);
    return ill(`Init:${at}/${inits.length}`);
  }
  const troubled = containers.find(
    ({ state }) => state?.waiting?.reason !== undefined || (state?.terminated !== undefined && phase !== 'Succeeded'),
  );
  const reason = troubled?.state?.waiting?.reason ?? troubled?.state?.terminated?.reason;
  if (reason && reason !== 'Completed')
    return ill(reason, troubled?.state?.waiting?.message ?? `${troubled?.name} exit code ${troubled?.state?.terminated?.exitCode ?? '?'}`);
  if (phase === 'Succeeded') return well('Completed');
  if (phase !== 'Running')
    return ill(phase, conditionsOf(pod).find(({ type, status: is }) => type === 'PodScheduled' && is === 'False')?.message);
  const ready = containers.filter((one) => one.ready === true).length;
  return ready < containers.length ? ill('NotReady', `${ready}/${containers.length} ready`) : well('Running');
}

const list = (value: unknown): ContainerStatus[] => (Array.isArray(value) ? (value as ContainerStatus[]) : []);
