export * from './audit/index.ts';
export * from './cache/index.ts';
export * from './config/index.ts';
export { entriesOf, kindBehind, type PrivateFolder, withPrivateFolder } from './disk/index.ts';
export * from './exec/index.ts';
export * from './files/index.ts';
export * from './http/index.ts';
export * from './listen/index.ts';
export * from './log/index.ts';
export * from './paths/index.ts';
export {
  createDeadline,
  createRateLimiter,
  createResilience,
  type Deadline,
  orAbort,
  type RateLimiter,
  type Resilience,
  type Take,
} from './resilience/index.ts';
export * from './state/index.ts';
export * from './store/index.ts';
export * from './telemetry/index.ts';
export * from './text-guard/index.ts';
