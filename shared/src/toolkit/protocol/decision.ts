import { timingSafeEqual } from 'node:crypto';
import type { Principal } from '../../contracts/index.ts';
import type { Decided } from '../call.ts';

/** Where the hub puts a decision for its child process: only the hub holds the key, it gave it to the child at its start. */
export const DECISION_META_KEY = 'io.deployment-engine/decision';

interface Decision extends Decided {
  key: string;
  principal: Principal;
}

export function decisionMeta(key: string, principal: Principal, decided: Decided = {}): Record<string, unknown> {
  return { [DECISION_META_KEY]: { ...decided, key, principal } satisfies Decision };
}

/** Whom the hub decided for and what it says with it, if the request carries the right key. */
export function decisionOf(
  meta: Readonly<Record<string, unknown>>,
  key: string | undefined,
): { principal: Principal; decided: Decided } | undefined {
  const decision = meta[DECISION_META_KEY] as Partial<Decision> | undefined;
  if (key === undefined || typeof decision?.key !== 'string' || decision.principal === undefined) return undefined;
  const [given, held] = [Buffer.from(decision.key), Buffer.from(key)];
  if (given.length !== held.length || !timingSafeEqual(given, held)) return undefined;
  const { key: _key, principal, ...decided } = decision as Decision;
  return { principal, decided };
}
