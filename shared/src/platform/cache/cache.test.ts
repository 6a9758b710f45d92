import { KeyvMemoryAdapter } from 'keyv';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createCache } from './cache.ts';
import { LruMap } from './lru-map.ts';

afterEach(() => {
  vi.useRealTimers();
});

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('LruMap', () => {
  it('drops what was unused for the longest time', () => {
    const map = new LruMap<string, number | undefined>(2);
    map.set('a', 1).set('b', undefined);
    expect(map.get('a')).toBe(1);
    map.set('c', 3);
    expect([...map.keys()]).toEqual(['a', 'c']);
    expect(map.get('b')).toBeUndefined();
    map.set('a', 4).set('d', 5);
    expect([...map.entries()]).toEqual([
      ['a', 4],
      ['d', 5],
    ]);
  });
});

describe('createCache', () => {
  it('keeps a value for its time, as a copy', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const cache = createCache<{ list: number[] }>({ namespace: 'test', ttlMs: 1000 });
    const value = { list: [1] };
    await cache.set('key', value);
    value.list.push(2);
    const read = await cache.get('key');
    expect(read).toEqual({ list: [1] });
    read?.list.push(3);
    expect(await cache.get('key')).toEqual({ list: [1] });
    await cache.set('short', { list: [] }, 500);
    vi.setSystemTime(Date.now() + 700);
    expect(await cache.get('short')).toBeUndefined();
    expect(await cache.get('key')).toBeDefined();
    vi.setSystemTime(Date.now() + 400);
    expect(await cache.get('key')).toBeUndefined();
  });

  it('is bounded, and forgets one key or all', async () => {
    const cache = createCache<number>({ namespace: 'test', ttlMs: 1000, maxEntries: 2 });
    for (const [index, key] of ['a', 'b', 'c'].entries()) await cache.set(key, index);
    expect(await Promise.all(['a', 'b', 'c'].map((key) => cache.get(key)))).toEqual([undefined, 1, 2]);
    await cache.delete('b');
    expect(await cache.get('b')).toBeUndefined();
    await cache.clear();
    expect(await cache.get('c')).toBeUndefined();
  });

  it('keeps namespaces of one store apart', async () => {
    const store = new KeyvMemoryAdapter(new Map());
    const one = createCache<number>({ namespace: 'one', ttlMs: 1000, store });
    await one.set('key', 1);
    const two = createCache<number>({ namespace: 'two', ttlMs: 1000, store: new KeyvMemoryAdapter(store.store) });
    expect(await two.get('key')).toBeUndefined();
    await two.set('key', 2);
    await two.clear();
    expect(await one.get('key')).toBe(1);
  });
});

describe('getOrCreate', () => {
  const cacheOf = <T>() => createCache<T>({ namespace: 'test', ttlMs: 60_000 });

  it('makes a value once for all who ask at the same time, and not again', async () => {
    const cache = cacheOf<number>();
    const make = vi.fn(async () => 7);
    expect(await Promise.all([cache.getOrCreate('key', make), cache.getOrCreate('key', make), cache.getOrCreate('other', make)])).toEqual([
      7, 7, 7,
    ]);
    expect(await cache.getOrCreate('key', make)).toBe(7);
    expect(make).toHaveBeenCalledTimes(2);
  });

  it('stores no error', async () => {
    const cache = cacheOf<string>();
    const make = vi.fn(async () => 'fine').mockRejectedValueOnce(new Error('broken'));
    const both = await Promise.allSettled([cache.getOrCreate('key', make), cache.getOrCreate('key', make)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(make).toHaveBeenCalledTimes(1);
    await expect(cache.getOrCreate('key', make)).resolves.toBe('fine');
  });

  it('stores nothing under a time of its own beyond that time', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const cache = cacheOf<number>();
    let made = 0;
    const make = async () => (made += 1);
    await cache.getOrCreate('key', make, { ttlMs: 100 });
    vi.setSystemTime(Date.now() + 200);
    expect(await cache.getOrCreate('key', make)).toBe(2);
  });

  it('cancels the work only when the last one who waits has gone', async () => {
    const cache = cacheOf<string>();
    const gate = Promise.withResolvers<string>();
    let inner: AbortSignal | undefined;
    const make = vi.fn((signal: AbortSignal) => {
      inner = signal;
      return gate.promise;
    });
    const [first, second] = [new AbortController(), new AbortController()];
    const one = cache.getOrCreate('key', make, { signal: first.signal });
    const two = cache.getOrCreate('key', make, { signal: second.signal });
    await vi.waitFor(() => expect(inner).toBeDefined());
    first.abort();
    await expect(one).rejects.toMatchObject({ code: 'cancelled' });
    expect(inner?.aborted).toBe(false);
    second.abort();
    await expect(two).rejects.toMatchObject({ code: 'cancelled' });
    expect(inner?.aborted).toBe(true);
    await expect(cache.getOrCreate('key', async () => 'new')).resolves.toBe('new');
    await expect(cache.getOrCreate('key', make, { signal: first.signal })).rejects.toMatchObject({ code: 'cancelled' });
    gate.resolve('late');
    await turn();
    expect(await cache.get('key')).toBe('new');
    expect(make).toHaveBeenCalledTimes(1);
  });

  it.each(['delete', 'clear'] as const)('does not store what was read before a %s', async (act) => {
    const cache = cacheOf<string>();
    const gate = Promise.withResolvers<string>();
    const started = Promise.withResolvers<void>();
    const old = cache.getOrCreate('key', () => {
      started.resolve();
      return gate.promise;
    });
    await started.promise;
    await (act === 'delete' ? cache.delete('key') : cache.clear());
    gate.resolve('old');
    await expect(old).resolves.toBe('old');
    expect(await cache.get('key')).toBeUndefined();
  });

  it('does not store it either when the deletion comes while it is being stored', async () => {
    const store = new KeyvMemoryAdapter(new Map());
    const setting = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const set = store.set.bind(store);
    store.set = async (...parameters) => {
      setting.resolve();
      await go.promise;
      return set(...parameters);
    };
    const cache = createCache<string>({ namespace: 'test', ttlMs: 1000, store });
    const old = cache.getOrCreate('key', async () => 'old');
    await setting.promise;
    await cache.delete('key');
    go.resolve();
    await old;
    expect(await cache.get('key')).toBeUndefined();
  });

  it('works without its store, and says so', async () => {
    const store = new KeyvMemoryAdapter(new Map());
    store.get = () => Promise.reject(new Error('store is down'));
    store.set = () => Promise.reject(new Error('store is down'));
    const onError = vi.fn();
    const cache = createCache<string>({ namespace: 'test', ttlMs: 1000, store, onError });
    await expect(cache.getOrCreate('key', async () => 'value')).resolves.toBe('value');
    expect(onError).toHaveBeenCalledTimes(2);
    const quiet = createCache<string>({ namespace: 'test', ttlMs: 1000, store });
    await expect(quiet.get('key')).resolves.toBeUndefined();
  });
});
