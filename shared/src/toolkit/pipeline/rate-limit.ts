import { ToolError } from '../../contracts/index.ts';
import { createRateLimiter } from '../../platform/resilience/index.ts';
import type { Stage } from '../call.ts';

export interface RateLimitOptions {
  /** Calls a minute and principal; the local owner has no limit. */
  perMinute?: number | undefined;
  burst?: number | undefined;
}

/** Holds back callers other than the owner; 600 calls a minute by default. */
export function rateLimitStage({ perMinute = 600, burst = 60 }: RateLimitOptions = {}): Stage {
  const limiter = createRateLimiter({ perMinute, burst });
  return (call, next) => {
    if (call.caller.principal.kind === 'owner') return next();
    const taken = limiter.take(call.caller.principal.id);
    if (taken.ok) return next();
    throw new ToolError('rate_limited', 'Too many calls in a short time.', {
      hint: 'Wait before the next call.',
      retryAfterMs: taken.retryAfterMs,
    });
  };
}
