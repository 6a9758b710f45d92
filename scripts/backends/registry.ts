import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RegistryBackend } from '@deployment-engine/shared/testing';
import { ensure } from './service.ts';

export async function startRegistry(): Promise<RegistryBackend> {
  const { port, pid, health } = await ensure({
    name: 'registry',
    program: 'docker-registry',
    port: true,
    health: (run) => `http://127.0.0.1:${run.port}/v2/`,
    async args(run) {
      const config = join(run.folder, 'config.yml');
      const settings = {
        version: 0.1,
        log: { level: 'warn' },
        storage: {
          filesystem: { rootdirectory: join(run.folder, 'data') },
          delete: { enabled: true },
        },
        http: { addr: `127.0.0.1:${run.port}` },
      };
      // JSON is YAML, and needs no care with quoting.
      await writeFile(config, JSON.stringify(settings));
      return ['serve', config];
    },
  });
  return { health, pid, address: `127.0.0.1:${port}`, url: `http://127.0.0.1:${port}` };
}
