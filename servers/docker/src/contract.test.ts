import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { contractSuite } from '@deployment-engine/shared/testing';
import { describe, expect, it } from 'vitest';
import { server } from './server.ts';

contractSuite(server, {
  main: new URL('./main.ts', import.meta.url),
  toolsJson: new URL('../tools.json', import.meta.url),
  read: { tool: 'host_list', args: {} },
  config: { hosts: { nowhere: { host: 'unix:///nonexistent/docker.sock' } } },
});

describe('the docker server', () => {
  it('has a file for each tool, called like it', () => {
    for (const { name } of server.surface().tools) {
      const file = new URL(`./tools/${name.replaceAll('_', '-')}.ts`, import.meta.url);
      expect(readFileSync(file, 'utf8'), name).toContain(`name: '${name}'`);
    }
  });

  it('is declared without loading dockerode, and dockerode works without its native parts', () => {
    const script = `
      await import(${JSON.stringify(new URL('./server.ts', import.meta.url).href)});
      const early = process.getBuiltinModule('module').createRequire(import.meta.url);
      const loaded = Object.keys(early.cache).filter((file) => /dockerode|docker-modem|ssh2|grpc/.test(file)).length;
      const { default: Docker } = await import('dockerode');
      console.log(JSON.stringify({ loaded, works: typeof new Docker({ socketPath: '/x' }).modem.dial }));
    `;
    const run = spawnSync(
      process.execPath,
      ['--no-addons', '--conditions=@deployment-engine/source', '--input-type=module', '--eval', script],
      {
        cwd: fileURLToPath(new URL('..', import.meta.url)),
        encoding: 'utf8',
      },
    );
    expect(run.stderr).toBe('');
    expect(JSON.parse(run.stdout)).toEqual({ loaded: 0, works: 'function' });
  });
});
