import { describe, expect, it, vi } from 'vitest';
import { kubernetesSuite, soon } from '../testing/fixture.ts';
import type { Connection } from './connection.ts';
import { Discovery, resourceName } from './discovery.ts';

/** A kind as aggregated discovery tells it. */
const kind = (resource: string, name: string, more: object = {}) => ({
  resource,
  responseKind: { kind: name },
  scope: 'Namespaced',
  singularResource: name.toLowerCase(),
  verbs: ['get', 'list'],
  ...more,
});
const group = (name: string, versions: Record<string, object[]>) => ({
  metadata: { name },
  versions: Object.entries(versions).map(([version, resources]) => ({ version, resources })),
});

const CORE = [
  group('', {
    v1: [kind('pods', 'Pod', { shortNames: ['po'] }), kind('events', 'Event'), kind('services', 'Service', { shortNames: ['svc'] })],
  }),
];
const GROUPS = [
  group('apps', {
    v1: [kind('deployments', 'Deployment', { shortNames: ['deploy'], subresources: [{ subresource: 'scale' }] })],
    v1beta1: [kind('deployments', 'Deployment')],
  }),
  group('events.k8s.io', { v1: [kind('events', 'Event')] }),
  group('serving.example', { v1: [kind('services', 'Service', { shortNames: ['po'] })] }),
];

function discovery({ ttl = 300, wrong = false } = {}) {
  const groups = [...GROUPS];
  const json = vi.fn(async ({ path }: { path: readonly string[] }) =>
    wrong ? { kind: 'APIVersions' } : { kind: 'APIGroupDiscoveryList', items: path[0] === 'api' ? CORE : groups },
  );
  return { groups, json, one: new Discovery({ entry: { name: 'here' }, json } as unknown as Connection, ttl) };
}

const found = async (name: string) => {
  const { group: of, version, resource } = await discovery().one.find(name, soon());
  return `${of}/${version}/${resource}`;
};

describe('names of kinds', () => {
  it.each([
    ['pods', '/v1/pods'],
    ['Pod', '/v1/pods'],
    ['PO', '/v1/pods'],
    ['v1/Pod', '/v1/pods'],
    ['deploy', 'apps/v1/deployments'],
    ['deployments.apps', 'apps/v1/deployments'],
    ['Deployment.apps', 'apps/v1/deployments'],
    ['deployments.v1beta1.apps', 'apps/v1beta1/deployments'],
    ['apps/v1beta1/Deployment', 'apps/v1beta1/deployments'],
    // of two with the same name the core group has it; the other is named with its group
    ['events', '/v1/events'],
    ['events.events.k8s.io', 'events.k8s.io/v1/events'],
    ['service', '/v1/services'],
    ['services.serving.example', 'serving.example/v1/services'],
  ])('%s is %s', async (name, expected) => expect(await found(name)).toBe(expected));

  it('a name goes before a short name of another', async () => {
    const { one, groups } = discovery();
    groups.push(group('odd.example', { v1: [kind('svcs', 'Svc', { shortNames: ['pods'] })] }));
    expect(resourceName(await one.find('pods', soon()))).toBe('pods');
  });

  it('an unknown one is named with the nearest', async () => {
    await expect(found('deploymnets')).rejects.toMatchObject({ code: 'not_found', hint: expect.stringContaining('"deployments"') });
    await expect(found('__proto__')).rejects.toMatchObject({ code: 'not_found' });
    await expect(found('constructor')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('what is known of kinds', () => {
  it('is asked for once, however many calls begin together', async () => {
    const { one, json } = discovery();
    await Promise.all(['pods', 'po', 'deploy'].map((name) => one.find(name, soon())));
    expect(json).toHaveBeenCalledTimes(2);
  });

  it('is asked for again when its time is over', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const { one, json } = discovery({ ttl: 60 });
      await one.find('pods', soon());
      vi.advanceTimersByTime(59_000);
      await one.find('pods', soon());
      expect(json).toHaveBeenCalledTimes(2);
      vi.advanceTimersByTime(2_000);
      await one.find('pods', soon());
      expect(json).toHaveBeenCalledTimes(4);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is asked for again for a name that is not known, but not at every call', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const { one, json, groups } = discovery();
      await one.find('pods', soon());
      await expect(one.find('gadgets', soon())).rejects.toMatchObject({ code: 'not_found' });
      expect(json).toHaveBeenCalledTimes(2);
      groups.push(group('shop.example', { v1: [kind('gadgets', 'Gadget')] }));
      vi.advanceTimersByTime(3_000);
      expect((await one.find('gadgets', soon())).group).toBe('shop.example');
      expect(json).toHaveBeenCalledTimes(4);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is asked for again after a failure', async () => {
    const { one, json } = discovery();
    json.mockRejectedValueOnce(new Error('away'));
    await expect(one.kinds(soon())).rejects.toThrow('away');
    expect((await one.kinds(soon())).length).toBeGreaterThan(3);
  });

  it('is not taken from a server that is too old to say it', async () => {
    await expect(discovery({ wrong: true }).one.kinds(soon())).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('does not fail for others when the call that asks for it is cancelled', async () => {
    const { one, json } = discovery();
    const gate = Promise.withResolvers<void>();
    json.mockImplementation(async ({ path, signal }: { path: readonly string[]; signal?: AbortSignal }) => {
      await gate.promise;
      signal?.throwIfAborted();
      return { kind: 'APIGroupDiscoveryList', items: path[0] === 'api' ? CORE : GROUPS };
    });
    const first = new AbortController();
    const cancelled = one.find('pods', first.signal).catch((error: unknown) => error);
    const other = one.find('pods', soon());
    first.abort();
    gate.resolve();
    expect(resourceName(await other)).toBe('pods');
    await cancelled;
  });
});

kubernetesSuite('kinds on the real API server', (bench) => {
  it('a kind that is made after the first look is found, with its columns', async () => {
    await bench.ok('resources_list', { kind: 'pods', namespace: bench.namespace });
    const stem = bench.namespace.replaceAll('-', '');
    const names = { plural: `${stem}s`, singular: stem, kind: `K${stem}`, shortNames: [`s${stem}`] };
    const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
    const crd = await bench.make({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${names.plural}.late.example` },
      spec: { group: 'late.example', scope: 'Namespaced', names, versions: [{ name: 'v1', served: true, storage: true, schema }] },
    });
    try {
      await expect
        .poll(() => bench.server.call('resources_list', { kind: `${names.plural}.late.example`, namespace: bench.namespace }), {
          timeout: 30_000,
          interval: 500,
        })
        .toMatchObject({ ok: true });
      await bench.ok('resources_list', { kind: `s${stem}`, namespace: bench.namespace });
    } finally {
      const kinds = await bench.cluster.kind('customresourcedefinitions', soon());
      await bench.cluster.delete(kinds, { name: crd.metadata.name }, {}, soon());
    }
  }, 60_000);
});
