import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { unpackRelease } from './release.ts';

const RELEASE = {
  name: 'shop',
  namespace: 'web',
  version: 3,
  info: { status: 'deployed', description: 'Upgrade complete', notes: 'Hello', first_deployed: '', last_deployed: '2026-01-02T03:04:05Z' },
  chart: { metadata: { name: 'shop', version: '1.2.3', appVersion: '9' }, values: { a: 1 }, templates: [{ name: 'x', data: 'eA==' }] },
  config: { b: 2 },
  manifest: 'kind: ConfigMap\n',
};

const secret = (packed: Buffer | string) => ({
  metadata: { name: 'sh.helm.release.v1.shop.v3' },
  data: { release: Buffer.from(Buffer.from(packed).toString('base64')).toString('base64') },
});

describe('a release Secret', () => {
  it('is unpacked: base64 twice, gzip, JSON', async () => {
    const release = await unpackRelease(secret(gzipSync(JSON.stringify(RELEASE))));
    expect(release).toMatchObject({ name: 'shop', version: 3, config: { b: 2 }, hooks: [], info: { notes: 'Hello' } });
  });

  it('may come without gzip, as the oldest ones do', async () => {
    expect((await unpackRelease(secret(JSON.stringify(RELEASE)))).chart.metadata.version).toBe('1.2.3');
  });

  it('may lack what is not needed, and hold what is not expected', async () => {
    const { name, version } = RELEASE;
    const bare = { name, version, info: {}, chart: { metadata: 7 }, config: 'none', hooks: [{ events: 'test' }], extra: { deep: [1] } };
    const release = await unpackRelease(secret(gzipSync(JSON.stringify(bare))));
    expect(release).toMatchObject({ manifest: '', info: { status: '' }, chart: { metadata: { name: '' } }, hooks: [{ events: [] }] });
  });

  it('that unpacks to gigabytes is refused without unpacking it', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(1024 * 1024);
    await expect(unpackRelease(secret(bomb))).rejects.toMatchObject({ code: 'too_large' });
  });

  it.each([
    ['nothing', ''],
    ['no JSON', gzipSync('no json')],
    ['a cut archive', gzipSync(JSON.stringify(RELEASE)).subarray(0, 60)],
    ['another object', gzipSync('{"kind":"ConfigMap"}')],
  ])('that holds %s is named, and its content is not repeated', async (_what, content) => {
    const error = await unpackRelease(secret(content)).catch((thrown: unknown) => thrown as Error & { code: string });
    expect(error).toMatchObject({ code: 'upstream_error', message: expect.stringContaining('sh.helm.release.v1.shop.v3') });
  });

  it('without data is no release', async () => {
    await expect(unpackRelease({ metadata: { name: 'x' }, data: { release: { not: 'text' } } })).rejects.toMatchObject({
      code: 'upstream_error',
    });
  });
});
