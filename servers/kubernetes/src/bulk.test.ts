import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith, open, type OpenServer } from '@deployment-engine/shared/testing';
import { startControlPlane, type ControlPlane } from '@deployment-engine/shared/testing/control-plane';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Clusters } from './client/clusters.ts';
import { KubernetesConfig } from './config.ts';
import { MOST_TOKENS, TOKEN_BYTES } from './report/budget.ts';
import { server } from './server.ts';

const PODS = 5_000;
const CRDS = 300;
const AT_ONCE = 24;

interface Page {
  total?: number;
  left?: number;
  continue?: string;
  names?: Record<string, string[]>;
}

async function inParallel(amount: number, job: (at: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let at = next++; at < amount; at = next++) await job(at);
    }),
  );
}

const pod = (at: number) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `web-${at.toString(36).padStart(4, '0')}-${(at * 7919).toString(36)}`, labels: { app: `app-${at % 50}` } },
  spec: { containers: [{ name: 'main', image: 'registry.example/web:1' }] },
});

const crd = (at: number) => ({
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

describeWith(
  'kubernetes',
  (backend) => {
    const folder = mkdtempSync(join(tmpdir(), 'kubernetes-bulk-'));
    let plane: ControlPlane;
    let opened: OpenServer;

    /** Bytes of the whole answer: its text and its structured content. */
    const ask = async (args: object): Promise<{ output: Page; bytes: number }> => {
      const result = await opened.call<Page>('resources_list', { ...args });
      if (result.ok !== true) throw new Error(JSON.stringify(result));
      return { output: result.output, bytes: Buffer.byteLength(result.text) + Buffer.byteLength(JSON.stringify(result.output)) };
    };

    beforeAll(async () => {
      plane = await startControlPlane({ folder, program: backend.program, etcd: backend.etcd });
      const config = KubernetesConfig.parse({ kubeconfig: plane.kubeconfig });
      const clusters = new Clusters({ config, env: {}, exec: undefined as never, log: undefined as never, readOnly: false });
      const cluster = await clusters.get(undefined);
      const signal = AbortSignal.timeout(240_000);
      const pods = await cluster.kind('v1/pods', signal);
      await inParallel(PODS, (at) => cluster.create(pods, { namespace: 'default' }, pod(at), signal));
      const definitions = await cluster.kind('customresourcedefinitions', signal);
      await inParallel(CRDS, (at) => cluster.create(definitions, {}, crd(at), signal));
      await clusters.close();
      opened = await open(server, { config: { kubeconfig: plane.kubeconfig, discoverySeconds: 1 } });
    }, 300_000);
    afterAll(async () => {
      await opened?.close();
      await plane?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    it.each(['table', 'names', 'status', 'yaml', 'json'])(
      'a list of 5,000 pods in the view %s is within what was asked for',
      async (view) => {
        for (const tokens of [undefined, 500, 6_000, MOST_TOKENS]) {
          const { output, bytes } = await ask({
            kind: 'pods',
            view,
            limit: 1_000,
            ...(tokens === undefined ? {} : { max_tokens: tokens }),
          });
          expect(bytes, `${tokens}`).toBeLessThanOrEqual((tokens ?? 4_000) * TOKEN_BYTES);
          expect(output.total).toBe(PODS);
        }
      },
    );

    it('gives every one of 5,000 names once, page by page', async () => {
      const seen: string[] = [];
      let next: string | undefined;
      do {
        const { output } = await ask({
          kind: 'pods',
          view: 'names',
          limit: 1_000,
          max_tokens: 3_000,
          ...(next === undefined ? {} : { continue: next }),
        });
        seen.push(...Object.values(output.names ?? {}).flat());
        next = output.continue;
      } while (next !== undefined);
      expect(seen.length).toBe(PODS);
      expect(new Set(seen).size).toBe(PODS);
    });

    it('knows 300 custom kinds, and lists them within the budget', async () => {
      await expect
        .poll(async () => (await opened.call('resources_list', { kind: `things${CRDS - 1}` })).ok, { timeout: 60_000 })
        .toBe(true);
      const result = await opened.call<{ total: number; left: number }>('api_resources', { search: 'bulk.example' });
      expect(result).toMatchObject({ ok: true, output: { total: CRDS } });
      const { text = '', output } = result as { text?: string; output?: object };
      expect(Buffer.byteLength(text) + Buffer.byteLength(JSON.stringify(output))).toBeLessThanOrEqual(4_000 * TOKEN_BYTES);
    });
  },
  'a cluster of 5,000 pods and 300 custom kinds',
);
