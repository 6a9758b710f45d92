import { vi } from 'vitest';
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
  // also before the tests, where there is no expect.poll
  return vi.waitFor(
    async () => {
      const pod = await bench.get<Pod>('v1/pods', name);
      if (pod.status?.containerStatuses?.length !== body.spec.containers.length) throw new Error(`${name} has no state yet`);
      return pod;
    },
    { timeout: 20_000, interval: 100 },
  );
}
