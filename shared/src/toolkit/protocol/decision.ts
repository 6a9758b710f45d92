import { timingSafeEqual } from 'node:crypto';
import type { Principal } from '../../contracts/index.ts';

/** Where the hub puts a decision for its child process: only the hub holds the key, it gave it to the child at its start. */
export const DECISION_META_KEY = 'io.deployment-engine/decision';

interface Decision {
  key: string;
  principal: Principal;
}

export function decisionMeta(key: string, principal: Principal): Record<string, unknown> {
  return { [DECISION_META_KEY]: { key, principal } satisfies Decision };
}

/** The principal that the hub decided for, if the request carries the right key. */
export function decidedPrincipal(meta: Readonly<Record<string, unknown>>, key: string | undefined): Principal | undefined {
  const decision = meta[DECISION_META_KEY] as Partial<Decision> | undefined;
  if (key === undefined || typeof decision?.key !== 'string' || decision.principal === undefined) return undefined;
  const [given, held] = [Buffer.from(decision.key), Buffer.from(key)];
  return given.length === held.length && timingSafeEqual(given, held) ? decision.principal : undefined;
}
