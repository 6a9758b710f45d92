import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@deployment-engine/shared/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../../scripts/backends/http.ts';
import { until } from '../../scripts/backends/process.ts';

/** What the column STATUS of `kubectl get pods` says of a pod that met its fate, and an Event that goes with it. */
const FATES: Readonly<Record<string, [status: string, event: string]>> = {
  'crash-loop': ['CrashLoopBackOff', 'BackOff'],
  oom: ['CrashLoopBackOff', 'BackOff'],
  'image-pull': ['ImagePullBackOff', 'BackOff'],
  'create-config-error': ['CreateContainerConfigError', 'Failed'],
  mount: ['ContainerCreating', 'FailedMount'],
  unready: ['Running', 'Unhealthy'],
  slow: ['Running', 'Started'],
  liveness: ['Running', 'Killing'],
  'init-crash': ['Init:CrashLoopBackOff', 'BackOff'],
  'init-pending': ['Init:0/1', 'Started'],
  evicted: ['Error', 'Evicted'],
  complete: ['Completed', 'Started'],
  failed: ['Error', 'Started'],
};

interface Table {
  columnDefinitions: { name: string }[];
  rows: { cells: (string | number)[] }[];
}

/** The data of each channel of a WebSocket that the server closes; its frames are short and whole. */
async function channels(socket: Socket): Promise<Record<number, string>> {
  let bytes = Buffer.alloc(0);
  socket.on('data', (part: Buffer) => (bytes = Buffer.concat([bytes, part])));
  const found: Record<number, string> = {};
  const closing = (): boolean => {
    while (bytes.length >= 2) {
      const [kind = 0, short = 0] = bytes;
      const start = short === 126 ? 4 : 2;
      if (bytes.length < start) return false;
      const end = start + (short === 126 ? bytes.readUInt16BE(2) : short);
      if (bytes.length < end) return false;
      if ((kind & 0xf) === 8) return true;
      const channel = bytes[start] ?? 0;
      found[channel] = (found[channel] ?? '') + bytes.toString('utf8', start + 1, end);
      bytes = bytes.subarray(end);
    }
    return false;
  };
  await expect.poll(closing, { timeout: 10_000 }).toBe(true);
  socket.destroy();
  return found;
}

describeWith('kubernetes', (cluster) => {
  const namespace = `backend-${process.pid}`;
  const inside = `/namespaces/${namespace}`;

  const api = async (path: string, method = 'GET', body?: object, token = cluster.tokens.admin, accept = 'application/json') => {
    const { status, text } = await ask(`${cluster.url}${path}`, {
      method,
      caFile: cluster.caFile,
      headers: {
        authorization: `Bearer ${token}`,
        accept,
        'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status, text };
  };
  const get = async <T>(path: string): Promise<T> => JSON.parse((await api(path)).text) as T;
  const create = async (path: string, body: object): Promise<void> => {
    const { status, text } = await api(path, 'POST', body);
    expect(status, text).toBe(201);
  };
  const container = (name: string): object => ({ name, image: 'registry.example/app:1.2' });
  const pod = (name: string, fate?: string, containers = [container('app'), container('sidecar')]): object => ({
    metadata: { name, labels: { of: 'test' }, annotations: fate === undefined ? {} : { [cluster.fates.annotation]: fate } },
    spec: { containers, ...(fate?.startsWith('init') && { initContainers: [container('migrate')] }) },
  });
  const table = async (): Promise<Record<string, Record<string, string>>> => {
    const { text } = await api(`/api/v1${inside}/pods`, 'GET', undefined, undefined, 'application/json;as=Table;v=v1;g=meta.k8s.io');
    const { columnDefinitions, rows } = JSON.parse(text) as Table;
    const named = rows.map(({ cells }) => Object.fromEntries(columnDefinitions.map(({ name }, index) => [name, String(cells[index])])));
    return Object.fromEntries(named.map((row) => [row['Name'], row]));
  };

  beforeAll(async () => {
    await create('/api/v1/namespaces', { metadata: { name: namespace } });
    // Before that no pod is taken.
    await until(async () => (await api(`/api/v1${inside}/serviceaccounts/default`)).status === 200, 20_000);
  }, 30_000);

  afterAll(() => api(`/api/v1/namespaces/${namespace}`, 'DELETE'));

  it('runs a Deployment on the workers, and completes a Job', { timeout: 40_000 }, async () => {
    const template = (more: object): object => ({
      metadata: { labels: { app: 'web' } },
      spec: { containers: [container('app')], ...more },
    });
    const spec = { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: template({}) };
    await create(`/apis/apps/v1${inside}/deployments`, { metadata: { name: 'web' }, spec });
    await create(`/apis/batch/v1${inside}/jobs`, { metadata: { name: 'once' }, spec: { template: template({ restartPolicy: 'Never' }) } });
    const deployment = (): Promise<object> => get(`/apis/apps/v1${inside}/deployments/web`);
    await expect.poll(deployment, { timeout: 30_000 }).toMatchObject({ status: { readyReplicas: 3, availableReplicas: 3 } });
    await expect.poll(() => get(`/apis/batch/v1${inside}/jobs/once`), { timeout: 30_000 }).toMatchObject({ status: { succeeded: 1 } });
    const { items } = await get<{ items: { spec: { nodeName: string } }[] }>(`/api/v1${inside}/pods?labelSelector=app%3Dweb`);
    for (const one of items) expect(one.spec.nodeName).toMatch(/^worker-[123]$/);
  });

  describe('fates', { timeout: 60_000 }, () => {
    it('shows each fate that the description names', async () => {
      expect(Object.keys(FATES).toSorted()).toEqual(cluster.fates.pod.toSorted());
      for (const fate of cluster.fates.pod) await create(`/api/v1${inside}/pods`, pod(`f-${fate}`, fate));
      for (const [fate, [status, event]] of Object.entries(FATES)) {
        await expect.poll(async () => (await table())[`f-${fate}`]?.['Status'], { timeout: 20_000, message: fate }).toBe(status);
        const events = (): Promise<object> =>
          get(`/api/v1${inside}/events?fieldSelector=involvedObject.name%3Df-${fate}%2Creason%3D${event}`);
        await expect.poll(events, { timeout: 20_000, message: `${fate}: ${event}` }).toMatchObject({
          items: expect.arrayContaining([
            expect.objectContaining({ source: { component: 'kubelet', host: expect.stringMatching(/^worker-/) } }),
          ]),
        });
      }
      const ready = Object.fromEntries(Object.entries(await table()).map(([name, row]) => [name, row['Ready']]));
      expect(ready).toMatchObject({ 'f-unready': '1/2', 'f-liveness': '2/2', 'f-crash-loop': '1/2', 'f-image-pull': '1/2' });
      await expect.poll(async () => (await table())['f-slow']?.['Ready'], { timeout: 20_000 }).toBe('2/2');
      const oom = await get<{ status: { containerStatuses: object[] } }>(`/api/v1${inside}/pods/f-oom`);
      expect(oom.status.containerStatuses[0]).toMatchObject({
        restartCount: 5,
        lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } },
      });
    });

    it('follows an annotation that changes, and one that names a container', async () => {
      const { annotation, container: which } = cluster.fates;
      await create(`/api/v1${inside}/pods`, pod('changes', 'image-pull'));
      const status = async (): Promise<string | undefined> => (await table())['changes']?.['Status'];
      await expect.poll(status, { timeout: 20_000 }).toBe('ImagePullBackOff');
      const annotate = (annotations: object): Promise<unknown> =>
        api(`/api/v1${inside}/pods/changes`, 'PATCH', { metadata: { annotations } });
      await annotate({ [annotation]: null });
      await expect.poll(async () => (await table())['changes']?.['Ready'], { timeout: 20_000 }).toBe('2/2');
      await annotate({ [annotation]: 'crash-loop', [which]: 'sidecar' });
      await expect.poll(status, { timeout: 20_000 }).toBe('CrashLoopBackOff');
      const { status: now } = await get<{ status: { containerStatuses: object[] } }>(`/api/v1${inside}/pods/changes`);
      expect(now.containerStatuses).toMatchObject([
        { name: 'app', ready: true },
        { name: 'sidecar', state: { waiting: { reason: 'CrashLoopBackOff' } } },
      ]);
    });

    it('lets a node be unwell, and recover', async () => {
      const name = `node-of-${namespace}`;
      // Taken out of use, so that nobody's pods come to it.
      await create('/api/v1/nodes', { metadata: { name }, spec: { unschedulable: true } });
      const { annotation, node } = cluster.fates;
      const types: Record<string, string> = {
        'not-ready': 'Ready',
        'memory-pressure': 'MemoryPressure',
        'disk-pressure': 'DiskPressure',
        'pid-pressure': 'PIDPressure',
      };
      const of = async (type: string | undefined): Promise<string | undefined> => {
        const { status } = await get<{ status: { conditions?: { type: string; status: string }[] } }>(`/api/v1/nodes/${name}`);
        return status.conditions?.find((one) => one.type === type)?.status;
      };
      try {
        expect(Object.keys(types).toSorted()).toEqual(node.toSorted());
        await expect.poll(() => of('Ready'), { timeout: 20_000 }).toBe('True');
        for (const fate of node) {
          const [well, unwell] = fate === 'not-ready' ? ['True', 'False'] : ['False', 'True'];
          await api(`/api/v1/nodes/${name}`, 'PATCH', { metadata: { annotations: { [annotation]: fate } } });
          await expect.poll(() => of(types[fate]), { timeout: 20_000, message: fate }).toBe(unwell);
          await api(`/api/v1/nodes/${name}`, 'PATCH', { metadata: { annotations: { [annotation]: null } } });
          await expect.poll(() => of(types[fate]), { timeout: 20_000, message: fate }).toBe(well);
        }
      } finally {
        await api(`/api/v1/nodes/${name}`, 'DELETE');
      }
    });
  });

  it('gives the logs of a container, and of its run before', { timeout: 40_000 }, async () => {
    const names = ['app', 'json', 'large', 'silent'];
    await create(`/api/v1${inside}/pods`, pod('talks', undefined, names.map(container)));
    await expect.poll(async () => (await table())['talks']?.['Status'], { timeout: 20_000 }).toBe('Running');
    const log = async (query: string): Promise<string[]> =>
      (await api(`/api/v1${inside}/pods/talks/log?${query}`)).text.split('\n').slice(0, -1);
    for (const name of names)
      expect(await log(`container=${name}`), name).toHaveLength(cluster.logs[name as 'json'] ?? cluster.logs.default);
    expect(JSON.parse((await log('container=json&tailLines=1'))[0] ?? '')).toMatchObject({ message: 'request answered' });
    expect((await log('container=app&previous=true')).at(-1)).toContain('giving up');
  });

  it('gives the log that a test writes, and follows it', { timeout: 40_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kubernetes-'));
    try {
      const logsFile = join(folder, 'own.log');
      const line = (text: string): Promise<void> => appendFile(logsFile, `${new Date().toISOString()} stdout F ${text}\n`);
      await line('one');
      await create(`/api/v1${inside}/pods`, pod('own'));
      await create(`/apis/kwok.x-k8s.io/v1alpha1${inside}/logs`, {
        apiVersion: 'kwok.x-k8s.io/v1alpha1',
        kind: 'Logs',
        metadata: { name: 'own' },
        spec: { logs: [{ logsFile, follow: true }] },
      });
      const path = `/api/v1${inside}/pods/own/log?container=app`;
      await expect.poll(async () => (await api(path)).text, { timeout: 20_000 }).toBe('one\n');
      const headers = { authorization: `Bearer ${cluster.tokens.admin}` };
      const outgoing = request(`${cluster.url}${path}&follow=true`, { ca: readFileSync(cluster.caFile), headers });
      outgoing.end();
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
      let text = '';
      response.on('data', (part: Buffer) => (text += part.toString()));
      response.on('error', () => undefined);
      await expect.poll(() => text, { timeout: 20_000 }).toBe('one\n');
      await line('two');
      await expect.poll(() => text, { timeout: 20_000 }).toBe('one\ntwo\n');
      response.destroy();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('executes a command over a WebSocket', { timeout: 40_000 }, async () => {
    await create(`/api/v1${inside}/pods`, pod('executes'));
    await expect.poll(async () => (await table())['executes']?.['Status'], { timeout: 20_000 }).toBe('Running');
    const words = ['sh', '-c', 'echo out; echo err >&2'].map((word) => `&command=${encodeURIComponent(word)}`).join('');
    const outgoing = request(`${cluster.url}/api/v1${inside}/pods/executes/exec?container=app&stdout=true&stderr=true${words}`, {
      ca: readFileSync(cluster.caFile),
      headers: {
        authorization: `Bearer ${cluster.tokens.admin}`,
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': Buffer.alloc(16).toString('base64'),
        'sec-websocket-protocol': 'v5.channel.k8s.io',
      },
    });
    outgoing.end();
    const [response, socket, head] = (await once(outgoing, 'upgrade')) as [{ statusCode: number }, Socket, Buffer];
    socket.unshift(head);
    expect(response.statusCode).toBe(101);
    const { 1: out, 2: err, 3: outcome } = await channels(socket);
    expect({ out, err, outcome: JSON.parse(outcome ?? '') as object }).toMatchObject({
      out: 'out\n',
      err: 'err\n',
      outcome: { status: 'Success' },
    });
  });

  it('lets the reader see all but Secrets and change nothing, and nobody see anything', async () => {
    const { reader, nobody } = cluster.tokens;
    const status = async (token: string, path: string, method?: string, body?: object): Promise<number> =>
      (await api(path, method, body, token)).status;
    for (const path of [`/api/v1${inside}/pods`, '/api/v1/nodes', '/apis/apps/v1/deployments', `/api/v1${inside}/configmaps`]) {
      expect(await status(reader, path), path).toBe(200);
      expect(await status(nobody, path), path).toBe(403);
    }
    expect(await status(reader, `/api/v1${inside}/secrets`)).toBe(403);
    expect(await status(reader, `/api/v1${inside}/configmaps`, 'POST', { metadata: { name: 'no' } })).toBe(403);
    expect(await status(reader, `/api/v1${inside}/pods/any/exec?command=ls`)).toBe(403);
    expect(await status('a-token-of-nobody', '/api/v1/nodes')).toBe(401);
  });

  it('has the contexts that the description names', () => {
    const config = JSON.parse(readFileSync(cluster.kubeconfig, 'utf8')) as {
      'current-context': string;
      contexts: { name: string; context: object }[];
    };
    expect(config['current-context']).toBe('admin');
    expect(config.contexts.map(({ name }) => name)).toEqual(['admin', 'reader', 'nobody', 'certificate', 'second', 'away']);
    expect(config.contexts.find(({ name }) => name === 'second')).toMatchObject({ context: { cluster: 'second' } });
  });
});
