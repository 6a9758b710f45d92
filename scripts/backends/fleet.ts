import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackendName, Backends, BackendsFile } from '@deployment-engine/shared/testing';
import { pushImage, startDocker, stopDocker } from './docker.ts';
import { isHealthy } from './http.ts';
import { startKubernetes, stopKubernetes } from './kubernetes/kubernetes.ts';
import { startAlertmanager, startBlackbox, startNodeExporter, startPrometheus, startPushgateway } from './prometheus.ts';
import { startRegistry } from './registry.ts';
import { Missing, stop } from './service.ts';
import { backendsFile, exclusively, readJson, stateFolder, writeJson } from './state.ts';

/** The order in which people see them; each is started from here alone. */
export const NAMES = [
  'docker',
  'registry',
  'prometheus',
  'alertmanager',
  'nodeExporter',
  'blackbox',
  'pushgateway',
  'kubernetes',
] as const satisfies BackendName[];

/** Starts what does not run yet, writes the file that tests read, and returns what it says. */
export function up(): Promise<BackendsFile> {
  return exclusively(async () => {
    const backends: Partial<Backends> = {};
    const missing: Partial<Record<BackendName, string>> = {};
    const attempt = async <N extends BackendName>(name: N, start: () => Promise<Backends[N]>): Promise<void> => {
      try {
        backends[name] = await start();
      } catch (error) {
        if (!(error instanceof Missing)) throw error;
        missing[name] = error.message;
      }
    };
    await settle([
      attempt('docker', startDocker),
      attempt('registry', startRegistry),
      attempt('alertmanager', startAlertmanager),
      attempt('nodeExporter', startNodeExporter),
      attempt('blackbox', startBlackbox),
      attempt('pushgateway', startPushgateway),
      attempt('kubernetes', startKubernetes),
    ]);
    await settle([
      attempt('prometheus', () => startPrometheus(backends)),
      attempt('docker', async () => {
        const { docker, registry } = backends;
        if (docker === undefined) throw new Missing(missing.docker ?? 'not started');
        if (registry === undefined) return docker;
        return {
          ...docker,
          registry: registry.address,
          registryImage: await pushImage(registry.address),
        };
      }),
    ]);
    const file: BackendsFile = { version: 1, backends, missing };
    await writeJson(backendsFile(), file);
    return file;
  });
}

/** Waits for all before it fails, so that no start goes on unwatched. */
async function settle(work: readonly Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(work)) if (outcome.status === 'rejected') throw outcome.reason;
}

/** Ends every process that `up` started and removes their data; logs stay. Returns the names of what it ended. */
export function down(): Promise<string[]> {
  return exclusively(async () => {
    // First, so that no test finds a backend that is about to go.
    await rm(backendsFile(), { force: true });
    const ended: string[] = [];
    const services = ['prometheus', 'alertmanager', 'node-exporter', 'blackbox', 'pushgateway', 'registry'];
    await settle(
      [
        ...services.map((name) => ({ name, end: () => stop(name) })),
        { name: 'docker', end: stopDocker },
        { name: 'kubernetes', end: stopKubernetes },
      ].map(async ({ name, end }) => {
        if (await end()) ended.push(name);
      }),
    );
    await rm(join(stateFolder(), 'processes'), { recursive: true, force: true });
    return ended;
  });
}

/** What runs now, asked of the backends themselves; undefined for one that does not answer. */
export async function status(): Promise<{ name: BackendName; answers: boolean; detail: string }[]> {
  const file = await readJson<BackendsFile>(backendsFile());
  return Promise.all(
    NAMES.map(async (name) => {
      const backend = file?.backends[name];
      if (backend === undefined) return { name, answers: false, detail: file?.missing[name] ?? 'not started' };
      const answers = await isHealthy(backend.health, backend.caFile);
      return {
        name,
        answers,
        detail: answers ? backend.health : `does not answer at ${backend.health}`,
      };
    }),
  );
}
