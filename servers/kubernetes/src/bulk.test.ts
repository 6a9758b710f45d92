import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith, open, type OpenServer } from '@deployment-engine/shared/testing';
import { BULK, bulkKind, bulkPod, inParallel, startControlPlane, type ControlPlane } from '@deployment-engine/shared/testing/control-plane';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Clusters } from './client/clusters.ts';
import { KubernetesConfig } from './config.ts';
import { MOST_TOKENS, TOKEN_BYTES } from './report/budget.ts';
import { server } from './server.ts';

interface Page {
  total?: number;
  left?: number;
  continue?: string;
  names?: Record<string, string[]>;
}

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
      await inParallel(BULK.pods, (at) => cluster.create(pods, { namespace: 'default' }, bulkPod(at), signal));
      const definitions = await cluster.kind('customresourcedefinitions', signal);
      await inParallel(BULK.kinds, (at) => cluster.create(definitions, {}, bulkKind(at), signal));
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
          expect(output.total).toBe(BULK.pods);
        }
      },
      90_000,
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
      expect(seen.length).toBe(BULK.pods);
      expect(new Set(seen).size).toBe(BULK.pods);
    }, 90_000);

    it('knows 300 custom kinds, and lists them within the budget', async () => {
      // the API server takes each of them up by itself, in no order
      const asked = () => opened.call<{ total: number; left: number }>('api_resources', { search: 'bulk.example' });
      let result = await asked();
      await expect
        .poll(async () => (result = await asked()), { timeout: 60_000 })
        .toMatchObject({ ok: true, output: { total: BULK.kinds } });
      const { text = '', output } = result as { text?: string; output?: object };
      expect(Buffer.byteLength(text) + Buffer.byteLength(JSON.stringify(output))).toBeLessThanOrEqual(4_000 * TOKEN_BYTES);
    }, 90_000);
  },
  'a cluster of 5,000 pods and 300 custom kinds',
);
