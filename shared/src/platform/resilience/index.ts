export { abortFailure, orAbort } from './abort.ts';
export { type Bulkhead, createBulkhead } from './bulkhead.ts';
export { createDeadline, type Deadline, type DeadlineOptions } from './deadline.ts';
export { createRateLimiter, type RateLimiter, type RateLimiterOptions, type Take } from './rate-limiter.ts';
export { type BreakerState, createResilience, type Resilience, type ResilienceOptions, type RunOptions } from './resilience.ts';
