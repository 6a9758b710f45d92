export { type Cache, type CacheOptions, createCache, type GetOrCreateOptions } from './cache.ts';
