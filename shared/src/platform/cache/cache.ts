import type { Keyv, KeyvStorageAdapter } from 'keyv';
import { abortFailure, orAbort } from '../resilience/abort.ts';
import { LruMap } from './lru-map.ts';

export interface CacheOptions {
  /** Separates the keys of caches that share a store. */
  namespace: string;
  /** How long a value is good, in ms. */
  ttlMs: number;
  /** Bound of the in-memory store. Default 1,000; the least recently used goes first. Ignored with a store of your own. */
  maxEntries?: number | undefined;
  /** Any keyv storage adapter, Redis for one. */
  store?: KeyvStorageAdapter | undefined;
  /** Told of a store's failures, which otherwise only make the cache miss. */
  onError?: ((error: unknown) => void) | undefined;
}

export interface GetOrCreateOptions {
  signal?: AbortSignal | undefined;
  /** Instead of the cache's own. */
  ttlMs?: number | undefined;
}

/**
 * Values by key for a while. A value is stored as JSON and every read gives a fresh copy, in memory too, so nobody changes another's; keep
 * only JSON data here, never undefined.
 */
export interface Cache<T> {
  get(key: string): Promise<T | undefined>;
  set(key: string, value: T, ttlMs?: number): Promise<void>;
  delete(key: string): Promise<void>;
  /** Forgets the namespace. */
  clear(): Promise<void>;
  /**
   * The stored value, or what `create` makes. Calls for the same key at the same time share one `create`; its signal aborts when the last
   * of them has gone. An error goes to all of them and is not stored.
   */
  getOrCreate(key: string, create: (signal: AbortSignal) => Promise<T>, options?: GetOrCreateOptions): Promise<T>;
}

interface Flight<T> {
  result: Promise<T>;
  controller: AbortController;
  passengers: number;
}

const never = new AbortController().signal;

/** Opens a cache. A broken store never fails a call: it only makes it slower. */
export const createCache = <T>({ namespace, ttlMs, maxEntries = 1000, store, onError }: CacheOptions): Cache<T> => {
  const flights = new Map<string, Flight<T>>();
  let opening: Promise<Keyv<T>> | undefined;

  const open = async (): Promise<Keyv<T>> => {
    const keyv = new (await import('keyv')).Keyv<T>({ namespace, ttl: ttlMs, store: store ?? new LruMap(maxEntries) });
    // Without a listener keyv throws from inside its own event.
    keyv.on('error', (error: unknown) => onError?.(error));
    return keyv;
  };
  const ready = (): Promise<Keyv<T>> => (opening ??= open());

  const create = async (key: string, flight: Flight<T>, make: (signal: AbortSignal) => Promise<T>, ttl: number | undefined): Promise<T> => {
    const keyv = await ready();
    const stored = await keyv.get<T>(key);
    if (stored !== undefined) return stored;
    const value = await make(flight.controller.signal);
    // Whoever sets or deletes the key meanwhile knows better: what was read before that is old, also if it happens while this is stored.
    if (flights.get(key) !== flight) return value;
    await keyv.set(key, value, ttl);
    if (flights.get(key) !== flight) await keyv.delete(key);
    return value;
  };

  const board = (key: string, make: (signal: AbortSignal) => Promise<T>, ttl: number | undefined): Flight<T> => {
    const result = (): Promise<T> =>
      create(key, flight, make, ttl).finally(() => {
        if (flights.get(key) === flight) flights.delete(key);
      });
    const flight: Flight<T> = { controller: new AbortController(), passengers: 0, result: Promise.resolve().then(result) };
    flights.set(key, flight);
    return flight;
  };

  return {
    async get(key) {
      return (await ready()).get<T>(key);
    },
    async set(key, value, ttl) {
      flights.delete(key);
      await (await ready()).set(key, value, ttl);
    },
    async delete(key) {
      flights.delete(key);
      await (await ready()).delete(key);
    },
    async clear() {
      flights.clear();
      await (await ready()).clear();
    },
    async getOrCreate(key, make, { signal = never, ttlMs: ttl } = {}) {
      if (signal.aborted) throw abortFailure(signal);
      const flight = flights.get(key) ?? board(key, make, ttl);
      flight.passengers += 1;
      try {
        return await orAbort(flight.result, signal);
      } finally {
        flight.passengers -= 1;
        if (flight.passengers === 0 && signal.aborted) {
          // An abandoned flight takes no one else aboard: it is about to fail.
          if (flights.get(key) === flight) flights.delete(key);
          flight.controller.abort(abortFailure(signal));
        }
      }
    },
  };
};
