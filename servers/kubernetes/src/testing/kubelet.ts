import { vi } from 'vitest';
import type { Pod } from '../diagnosis/objects.ts';
import type { KubeObject } from '../client/wire.ts';
import { soon, type Bench } from './fixture.ts';

/**
 * A fate by which kwok leaves a pod to the test: it is for an init container, and the pod has none. The scheduler gives it a node, and the
 * test writes what a kubelet would.
 */
export const LEFT_ALONE = 'init-pending';

/** The first pod of an app that has a node. */
export async function scheduledPod(bench: Bench, namespace: string, app: string): Promise<Pod> {
  const kind = await bench.cluster.kind('v1/pods', soon());
  return vi.waitFor(
    async () => {
      const { items } = await bench.cluster.list<Pod>(kind, { namespace, labelSelector: `app=${app}` }, soon());
      const pod = items.find(({ spec }) => spec.nodeName !== undefined);
      if (pod === undefined) throw new Error(`no pod of ${app} has a node`);
      return pod;
    },
    { timeout: 20_000, interval: 100 },
  );
}

/** Writes the status subresource, as the component does that an object waits for. */
export async function writeStatus(bench: Bench, kind: string, { metadata }: KubeObject, status: object): Promise<void> {
  const { namespace, name } = metadata;
  const found = await bench.cluster.kind(kind, soon());
  await bench.cluster.patch(found, { namespace, name }, { status }, { type: 'merge', subresource: 'status' }, soon());
}

const condition = (type: string, status: boolean, more: object = {}) => ({ type, status: status ? 'True' : 'False', ...more });
const UNREADY = { reason: 'ContainersNotReady', message: 'containers with unready status: [main]' };

/** Of a pod whose node has only begun with it: no sandbox, nothing created. */
export const creating = (startTime = new Date()): object => ({
  phase: 'Pending',
  startTime: startTime.toISOString(),
  conditions: [
    condition('PodScheduled', true),
    condition('PodReadyToStartContainers', false),
    condition('Initialized', true),
    condition('Ready', false, UNREADY),
    condition('ContainersReady', false, UNREADY),
  ],
  containerStatuses: [status({ waiting: { reason: 'ContainerCreating' } }, false)],
});

/** Of a pod whose containers are ready; itself it is so unless a readiness gate (KEP-580) is not met. */
export const ready = (gates: Record<string, boolean> = {}): object => {
  const unmet = Object.keys(gates).filter((gate) => gates[gate] === false);
  const words = unmet.map((gate) => `the status of pod readiness gate "${gate}" is not "True", but False`).join(', ');
  return {
    phase: 'Running',
    startTime: new Date().toISOString(),
    conditions: [
      ...Object.entries(gates).map(([gate, met]) => condition(gate, met)),
      condition('PodScheduled', true),
      condition('PodReadyToStartContainers', true),
      condition('Initialized', true),
      condition('Ready', unmet.length === 0, unmet.length === 0 ? {} : { reason: 'ReadinessGatesNotReady', message: words }),
      condition('ContainersReady', true),
    ],
    containerStatuses: [status({ running: { startedAt: new Date().toISOString() } }, true)],
  };
};

const status = (state: object, well: boolean) => ({
  name: 'main',
  image: 'registry.test/app:1',
  imageID: '',
  restartCount: 0,
  ready: well,
  started: well,
  state,
});
