import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ToolIndex } from '@deployment-engine/native';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStore, type Store } from '@deployment-engine/shared/platform';
import { ToolSearch } from './tool-search.ts';
import { UsageMemory } from './usage-memory.ts';

let folder: string;
let stores: Store[];
const store = (): Store => {
  const one = createStore(folder);
  stores.push(one);
  return one;
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'memory-'));
  stores = [];
});
afterEach(async () => {
  for (const one of stores) await one.close();
  rmSync(folder, { recursive: true, force: true });
});

const tool = (name: string, description: string) => ({ name, description, inputSchema: { type: 'object' } });
const TOOLS = [tool('alpha', 'Handles things of the first kind.'), tool('beta', 'Handles things of the second kind.')];

function opened(from: Store, errors: unknown[] = []): ToolSearch {
  const search = new ToolSearch(from, (error) => errors.push(error));
  search.replace('s', TOOLS);
  return search;
}
const best = async (search: ToolSearch, query: string) => (await search.search(query, 5))[0]?.name;

describe('what past calls taught', () => {
  it('ranks the next search, in this process and in the next', async () => {
    const search = opened(store());
    expect(await best(search, 'brew a cup of coffee')).toBeUndefined();
    for (const request of ['brew coffee', 'make a cup of coffee', 'coffee please']) await search.learn(request, 's', 'beta', 'ok');
    expect(await best(search, 'brew a cup of coffee')).toBe('beta');
    await search.close();
    expect(await best(opened(store()), 'brew a cup of coffee')).toBe('beta');
  });

  it('is not lost when two processes learn at once', async () => {
    const [one, two] = [opened(store()), opened(store())];
    for (const request of ['brew coffee', 'a cup of coffee']) await one.learn(request, 's', 'beta', 'ok');
    for (const request of ['steep green tea', 'a pot of tea']) await two.learn(request, 's', 'alpha', 'ok');
    await Promise.all([one.close(), two.close()]);
    const third = opened(store());
    expect(await best(third, 'brew coffee')).toBe('beta');
    expect(await best(third, 'steep tea')).toBe('alpha');
  });

  it('begins anew, and says so, when what was kept cannot be read', async () => {
    const broken = store();
    await broken.put('routing', 'usage-memory', { memory: Buffer.from('no memory').toString('base64') });
    const errors: unknown[] = [];
    const search = opened(broken, errors);
    expect(await best(search, 'first kind')).toBe('alpha');
    expect(errors).toHaveLength(1);
    await search.learn('brew coffee', 's', 'beta', 'ok');
    await search.close();
    expect(await best(opened(store()), 'brew coffee')).toBe('beta');
  });

  it('is written less often when writing takes long', async () => {
    vi.useFakeTimers();
    try {
      let clock = 0;
      let exportMs = 1;
      const exported = vi.fn(() => {
        clock += exportMs;
        return new Uint8Array();
      });
      const index = { learn: () => true, exportMemory: exported } as unknown as ToolIndex;
      const kept = { put: async () => true } as unknown as Store;
      const memory = new UsageMemory(
        kept,
        (error) => expect.unreachable(String(error)),
        () => clock,
      );
      const lesson = { request: 'brew coffee', server: 's', name: 'beta', outcome: 'ok' } as const;
      const writesAfter = async (ms: number) => {
        memory.learn(index, lesson);
        await vi.advanceTimersByTimeAsync(ms);
        return exported.mock.calls.length;
      };
      exportMs = 200;
      expect(await writesAfter(2_000)).toBe(1);
      expect(await writesAfter(19_999)).toBe(1);
      expect(await writesAfter(1)).toBe(2);
      exportMs = 1;
      expect(await writesAfter(20_000)).toBe(3);
      expect(await writesAfter(2_000)).toBe(4);
    } finally {
      vi.useRealTimers();
    }
  });
});
