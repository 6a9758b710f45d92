import { expect } from 'vitest';
import type { Pod } from '../pods/pod.ts';
import type { Bench } from './fixture.ts';

interface PodOptions {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  containers?: readonly string[];
}

/** A pod that the bench can make. */
export function podBody(name: string, { labels = {}, annotations = {}, containers = ['main'] }: PodOptions = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels, annotations },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: containers.map((one) => ({ name: one, image: 'registry.test/app:1', ports: [{ name: `p-${one}`, containerPort: 80 }] })),
    },
  };
}

/** Makes a pod and waits until its containers have a state. */
export async function running(bench: Bench, body: ReturnType<typeof podBody>): Promise<Pod> {
  await bench.make(body);
  const { name } = body.metadata;
  const look = (): Promise<Pod> => bench.get<Pod>('v1/pods', name);
  await expect
    .poll(async () => (await look()).status?.containerStatuses?.length, { timeout: 20_000, interval: 100 })
    .toBe(body.spec.containers.length);
  return look();
}
