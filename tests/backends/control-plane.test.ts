import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ControlPlane, describeWith, startControlPlane } from '@deployment-engine/shared/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Answer, ask } from '../../scripts/backends/http.ts';

describeWith(
  'kubernetes',
  ({ program, etcd }) => {
    let folder: string;
    let own: ControlPlane;

    const api = (path: string, method = 'GET', body?: object): Promise<Answer> =>
      ask(`${own.url}${path}`, {
        method,
        caFile: own.caFile,
        headers: { authorization: `Bearer ${own.token}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'control-plane-'));
      own = await startControlPlane({ folder, program, etcd });
    }, 90_000);

    afterAll(async () => {
      await own.close();
      await rm(folder, { recursive: true, force: true });
    });

    it('refuses connections once it is killed, and comes back with the same address and data', { timeout: 90_000 }, async () => {
      const made = await api('/api/v1/namespaces/default/configmaps', 'POST', { metadata: { name: 'kept' }, data: { a: 'b' } });
      expect(made.status).toBe(201);
      const { uid } = (JSON.parse(made.text) as { metadata: { uid: string } }).metadata;

      await own.kill();
      await expect(api('/readyz')).rejects.toMatchObject({ code: 'ECONNREFUSED' });

      await own.restart();
      const kept = await api('/api/v1/namespaces/default/configmaps/kept');
      expect(JSON.parse(kept.text)).toMatchObject({ metadata: { uid }, data: { a: 'b' } });
    });

    it('takes pods, which wait for a scheduler that is not there', async () => {
      const pod = { metadata: { name: 'waits' }, spec: { containers: [{ name: 'app', image: 'busybox' }] } };
      expect((await api('/api/v1/namespaces/default/pods', 'POST', pod)).status).toBe(201);
    });

    it('says why a program does not start', async () => {
      const other = join(folder, 'other');
      await expect(startControlPlane({ folder: other, program: '/bin/false', etcd })).rejects.toThrow('/bin/false does not get ready');
      await expect(startControlPlane({ folder: other, program, etcd: '/nonexistent/etcd' })).rejects.toThrow('does not get ready');
    });
  },
  'startControlPlane',
);
