import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { WireEvent } from '../report/events.ts';
import { deployment, expectNamed, firstCause } from '../testing/diagnosis.ts';
import { eventBody } from '../testing/events.ts';
import { kubernetesSuite, soon } from '../testing/fixture.ts';
import type { Claim } from './objects.ts';

kubernetesSuite('diagnosis of claims in a real cluster', (bench) => {
  const word = `t${randomBytes(4).toString('hex')}`;
  const volumes: string[] = [];

  /** A volume that somebody made by hand. */
  const volume = async (name: string, storageClassName: string, claim?: { namespace: string; name: string }): Promise<string> => {
    const full = `${word}-${name}`;
    volumes.push(full);
    const room = { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], persistentVolumeReclaimPolicy: 'Retain' };
    await bench.make({
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: full },
      spec: { ...room, storageClassName, csi: { driver: 'csi.test', volumeHandle: full }, ...(claim ? { claimRef: claim } : {}) },
    });
    return full;
  };
  const claim = (namespace: string, name: string, spec: object, annotations: Record<string, string> = {}) =>
    bench.make({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name, namespace, annotations },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
    });
  const phase = (namespace: string, name: string) =>
    expect.poll(async () => (await bench.get<Claim>('v1/persistentvolumeclaims', name, namespace)).status?.phase, { timeout: 30_000 });
  const remove = async (name: string): Promise<void> => {
    const kind = await bench.cluster.kind('v1/persistentvolumes', soon());
    await bench.cluster.delete(kind, { name }, {}, soon()).catch(() => undefined);
    // what protects a volume in use
    await bench.cluster.patch(kind, { name }, { metadata: { finalizers: null } }, { type: 'merge' }, soon()).catch(() => undefined);
  };
  const user = (namespace: string, name: string) =>
    bench.make(deployment(bench, name, { namespace, pod: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: name } }] } }));

  beforeAll(async () => {
    await bench.make({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: word }, provisioner: 'csi.test' });
  });

  afterAll(async () => {
    await Promise.all(volumes.map(remove));
    await bench.cluster.delete(await bench.cluster.kind('storage.k8s.io/v1/storageclasses', soon()), { name: word }, {}, soon());
  });

  it('names the claim whose volume is gone, and not the one whose volume is there', async () => {
    const namespace = await bench.space('lost');
    for (const name of ['db', 'cache']) {
      const volumeName = await volume(name, '');
      await claim(namespace, name, { storageClassName: '', volumeName });
      await phase(namespace, name).toBe('Bound');
      await user(namespace, name);
    }
    for (const name of ['db', 'cache']) await bench.ok('resources_wait', { kind: 'Deployment', name, namespace, for: 'ready' });
    await expectNamed(bench, { namespace }, []);
    await remove(`${word}-db`);
    await phase(namespace, 'db').toBe('Lost');
    const { causes } = await firstCause(bench, { namespace, kind: 'Deployment', name: 'db' }, 'volume_lost', 'PersistentVolumeClaim/db');
    expect(causes).toHaveLength(1);
    expect(causes[0]?.evidence[0]).toBe(`PersistentVolumeClaim/db: its phase is Lost; the volume ${word}-db is gone.`);
    expect(causes[0]?.next).toEqual({ tool: 'resources_get', arguments: { kind: 'PersistentVolumeClaim', name: 'db', namespace } });
    await expectNamed(bench, { namespace }, ['volume_lost PersistentVolumeClaim/db']);
    for (const kind of ['Deployment', 'PersistentVolumeClaim']) await expectNamed(bench, { namespace, kind, name: 'cache' }, []);
  });

  it('does not say that a volume is gone which another claim has', async () => {
    const namespace = await bench.space('taken');
    const volumeName = await volume('one', '');
    await claim(namespace, 'first', { storageClassName: '', volumeName });
    await phase(namespace, 'first').toBe('Bound');
    await claim(namespace, 'second', { storageClassName: '', volumeName }, { 'pv.kubernetes.io/bind-completed': 'yes' });
    await phase(namespace, 'second').toBe('Lost');
    const told = /event ClaimMisbound, .*Two claims are bound to the same volume/;
    const { causes } = await firstCause(bench, { namespace }, 'volume_lost', 'PersistentVolumeClaim/second', told);
    expect(causes).toHaveLength(1);
    expect(JSON.stringify(causes)).not.toMatch(/is gone/);
  });

  it('names a storage driver that does not answer for minutes, the time of its Event set back', async () => {
    const namespace = await bench.space('silent');
    const events = await bench.cluster.kind('v1/events', soon());
    const asked = async (name: string): Promise<WireEvent | undefined> =>
      (
        await bench.cluster.list<WireEvent>(
          events,
          { namespace, fieldSelector: `reason=ExternalProvisioning,involvedObject.name=${name}` },
          soon(),
        )
      ).items[0];
    for (const name of ['db', 'served', 'slow', 'new']) {
      await claim(namespace, name, { storageClassName: word });
      await expect.poll(() => asked(name), { timeout: 30_000 }).toBeDefined();
    }
    // of these one has its volume by now, one has a driver that is at work, as the provisioner beside a driver says it
    await volume('served', word, { namespace, name: 'served' });
    await phase(namespace, 'served').toBe('Bound');
    await bench.make(
      eventBody(
        { kind: 'PersistentVolumeClaim', namespace, name: 'slow' },
        {
          type: 'Normal',
          reason: 'Provisioning',
          message: `External provisioner is provisioning volume for claim "${namespace}/slow"`,
          component: 'csi.test_csi-provisioner-0',
          first: 200,
          last: 20,
        },
      ),
    );
    await expectNamed(bench, { namespace }, []);
    const firstTimestamp = new Date(Date.now() - 300_000).toISOString().replace(/\.\d+/, '');
    for (const name of ['db', 'served', 'slow']) {
      const place = { namespace, name: (await asked(name))?.metadata.name ?? '' };
      await bench.cluster.patch(events, place, { firstTimestamp }, { type: 'merge' }, soon());
    }
    const ask = { namespace, kind: 'PersistentVolumeClaim', name: 'db' };
    const { causes } = await firstCause(bench, ask, 'provisioner_silent', 'PersistentVolumeClaim/db');
    expect(causes).toHaveLength(1);
    expect(causes[0]?.evidence).toEqual([expect.stringMatching(/^PersistentVolumeClaim\/db: event ExternalProvisioning, .*csi\.test/)]);
    expect(causes[0]?.next).toEqual({ tool: 'resources_get', arguments: ask });
    await expectNamed(bench, { namespace }, ['provisioner_silent PersistentVolumeClaim/db']);
  });
});
