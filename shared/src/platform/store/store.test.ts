import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStore, type Store } from './index.ts';

describe('store', () => {
  let folder: string;
  let store: Store;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'store-'));
    store = createStore(folder);
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  it('keeps documents by space and key, across openings', async () => {
    expect(await store.get('a', 'x')).toBeUndefined();
    await store.put('a', 'x', { n: 1 });
    await store.put('a', 'x', { n: 2 });
    await store.put('b', 'x', 'other');
    await store.close();
    const again = createStore(folder);
    expect(await again.get('a', 'x')).toMatchObject({ value: { n: 2 }, version: 2 });
    expect((await again.list('a')).map(({ key }) => key)).toEqual(['x']);
    expect(await again.remove('a', 'x')).toBe(true);
    expect(await again.remove('a', 'x')).toBe(false);
    await again.close();
  });

  it('loses no update: of two writers with the same version one is told to read again', async () => {
    const other = createStore(folder);
    expect(await store.put('a', 'x', 1, { ifVersion: 0 })).toBe(true);
    expect(await other.put('a', 'x', 2, { ifVersion: 0 })).toBe(false);
    expect(await store.put('a', 'x', 3, { ifVersion: 1 })).toBe(true);
    expect(await other.put('a', 'x', 4, { ifVersion: 1 })).toBe(false);
    expect(await other.get('a', 'x')).toMatchObject({ value: 3, version: 2 });
    await other.close();
  });

  it('says what to do when the database is damaged', async () => {
    const { writeFile } = await import('node:fs/promises');
    await writeFile(join(folder, 'state.db'), 'not a database, long enough to be read as a header by the engine'.repeat(20));
    await expect(store.get('a', 'x')).rejects.toMatchObject({ code: 'unavailable', hint: expect.stringContaining('state.db') });
  });
});
