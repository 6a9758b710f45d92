import { ToolError } from '../../contracts/index.ts';
import type { ResultBody, Stage } from '../call.ts';
import { digest } from './digest.ts';

const TTL_MS = 60 * 60_000;
const MAX_KEYS = 2_000;

interface Remembered {
  args: string;
  result: Promise<ResultBody>;
  expires: number;
}

/** The request's key: the argument, else `_meta["io.deployment-engine/idempotency-key"]`. */
export const IDEMPOTENCY_META_KEY = 'io.deployment-engine/idempotency-key';

/**
 * A repeated call with the same key returns the first call's result; one still running is shared. Kept in memory for an
 * hour. A failed call is forgotten, so that it can be tried again.
 */
export function idempotencyStage(now: () => number = Date.now): Stage {
  const remembered = new Map<string, Remembered>();
  return (call, next) => {
    const fromMeta = call.caller.meta[IDEMPOTENCY_META_KEY];
    const given = call.extras.idempotency_key ?? (typeof fromMeta === 'string' ? fromMeta : undefined);
    if (given === undefined || call.effect === 'read') return next();
    const key = JSON.stringify([call.caller.principal.id, call.server, call.tool, given]);
    const args = digest(call.args);
    const hit = remembered.get(key);
    if (hit && hit.expires > now()) {
      if (hit.args !== args) {
        throw new ToolError('conflict', 'This idempotency_key was used with other arguments.', { hint: 'Use a new key for a new call.' });
      }
      return hit.result;
    }
    const result = next();
    remembered.set(key, { args, result, expires: now() + TTL_MS });
    result.catch(() => remembered.delete(key));
    for (const old of remembered.keys()) {
      if (remembered.size <= MAX_KEYS) break;
      remembered.delete(old);
    }
    return result;
  };
}
