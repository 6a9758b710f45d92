import { beforeAll, afterAll, expect, it, vi } from 'vitest';
import { deploymentBody } from '../testing/deployments.ts';
import { kubernetesSuite, soon, type Draft } from '../testing/fixture.ts';
import { podBody } from '../testing/pods.ts';
import { resourceName } from './discovery.ts';
import { dependantsOf, type Kin } from './kin.ts';
import { nearDependantsOf } from './near-kin.ts';
import type { KubeObject } from './wire.ts';

kubernetesSuite('what an object owns, among the kinds that may be', (bench) => {
  const group = `${bench.namespace}.example`;

  beforeAll(async () => {
    await bench.make({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `gadgets.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        names: { kind: 'Gadget', plural: 'gadgets' },
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
    // served a moment after it is made
    await vi.waitFor(async () => expect(await bench.cluster.kind(`gadgets.${group}`, soon())).toBeDefined(), {
      timeout: 20_000,
      interval: 200,
    });
  }, 40_000);
  afterAll(async () => {
    const kind = await bench.cluster.kind('customresourcedefinitions', soon());
    await bench.cluster.delete(kind, { name: `gadgets.${group}` }, { propagation: 'Background' }, soon());
  });

  const ownedBy = ({ apiVersion = '', kind = '', metadata: { name, uid = '' } }: KubeObject) => ({
    ownerReferences: [{ apiVersion, kind, name, uid }],
  });
  const make = async (draft: Draft, owner?: KubeObject): Promise<KubeObject> => {
    const made = await bench.make({ ...draft, metadata: { ...draft.metadata, ...(owner === undefined ? {} : ownedBy(owner)) } });
    return { apiVersion: draft.apiVersion, kind: draft.kind, ...made };
  };
  const map = (name: string): Draft => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
  const gadget = (name: string): Draft => ({ apiVersion: `${group}/v1`, kind: 'Gadget', metadata: { name } });
  const job = (name: string): Draft => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'registry.test/app:1' }] } } },
  });
  const said = (kin: readonly Kin[]): string[] => kin.map(({ kind, object }) => `${resourceName(kind)} ${object.metadata.name}`).toSorted();
  const rootOf = async (object: KubeObject): Promise<Kin> => ({ kind: await bench.cluster.kindOf(object, soon()), object });
  /** What is found near, which kinds were listed for it, and what looking through every kind finds. */
  const both = async (object: KubeObject) => {
    const root = await rootOf(object);
    const listing = vi.spyOn(bench.cluster, 'names');
    const near = said(await nearDependantsOf(bench.cluster, root, soon()));
    const listed = listing.mock.calls.map(([kind]) => resourceName(kind));
    listing.mockRestore();
    return { near, listed, every: said((await dependantsOf(bench.cluster, [root], soon())).kin) };
  };

  it('is the whole of what a workload has: what controllers made, and what operators attached to any of it', async () => {
    const web = await make(deploymentBody('web', { replicas: 2 }));
    await make(map('web-settings'), web);
    const own = await make(gadget('web-gadget'), web);
    await make(map('of-the-gadget'), own);
    await expect
      .poll(async () => (await both(web)).near, { timeout: 20_000 })
      .toEqual([
        'configmaps of-the-gadget',
        'configmaps web-settings',
        `gadgets.${group} web-gadget`,
        expect.stringMatching(/^pods web-/),
        expect.stringMatching(/^pods web-/),
        expect.stringMatching(/^replicasets.apps web-/),
      ]);
    const { near, every, listed } = await both(web);
    expect(near).toEqual(every);
    expect(new Set(listed).size).toBe(listed.length);
  });

  it('is found through custom resources and through what is not the owner’s own', async () => {
    const top = await make(gadget('top'));
    await make(deploymentBody('below-top'), top);
    const settings = await make(map('owner-of-a-job'));
    await make(job('below-a-map'), settings);
    for (const [root, last] of [
      [top, /^pods below-top-/],
      [settings, /^pods below-a-map-/],
    ] as const) {
      await expect.poll(async () => (await both(root)).near, { timeout: 20_000 }).toContainEqual(expect.stringMatching(last));
      const { near, every } = await both(root);
      expect(near).toEqual(every);
    }
  });

  it('is not looked for among kinds that cannot be it', async () => {
    const pod = await make(podBody('alone'));
    const { near, listed } = await both(pod);
    expect(near).toEqual([]);
    expect(listed).toEqual(expect.arrayContaining(['configmaps', 'persistentvolumeclaims', `gadgets.${group}`]));
    for (const kind of ['pods', 'replicasets.apps', 'controllerrevisions.apps', 'endpointslices.discovery.k8s.io', 'nodes', 'namespaces'])
      expect(listed).not.toContain(kind);
  });

  it('of a node is its own, from every namespace but not every object there', async () => {
    const node = await bench.get('v1/nodes', 'worker-1');
    const here = { apiVersion: 'v1', kind: 'Node', ...node };
    const mirror = podBody('mirror');
    await bench.make({ ...mirror, metadata: { ...mirror.metadata, ...ownedBy(here) }, spec: { ...mirror.spec, nodeName: 'worker-1' } });
    const { near, listed } = await both(here);
    expect(near).toEqual(expect.arrayContaining(['leases.coordination.k8s.io worker-1', 'pods mirror']));
    for (const kind of ['secrets', 'configmaps', 'replicasets.apps', `gadgets.${group}`]) expect(listed).not.toContain(kind);
  });

  it('is not looked for any more when the call is over', async () => {
    const root = await rootOf(await make(map('cancelled')));
    const cancel = new AbortController();
    const over = new Error('over');
    const listing = vi.spyOn(bench.cluster, 'names').mockImplementation(async () => {
      cancel.abort(over);
      throw over;
    });
    await expect(nearDependantsOf(bench.cluster, root, cancel.signal)).rejects.toBe(over);
    expect(listing.mock.calls.length).toBeLessThanOrEqual(8);
    listing.mockRestore();
  });
});
