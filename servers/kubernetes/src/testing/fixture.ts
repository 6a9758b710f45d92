import { randomBytes } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  describeWith,
  open,
  sessionOf,
  type KubernetesBackend,
  type OpenOptions,
  type OpenServer,
  type Session,
} from '@deployment-engine/shared/testing';
import { afterAll, beforeAll, vi } from 'vitest';
import type { Cluster } from '../client/cluster.ts';
import type { KubeObject } from '../client/wire.ts';
import { KubernetesConfig } from '../config.ts';
import { Clusters } from '../client/clusters.ts';
import { server } from '../server.ts';

/** An object to make: of its metadata only what the API server does not fill in. */
export interface Draft {
  apiVersion: string;
  kind: string;
  metadata: Partial<KubeObject['metadata']> & { generateName?: string };
  [field: string]: unknown;
}

/** What the tests of one file work with: the real control plane, namespaces of their own, a folder that is the only root. */
export interface Bench extends Session {
  backend: KubernetesBackend;
  /** The cluster as its administrator, past the server: to prepare and to look. */
  cluster: Cluster;
  /** A namespace of this file's own; made on first use, removed at the end. */
  namespace: string;
  root: string;
  /** Makes a further namespace, which takes pods as soon as it is there; with its labels, which admission heeds from the start. */
  space(word: string, labels?: Record<string, string>): Promise<string>;
  /** Makes an object, its namespace from the bench unless it has one; returns what the API server made of it. */
  make<T extends KubeObject = KubeObject>(object: Draft): Promise<T>;
  get<T extends KubeObject = KubeObject>(kind: string, name: string, namespace?: string): Promise<T>;
  /** A further server, closed at the end. */
  with(config: object, options?: OpenOptions): Promise<Session>;
}

export const soon = (): AbortSignal => AbortSignal.timeout(20_000);

/** A suite against the real control plane. */
export function kubernetesSuite(title: string, body: (bench: Bench) => void, config: object = {}): void {
  describeWith(
    'kubernetes',
    (backend) => {
      const prefix = `t${randomBytes(5).toString('hex')}`;
      const root = realpathSync(mkdtempSync(join(tmpdir(), 'kubernetes-roots-')));
      const opened: OpenServer[] = [];
      const spaces: string[] = [];
      let session: Session;
      let clusters: Clusters;
      let cluster: Cluster;
      const start = async (more: object, options: OpenOptions = {}): Promise<Session> => {
        const opening = await open(server, {
          roots: [root],
          config: { kubeconfig: backend.kubeconfig, context: 'admin', ...more },
          ...options,
        });
        opened.push(opening);
        return sessionOf(opening);
      };
      const space = async (word: string, labels: Record<string, string> = {}): Promise<string> => {
        const name = `${prefix}-${word}`;
        await cluster.create(
          await cluster.kind('v1/namespaces', soon()),
          {},
          { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } },
          soon(),
        );
        spaces.push(name);
        // a controller makes it, and without it no pod is admitted; also before the tests, where there is no expect.poll
        const accounts = await cluster.kind('v1/serviceaccounts', soon());
        await vi.waitFor(() => cluster.get(accounts, { namespace: name, name: 'default' }, soon()), { timeout: 20_000, interval: 50 });
        return name;
      };
      const bench: Bench = {
        get server() {
          return session.server;
        },
        get cluster() {
          return cluster;
        },
        ok: (tool, args, options) => session.ok(tool, args, options),
        text: (tool, args) => session.text(tool, args),
        fails: (tool, args, options) => session.fails(tool, args, options),
        backend,
        namespace: `${prefix}-own`,
        root,
        space,
        async make<T extends KubeObject>(object: Draft) {
          const kind = await cluster.kindOf(object, soon());
          const namespace = kind.namespaced ? (object.metadata.namespace ?? bench.namespace) : undefined;
          return cluster.create<T>(kind, { namespace }, object, soon());
        },
        async get<T extends KubeObject>(kind: string, name: string, namespace = bench.namespace) {
          const found = await cluster.kind(kind, soon());
          return cluster.get<T>(found, { name, namespace: found.namespaced ? namespace : undefined }, soon());
        },
        with: start,
      };
      beforeAll(async () => {
        clusters = new Clusters({
          config: KubernetesConfig.parse({ kubeconfig: backend.kubeconfig, context: 'admin' }),
          env: {},
          exec: undefined as never,
          log: undefined as never,
          readOnly: false,
        });
        cluster = await clusters.get('admin');
        session = await start(config);
        await space('own');
      }, 60_000);
      afterAll(async () => {
        await Promise.all(opened.map((one) => one.close()));
        const namespaces = await cluster.kind('v1/namespaces', soon());
        await Promise.allSettled(spaces.map((name) => cluster.delete(namespaces, { name }, { propagation: 'Background' }, soon())));
        await clusters.close();
        rmSync(root, { recursive: true, force: true });
      }, 60_000);
      body(bench);
    },
    title,
  );
}
