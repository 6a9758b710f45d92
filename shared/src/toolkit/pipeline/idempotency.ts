import { ToolError } from '../../contracts/index.ts';
import { orAbort } from '../../platform/resilience/index.ts';
import type { ResultBody, Stage } from '../call.ts';
import { digest } from './digest.ts';

const TTL_MS = 60 * 60_000;
const MAX_KEYS = 2_000;
const MAX_BYTES = 64 * 1024 * 1024;

interface Remembered {
  args: string;
  result: Promise<ResultBody>;
  expires: number;
  /** Of the result; undefined while the call runs. */
  bytes?: number;
}

/** The request's key: the argument, else `_meta["io.deployment-engine/idempotency-key"]`. */
export const IDEMPOTENCY_META_KEY = 'io.deployment-engine/idempotency-key';
const LONGEST_KEY = 200;

/**
 * A repeated call with the same key returns the first call's result, cleaned as it left; one still running is shared. Kept in
 * memory for an hour, 2,000 keys and 64 MiB at most. A failed call is forgotten, so that it can be tried again.
 */
export function idempotencyStage(now: () => number = Date.now): Stage {
  const remembered = new Map<string, Remembered>();
  let held = 0;

  const forget = (key: string, entry: Remembered): void => {
    // a newer call may have taken the key
    if (remembered.get(key) === entry) remembered.delete(key);
    held -= entry.bytes ?? 0;
    delete entry.bytes;
  };
  const makeRoom = (): void => {
    for (const [key, entry] of remembered) {
      if (remembered.size <= MAX_KEYS && held <= MAX_BYTES) return;
      // one that runs is what a key is for: forgetting it would let the repetition act a second time
      if (entry.bytes !== undefined) forget(key, entry);
    }
  };

  return async (call, next) => {
    const fromMeta = call.caller.meta[IDEMPOTENCY_META_KEY];
    const given = call.extras.idempotency_key ?? (typeof fromMeta === 'string' && fromMeta.length <= LONGEST_KEY ? fromMeta : undefined);
    if (given === undefined || call.effect === 'read') return next();
    const key = JSON.stringify([call.caller.principal.id, call.server, call.tool, given]);
    const args = digest(call.args);
    const hit = remembered.get(key);
    if (hit && hit.expires > now()) {
      if (hit.args !== args) {
        throw new ToolError('conflict', 'This idempotency_key was used with other arguments.', { hint: 'Use a new key for a new call.' });
      }
      call.reason = `${call.reason ?? ''}; repeated, not carried out again`;
      return orAbort(hit.result, call.signal);
    }
    if (hit) forget(key, hit);
    const entry: Remembered = { args, result: next(), expires: now() + TTL_MS };
    remembered.set(key, entry);
    entry.result.then(
      (body) => {
        if (body.isError) return forget(key, entry);
        entry.bytes = body.bytes.length;
        held += entry.bytes;
        makeRoom();
      },
      () => forget(key, entry),
    );
    return entry.result;
  };
}
