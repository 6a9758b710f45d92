import { describe, expect, it } from 'vitest';
import { createRateLimiter } from './rate-limiter.ts';

const limiter = (options: { perMinute: number; burst: number; maxKeys?: number }) => {
  const clock = { ms: 0 };
  return { clock, limiter: createRateLimiter({ ...options, now: () => clock.ms }) };
};

describe('createRateLimiter', () => {
  it('allows a burst, then what comes back over time, by key', () => {
    const { clock, limiter: limit } = limiter({ perMinute: 60, burst: 2 });
    expect([limit.take('a'), limit.take('a'), limit.take('a')]).toEqual([{ ok: true }, { ok: true }, { ok: false, retryAfterMs: 1000 }]);
    expect(limit.take('b')).toEqual({ ok: true });
    clock.ms = 400;
    expect(limit.take('a')).toEqual({ ok: false, retryAfterMs: 600 });
    clock.ms = 1000;
    expect(limit.take('a')).toEqual({ ok: true });
    clock.ms = 1_000_000;
    expect([limit.take('a'), limit.take('a'), limit.take('a')].map(({ ok }) => ok)).toEqual([true, true, false]);
  });

  it('takes more than one token at once', () => {
    const { limiter: limit } = limiter({ perMinute: 60, burst: 5 });
    expect(limit.take('a', 4)).toEqual({ ok: true });
    expect(limit.take('a', 3)).toEqual({ ok: false, retryAfterMs: 2000 });
    expect(limit.take('a')).toEqual({ ok: true });
  });

  it('keeps a bounded number of buckets and gives whoever invents keys nothing', () => {
    const { clock, limiter: limit } = limiter({ perMinute: 60, burst: 1, maxKeys: 10 });
    limit.take('victim');
    let allowed = 0;
    for (let i = 0; i < 1000; i += 1) if (limit.take(`key-${i}`).ok) allowed += 1;
    expect(limit.size).toBe(10);
    expect(allowed).toBe(10);
    expect(limit.take('victim').ok).toBe(false);
    clock.ms = 1000;
    expect(limit.take('fresh').ok).toBe(true);
    expect(limit.size).toBe(1);
  });

  it('uses a monotonic clock by default', () => {
    const limit = createRateLimiter({ perMinute: 1, burst: 1 });
    expect([limit.take('a').ok, limit.take('a').ok]).toEqual([true, false]);
  });
});
