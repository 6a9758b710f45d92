/** A large cluster, for what must hold there: how many pods and custom kinds it has. */
export const BULK = { pods: 5_000, kinds: 300 } as const;

const AT_ONCE = 24;

/** Runs `amount` jobs, a bounded number at a time. */
export async function inParallel(amount: number, job: (at: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let at = next++; at < amount; at = next++) await job(at);
    }),
  );
}

export const bulkPod = (at: number) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `web-${at.toString(36).padStart(4, '0')}-${(at * 7919).toString(36)}`, labels: { app: `app-${at % 50}` } },
  spec: { containers: [{ name: 'main', image: 'registry.example/web:1' }] },
});

export const bulkKind = (at: number) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `things${at}.bulk.example` },
  spec: {
    group: 'bulk.example',
    scope: 'Namespaced',
    names: { plural: `things${at}`, singular: `thing${at}`, kind: `Thing${at}`, listKind: `Thing${at}List` },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
});
