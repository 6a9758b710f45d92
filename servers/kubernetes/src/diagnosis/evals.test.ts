import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith, open, type OpenServer } from '@deployment-engine/shared/testing';
import { certificatesIn, startControlPlane, type ControlPlane } from '@deployment-engine/shared/testing/control-plane';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Clusters } from '../client/clusters.ts';
import { KubernetesConfig } from '../config.ts';
import { server } from '../server.ts';
import { readClusterFiles, type ClusterFile } from '../testing/cluster-file.ts';
import { LoadedCluster } from '../testing/cluster-load.ts';
import { startKubeletLogs, type KubeletLogs } from '../testing/kubelet-logs.ts';

const LATER = 10 * 60_000;

interface Diagnosis {
  verdict: string;
  causes: { cause: string; object: string; title: string; evidence: string[]; next: { tool: string }; follows?: string }[];
  gaps: string[];
}

describeWith(
  'kubernetes',
  ({ program, etcd }) => {
    let folder: string;
    let plane: ControlPlane;
    let kubelet: KubeletLogs;
    let clusters: Clusters;
    let opened: OpenServer;
    let loaded: LoadedCluster;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'kubernetes-evals-'));
      plane = await startControlPlane({ folder, program, etcd });
      kubelet = await startKubeletLogs(certificatesIn(join(folder, 'pki')).server);
      const config = { kubeconfig: plane.kubeconfig, context: 'admin' };
      clusters = new Clusters({
        config: KubernetesConfig.parse(config),
        env: {},
        exec: undefined as never,
        log: undefined as never,
        readOnly: false,
      });
      loaded = new LoadedCluster(await clusters.get('admin'), kubelet.port);
      opened = await open(server, { config });
    }, 120_000);

    afterAll(async () => {
      await opened?.close();
      await clusters?.close();
      await kubelet?.close();
      await plane?.close();
      await rm(folder, { recursive: true, force: true });
    }, 60_000);

    const ask = async (file: ClusterFile): Promise<Diagnosis> => {
      await loaded.load(file);
      kubelet.logs = file.logs;
      // the API server sets the time of a deletion: so ours goes ahead, as if somebody asked later
      const { now } = Date;
      const later = file.delete.length > 0 ? vi.spyOn(Date, 'now').mockImplementation(() => now() + LATER) : undefined;
      try {
        const result = await opened.call<Diagnosis>('diagnose', { ...file.question });
        if (result.ok !== true) throw new Error(`${file.title}: ${JSON.stringify(result)}`);
        return result.output;
      } finally {
        later?.mockRestore();
        await loaded.unload();
      }
    };

    const score = async (folderOf: string): Promise<{ right: number; all: number; wrong: string[]; besides: number }> => {
      const files = readClusterFiles(new URL(folderOf, import.meta.url));
      const wrong: string[] = [];
      // roots that are named besides the planted one: each leads somebody astray
      let besides = 0;
      for (const file of files) {
        const { causes, verdict } = await ask(file);
        const [first] = causes;
        const { cause, objects } = file.planted;
        besides += causes.filter(({ follows }, at) => at > 0 && follows === undefined).length;
        const named = first?.cause === cause && objects.includes(first.object) && first.evidence.length > 0;
        if (!named)
          wrong.push(
            `${file.title}: planted ${cause} ${objects.join(' or ')}; named ${causes.map((one) => `${one.cause} ${one.object}`).join(', ')} (${verdict})`,
          );
      }
      return { right: files.length - wrong.length, all: files.length, wrong, besides };
    };

    it('names the planted cause first in at least 27 of 30 broken clusters', async () => {
      const { right, all, wrong, besides } = await score('./evals/');
      process.stdout.write(
        `planted cause first in ${right} of ${all}; ${besides} other roots named\n${wrong.map((one) => `  ${one}\n`).join('')}`,
      );
      expect(all).toBe(30);
      expect(right, wrong.join('\n')).toBeGreaterThanOrEqual(27);
      expect(besides).toBeLessThanOrEqual(5);
    }, 300_000);

    it('names nothing where nothing is broken, whatever looks so', async () => {
      for (const file of readClusterFiles(new URL('./evals/well/', import.meta.url))) {
        const { causes, gaps, verdict } = await ask(file);
        expect({ causes, gaps }, file.title).toEqual({ causes: [], gaps: [] });
        expect(verdict).toMatch(/^Nothing speaks against shop/);
      }
    }, 60_000);

    it.each([
      { what: 'the ten that were set aside', folderOf: './evals/held-out/', count: 10, least: 8 },
      { what: 'those that were written by others, who did not know the analysers', folderOf: './evals/unseen/', count: 35, least: 32 },
    ])('does nearly as well on $what', { timeout: 300_000 }, async ({ what, folderOf, count, least }) => {
      const { right, all, wrong } = await score(folderOf);
      process.stdout.write(`${what}: planted cause first in ${right} of ${all}\n${wrong.map((one) => `  ${one}\n`).join('')}`);
      expect(all).toBe(count);
      expect(right, wrong.join('\n')).toBeGreaterThanOrEqual(least);
    });
  },
  'diagnosis of broken clusters, statuses as controllers and kubelets leave them, logs from an edge that stands for the kubelets',
);
