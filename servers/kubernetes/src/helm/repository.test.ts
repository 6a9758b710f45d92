import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Session } from '@deployment-engine/shared/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kubernetesSuite } from '../testing/fixture.ts';
import { writeChart } from './chart.testing.ts';

const run = promisify(execFile);

kubernetesSuite('Helm charts from a repository, on the real API server with the real program', (bench) => {
  let repository: Server;
  let url: string;
  let asked: string[];
  let session: Session;

  beforeAll(async () => {
    const folder = join(bench.root, 'repository');
    mkdirSync(folder);
    await run(bench.backend.helm, ['package', writeChart(join(bench.root, 'shop')), '--destination', folder]);
    await run(bench.backend.helm, ['repo', 'index', folder]);
    asked = [];
    repository = createServer((request, response) => {
      asked.push(request.url ?? '');
      try {
        response.end(readFileSync(join(folder, (request.url ?? '').replace(/^\/stable\//, ''))));
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => repository.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(repository.address() as AddressInfo).port}`;
    session = await bench.with({ helm: { binary: bench.backend.helm, repositories: [`${url}/stable`] } });
  }, 30_000);

  afterAll(() => new Promise((resolve) => repository.close(resolve)));

  it('are fetched once, by name or by address, and installed', async () => {
    const args = { release: 'far', namespace: bench.namespace, context: 'admin' };
    await session.ok('helm_install', { ...args, chart: 'shop', repository: `${url}/stable`, version: '1.2.3' });
    expect(asked).toEqual(['/stable/index.yaml', '/stable/shop-1.2.3.tgz']);
    await bench.get('deployments', 'far-web');
    const rendered = await session.ok<{ objects: string[] }>('helm_template', { chart: `${url}/stable/shop-1.2.3.tgz`, release: 'other' });
    expect(rendered.objects).toContain('Deployment/other-web');
  }, 60_000);

  it('that are not there say so', async () => {
    const near = { chart: 'shop', repository: `${url}/stable` };
    await expect(session.fails('helm_template', { ...near, version: '9.9.9' })).resolves.toMatchObject({ code: 'not_found' });
    await expect(session.fails('helm_template', { ...near, chart: 'shopp' })).resolves.toMatchObject({ code: 'not_found' });
  }, 60_000);

  it('that the operator does not allow are not asked for', async () => {
    asked = [];
    for (const refused of [`${url}/private`, `${url}/stable-not`, `${url}/stable/../private`, 'http://localhost:1/stable'])
      await expect(session.fails('helm_template', { chart: 'shop', repository: refused }), refused).resolves.toMatchObject({
        code: 'forbidden',
      });
    expect(asked).toEqual([]);
  }, 60_000);
});
