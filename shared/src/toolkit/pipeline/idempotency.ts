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

/** Results of calls that had a key: in memory for an hour, 2,000 keys and 64 MiB at most. */
export class RememberedCalls {
  readonly #now: () => number;
  readonly #remembered = new Map<string, Remembered>();
  #held = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** The call that has this key, running or done; undefined if there is none, or its hour is over. */
  find(key: string): Readonly<Remembered> | undefined {
    const hit = this.#remembered.get(key);
    if (!hit || hit.expires > this.#now()) return hit;
    this.#forget(key, hit);
    return undefined;
  }

  /** A failed call is forgotten, so that it can be tried again. */
  add(key: string, args: string, result: Promise<ResultBody>): void {
    const entry: Remembered = { args, result, expires: this.#now() + TTL_MS };
    this.#remembered.set(key, entry);
    result.then(
      (body) => {
        if (body.isError) return this.#forget(key, entry);
        entry.bytes = body.bytes.length;
        this.#held += entry.bytes;
        this.#makeRoom();
      },
      () => this.#forget(key, entry),
    );
  }

  #forget(key: string, entry: Remembered): void {
    // a newer call may have taken the key
    if (this.#remembered.get(key) === entry) this.#remembered.delete(key);
    this.#held -= entry.bytes ?? 0;
    delete entry.bytes;
  }

  #makeRoom(): void {
    for (const [key, entry] of this.#remembered) {
      if (this.#remembered.size <= MAX_KEYS && this.#held <= MAX_BYTES) return;
      // one that runs is what a key is for: forgetting it would let the repetition act a second time
      if (entry.bytes !== undefined) this.#forget(key, entry);
    }
  }
}

/** A repeated call with the same key returns the first call's result, cleaned as it left; one still running is shared. */
export function idempotencyStage(remembered = new RememberedCalls()): Stage {
  return async (call, next) => {
    const fromMeta = call.caller.meta[IDEMPOTENCY_META_KEY];
    const given = call.extras.idempotency_key ?? (typeof fromMeta === 'string' && fromMeta.length <= LONGEST_KEY ? fromMeta : undefined);
    if (given === undefined || call.effect === 'read') return next();
    const key = JSON.stringify([call.caller.principal.id, call.server, call.tool, given]);
    const args = digest(call.args);
    const hit = remembered.find(key);
    if (hit) {
      if (hit.args !== args) {
        throw new ToolError('conflict', 'This idempotency_key was used with other arguments.', { hint: 'Use a new key for a new call.' });
      }
      call.reason = `${call.reason ?? ''}; repeated, not carried out again`;
      return orAbort(hit.result, call.signal);
    }
    const result = next();
    remembered.add(key, args, result);
    return result;
  };
}
