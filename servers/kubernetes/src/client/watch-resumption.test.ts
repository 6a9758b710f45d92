import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith, open, type OpenServer } from '@deployment-engine/shared/testing';
import { type ControlPlane, startControlPlane } from '@deployment-engine/shared/testing/control-plane';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { KubernetesConfig } from '../config.ts';
import { objectUri } from '../resources/object.ts';
import { server } from '../server.ts';
import type { Cluster } from './cluster.ts';
import { Clusters } from './clusters.ts';
import type { Kind } from './discovery.ts';
import type { WatchEvent } from './watch.ts';

const SPACE = 'default';
const soon = () => AbortSignal.timeout(60_000);

/** What a watch gives, in its order: `ADDED a 1`, name and the value of `turn`. */
class Seen {
  readonly all: string[] = [];
  readonly versions: string[] = [];
  readonly #stop = new AbortController();
  readonly #end: Promise<void>;

  constructor(events: (signal: AbortSignal) => AsyncGenerator<WatchEvent>) {
    this.#end = (async () => {
      for await (const event of events(this.#stop.signal)) {
        if (event.type === 'SYNCED') this.all.push('SYNCED');
        else {
          const { metadata, data } = event.object as {
            metadata: { name: string; uid?: string; resourceVersion?: string };
            data?: { turn?: string };
          };
          this.all.push(`${event.type} ${metadata.name} ${data?.turn ?? ''}`);
          this.versions.push(`${event.type} ${metadata.uid} ${metadata.resourceVersion}`);
        }
      }
    })();
  }

  /** All since the last look. */
  take(): string[] {
    return this.all.splice(0);
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await this.#end;
  }
}

describeWith(
  'kubernetes',
  (backend) => {
    const folder = mkdtempSync(join(tmpdir(), 'watch-'));
    let plane: ControlPlane;
    let clusters: Clusters;
    let cluster: Cluster;
    let kind: Kind;
    let opened: OpenServer;

    const clustersOf = (kubeconfig: string) =>
      new Clusters({
        config: KubernetesConfig.parse({ kubeconfig }),
        env: {},
        exec: undefined as never,
        log: undefined as never,
        readOnly: false,
      });

    beforeAll(async () => {
      plane = await startControlPlane({ folder, program: backend.program, etcd: backend.etcd });
      clusters = clustersOf(plane.kubeconfig);
      cluster = await clusters.get(undefined);
      kind = await cluster.kind('v1/configmaps', soon());
      opened = await open(server, { config: { kubeconfig: plane.kubeconfig } });
    }, 120_000);

    afterEach(() => vi.restoreAllMocks());

    afterAll(async () => {
      await opened.close();
      await clusters.close();
      await plane.close();
      rmSync(folder, { recursive: true, force: true });
    }, 60_000);

    const make = (name: string, turn: string, by = cluster) =>
      by.create(
        kind,
        { namespace: SPACE },
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { test: 'watch' } }, data: { turn } },
        soon(),
      );
    const set = (name: string, turn: string, by = cluster) =>
      by.patch(kind, { namespace: SPACE, name }, { data: { turn } }, { type: 'merge' }, soon());
    const remove = (name: string, by = cluster) => by.delete(kind, { namespace: SPACE, name }, {}, soon());
    const follow = () => new Seen((signal) => cluster.watch(kind, { namespace: SPACE, labelSelector: 'test=watch' }, { signal }));
    const listed = async (): Promise<string[]> => {
      const result = await opened.call<{ rows: string[][] }>('resources_list', {
        kind: 'configmaps',
        namespace: SPACE,
        labels: 'test=watch',
      });
      if (result.ok !== true) throw new Error(JSON.stringify(result));
      return result.output.rows.map(([name = '']) => name).toSorted();
    };

    it('a watch goes on over a killed API server without a list, and the next call is right', async () => {
      await make('quiet', '1');
      const seen = follow();
      await expect.poll(() => seen.take()).toEqual(['ADDED quiet 1', 'SYNCED']);
      await set('quiet', '2');
      await expect.poll(() => seen.all).toEqual(['MODIFIED quiet 2']);
      const lists = vi.spyOn(cluster, 'list');
      await plane.kill();
      await expect(opened.call('resources_list', { kind: 'configmaps' })).resolves.toMatchObject({
        ok: false,
        error: { code: 'unavailable' },
      });
      await plane.restart();
      expect(await listed()).toEqual(['quiet']);
      await set('quiet', '3');
      await expect.poll(() => seen.all, { timeout: 30_000 }).toEqual(['MODIFIED quiet 2', 'MODIFIED quiet 3']);
      await remove('quiet');
      await expect.poll(() => seen.all).toEqual(['MODIFIED quiet 2', 'MODIFIED quiet 3', 'DELETED quiet 3']);
      expect(new Set(seen.versions).size).toBe(seen.versions.length);
      await seen.end();
      // as the objects had not changed meanwhile, or at most once, where the new server did not know the old version
      expect(lists.mock.calls.length).toBeLessThanOrEqual(1);
    }, 120_000);

    it('what another API server changed while this one was down, its history compacted (410), comes once each', async () => {
      for (const name of ['kept', 'changed', 'deleted', 'replaced']) await make(name, '1');
      const seen = follow();
      await expect
        .poll(() => seen.take().toSorted())
        .toEqual(['ADDED changed 1', 'ADDED deleted 1', 'ADDED kept 1', 'ADDED replaced 1', 'SYNCED']);
      await set('changed', '2');
      await expect.poll(() => seen.take()).toEqual(['MODIFIED changed 2']);

      const lists = vi.spyOn(cluster, 'list');
      const subscribed = vi.fn();
      const stop = await opened.runtime.watchResource(objectUri('admin', SPACE, 'configmaps', 'changed'), opened.caller(), subscribed);
      await using other = await plane.beside();
      const besides = clustersOf(other.kubeconfig);
      const second = await besides.get(undefined);
      await plane.kill();
      await set('changed', '3', second);
      await set('changed', '4', second);
      await remove('deleted', second);
      await remove('replaced', second);
      await make('replaced', 'new', second);
      await make('added', '1', second);
      await make('fleeting', '1', second);
      await remove('fleeting', second);
      const { metadata } = await second.list(kind, { namespace: SPACE, limit: 1 }, soon());
      await compact(plane.etcdUrl, metadata.resourceVersion ?? '');
      await besides.close();
      await plane.restart();
      expect(await listed()).toEqual(['added', 'changed', 'kept', 'replaced']);
      const missed = ['ADDED added 1', 'ADDED replaced new', 'DELETED deleted 1', 'DELETED replaced 1', 'MODIFIED changed 4'];
      await expect.poll(() => seen.all.toSorted(), { timeout: 30_000 }).toEqual(missed);
      expect(seen.all.indexOf('DELETED replaced 1')).toBeLessThan(seen.all.indexOf('ADDED replaced new'));
      expect(lists).toHaveBeenCalled();
      seen.take();
      await set('kept', '2');
      await remove('added');
      await expect.poll(() => seen.all).toEqual(['MODIFIED kept 2', 'DELETED added 1']);
      expect(new Set(seen.versions).size).toBe(seen.versions.length);
      await expect.poll(() => subscribed.mock.calls.length).toBe(1);
      stop();
      await seen.end();
    }, 180_000);

    it('objects changed all through a restart end up as they are, each version at most once', async () => {
      const seen = follow();
      await expect.poll(() => seen.all).toContain('SYNCED');
      await using other = await plane.beside();
      const besides = clustersOf(other.kubeconfig);
      const second = await besides.get(undefined);
      const names = Array.from({ length: 20 }, (_, at) => `busy-${at}`);
      await Promise.all(names.map((name) => make(name, '0', second)));
      let going = true;
      const changing = (async () => {
        for (let turn = 1; going; turn++) await Promise.all(names.map((name) => set(name, String(turn), second)));
      })();
      await plane.kill();
      await plane.restart();
      await expect
        .poll(() => seen.all.filter((one) => one.startsWith('MODIFIED')).length, { timeout: 30_000 })
        .toBeGreaterThan(names.length);
      going = false;
      await changing;
      const { items } = await second.list(kind, { namespace: SPACE, labelSelector: 'test=watch' }, soon());
      const ends = items.map(({ metadata, data }) => `${metadata.name} ${(data as { turn: string }).turn}`).toSorted();
      const latest = () => {
        const last = new Map<string, string>();
        for (const one of seen.all) {
          const [type = '', name = '', turn = ''] = one.split(' ');
          if (type === 'DELETED') last.delete(name);
          else if (type !== 'SYNCED') last.set(name, turn);
        }
        return [...last].map((pair) => pair.join(' ')).toSorted();
      };
      await expect.poll(latest, { timeout: 30_000 }).toEqual(ends);
      expect(new Set(seen.versions).size).toBe(seen.versions.length);
      expect(seen.all.filter((one) => one === 'SYNCED')).toHaveLength(1);
      await besides.close();
      await seen.end();
    }, 180_000);
  },
  'watches over restarts of the API server',
);

/** etcd forgets what was before a revision (etcd v3 API over JSON). */
async function compact(etcdUrl: string, revision: string): Promise<void> {
  const answer = await fetch(`${etcdUrl}/v3/kv/compaction`, { method: 'POST', body: JSON.stringify({ revision, physical: true }) });
  if (!answer.ok) throw new Error(`etcd did not compact: ${await answer.text()}`);
}
