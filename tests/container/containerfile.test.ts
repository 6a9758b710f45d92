import { readFile } from 'node:fs/promises';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { describeWith } from '@deployment-engine/shared/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, isHealthy } from '../../scripts/backends/http.ts';
import { freePort } from '@deployment-engine/shared/testing/control-plane';
import { findProgram, until } from '../../scripts/backends/process.ts';
import { buildHubImage, engine, importNodeImage } from './images.ts';

const BASE = 'deployment-engine-test-base';
const IMAGE = 'deployment-engine-test-hub';

interface Container {
  Config: { User: string };
  State: { Running: boolean; Pid: number; ExitCode: number };
}

describeWith(
  'docker',
  (docker) => {
    let id: string;
    let port: number;

    const inspect = async (): Promise<Container> => JSON.parse(await engine(docker, `/containers/${id}/json`)) as Container;
    const logs = (): Promise<string> => engine(docker, `/containers/${id}/logs?stdout=true&stderr=true&tail=50`);
    const post = (path: string, body?: object): Promise<string> =>
      engine(docker, path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });

    beforeAll(async () => {
      await importNodeImage(docker, BASE);
      await buildHubImage(docker, `${BASE}:latest`, IMAGE);
      port = await freePort();
      const created = await post('/containers/create', {
        Image: IMAGE,
        Cmd: ['hub', '--http', `127.0.0.1:${port}`],
        HostConfig: { NetworkMode: 'host' },
      });
      ({ Id: id } = JSON.parse(created) as { Id: string });
      await post(`/containers/${id}/start`);
      const healthy = (): Promise<boolean> => isHealthy(`http://127.0.0.1:${port}/healthz`);
      await until(async () => (await healthy()) || !(await inspect()).State.Running, 60_000);
      if (!(await healthy())) throw new Error(`the hub ended in its container: ${await logs()}`);
    }, 300_000);

    afterAll(async () => {
      if (id !== undefined) await ask(`unix:${docker.socketPath}:/containers/${id}?force=true&v=true`, { method: 'DELETE' });
      for (const image of [IMAGE, BASE]) await ask(`unix:${docker.socketPath}:/images/${image}?force=true`, { method: 'DELETE' });
    });

    it('runs as a user that is not root', async () => {
      const { Config, State } = await inspect();
      expect(Config.User).toBe('1000:1000');
      const status = await readFile(`/proc/${State.Pid}/status`, 'utf8');
      // Real, effective, saved and file system ids.
      expect(status).toMatch(/^Uid:\t1000\t1000\t1000\t1000$/m);
      expect(status).toMatch(/^Gid:\t1000\t1000\t1000\t1000$/m);
      expect(status).toMatch(/^CapEff:\t0+$/m);
    });

    it('lists tools over HTTP', async () => {
      const client = new Client({ name: 'container-test', version: '1.0.0' });
      await client.connect(new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/mcp?profile=flat`)));
      try {
        const { tools } = await client.listTools();
        expect(tools.map(({ name }) => name)).toContain('git__status');
      } finally {
        await client.close();
      }
    });

    it('ends at SIGTERM without being killed', async () => {
      await post(`/containers/${id}/stop?t=20`);
      const { State } = await inspect();
      expect(State).toMatchObject({ Running: false, ExitCode: 0 });
    });

    it('serves stdio without network, capabilities or a writable root', async () => {
      const command = findProgram('docker');
      if (command === undefined) throw new Error('the docker command line is not installed');
      const args = [
        'run',
        '-i',
        '--rm',
        '--network=none',
        '--read-only',
        '--tmpfs=/tmp',
        '--cap-drop=ALL',
        '--security-opt=no-new-privileges',
      ];
      const client = new Client({ name: 'container-test', version: '1.0.0' });
      await client.connect(
        new StdioClientTransport({
          command,
          args: [...args, IMAGE, 'hub', '--stdio', '--profile', 'flat'],
          env: { DOCKER_HOST: docker.host, PATH: '' },
        }),
      );
      try {
        const { tools } = await client.listTools();
        expect(tools.map(({ name }) => name)).toContain('git__status');
      } finally {
        await client.close();
      }
    });
  },
  'Containerfile',
);

describe('the ignore files', () => {
  it('say the same to both kinds of builders', async () => {
    const read = (name: string): Promise<string> => readFile(new URL(`../../${name}`, import.meta.url), 'utf8');
    expect(await read('.dockerignore')).toBe(await read('.containerignore'));
  });
});
