export type Take = { ok: true } | { ok: false; retryAfterMs: number };

export interface RateLimiterOptions {
  /** Tokens that come back each minute. */
  perMinute: number;
  /** Tokens a bucket holds; so many calls may come at once. */
  burst: number;
  /** Keys remembered one by one. Default 10,000; beyond it new keys share one bucket until old ones are full again. */
  maxKeys?: number | undefined;
  /** Monotonic clock in milliseconds. */
  now?: (() => number) | undefined;
}

export interface RateLimiter {
  /** Takes `cost` tokens (default 1) from the key's bucket, or says after how long so many are there. More than `burst` never are. */
  take(key: string, cost?: number): Take;
  /** Keys remembered now. */
  readonly size: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * Token buckets by key, in bounded memory. A full bucket is forgotten, for it says nothing. When none is full, a new key is charged to a
 * shared bucket: forgetting a used one would give whoever invents keys new tokens for nothing.
 */
export const createRateLimiter = ({
  perMinute,
  burst,
  maxKeys = 10_000,
  now = () => performance.now(),
}: RateLimiterOptions): RateLimiter => {
  const perMs = perMinute / 60_000;
  const buckets = new Map<string, Bucket>();
  const shared: Bucket = { tokens: burst, at: now() };

  const refill = (bucket: Bucket, at: number): void => {
    bucket.tokens = Math.min(burst, bucket.tokens + (at - bucket.at) * perMs);
    bucket.at = at;
  };

  /** Buckets lie in the order of their last use, so the first ones have had the longest time to fill. */
  const forgetFull = (at: number): void => {
    for (const [key, bucket] of buckets) {
      refill(bucket, at);
      if (bucket.tokens < burst) return;
      buckets.delete(key);
    }
  };

  const bucketOf = (key: string, at: number): Bucket => {
    const known = buckets.get(key);
    if (known === undefined && buckets.size >= maxKeys) forgetFull(at);
    if (known === undefined && buckets.size >= maxKeys) return shared;
    const bucket = known ?? { tokens: burst, at };
    buckets.delete(key);
    buckets.set(key, bucket);
    return bucket;
  };

  return {
    take(key, cost = 1) {
      const at = now();
      const bucket = bucketOf(key, at);
      refill(bucket, at);
      if (bucket.tokens >= cost) {
        bucket.tokens -= cost;
        return { ok: true };
      }
      return { ok: false, retryAfterMs: Math.ceil((cost - bucket.tokens) / perMs) };
    },
    get size() {
      return buckets.size;
    },
  };
};
