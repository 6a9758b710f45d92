import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open, sessionOf } from '@deployment-engine/shared/testing';
import { expect, it } from 'vitest';
import { server } from '../server.ts';

it('contexts_list shows what can be used, and why others cannot', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'contexts-'));
  const kubeconfig = join(folder, 'config');
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      'current-context': 'sound',
      clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
      users: [{ name: 'u', user: { token: 'canary-of-this-test' } }],
      contexts: [
        { name: 'sound', context: { cluster: 'c', user: 'u', namespace: 'shop' } },
        { name: 'lost', context: { cluster: 'gone', user: 'u' } },
      ],
    }),
  );
  const opened = await open(server, { config: { kubeconfig, readOnlyContexts: ['sound'] } });
  const session = sessionOf(opened);
  try {
    expect(await session.ok('contexts_list', {})).toEqual({
      current: 'sound',
      contexts: [{ name: 'sound', cluster: 'c', user: 'u', namespace: 'shop', read_only: true }],
      broken: { lost: 'The context "lost" names the cluster "gone", which the kubeconfig does not have.' },
    });
    const text = await session.text('contexts_list', {});
    expect(text).toMatch(/sound\s+c\s+u\s+shop\s+read only/);
    expect(text).toContain('names the cluster "gone"');
    expect(text).not.toContain('canary');
  } finally {
    await opened.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
