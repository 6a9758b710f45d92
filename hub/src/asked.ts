import { randomUUID } from 'node:crypto';
import type { AuditEvent } from '@deployment-engine/shared/contracts';
import { guardValue, type Log } from '@deployment-engine/shared/platform';
import { type Caller, clipped, guardedCaller, InputRequired, type Outcome, toToolError } from '@deployment-engine/shared/toolkit';
import type { Upstream } from './upstream/upstream.ts';

const REFUSALS = new Set(['forbidden', 'unauthenticated', 'read_only']);

export interface Read {
  /** As the audit names it: the method and what is read. */
  what: string;
  upstream: Upstream;
  caller: Caller;
  /** Throws if the caller may not. */
  allow: () => void;
  record: (event: AuditEvent) => void;
  log: Log;
}

/**
 * A read that is no tool call: allowed, cleaned, recorded; it may need input from the client first. A
 * server of ours records what reaches it; what does not, and everything of others, is recorded here.
 */
export async function asked<T>(
  { what, upstream, caller, allow, record, log }: Read,
  run: (guarded: Caller) => Promise<T>,
): Promise<Outcome<T>> {
  const startedAt = Date.now();
  let isOurs = true;
  const finish = (event: Pick<AuditEvent, 'decision' | 'outcome'> & Partial<AuditEvent>): void => {
    if (!isOurs) return;
    record({
      time: startedAt,
      call: randomUUID(),
      principal: caller.principal.id,
      transport: caller.transport,
      server: upstream.slug,
      tool: clipped(what, 300),
      effect: 'read',
      duration_ms: Date.now() - startedAt,
      ...event,
    });
  };
  try {
    allow();
    isOurs = !upstream.builtin;
    const value = guardValue(await run(guardedCaller(caller)));
    finish({ decision: 'allowed', outcome: 'ok' });
    return { kind: 'result', value };
  } catch (thrown) {
    if (thrown instanceof InputRequired) {
      finish({ decision: 'allowed', outcome: 'input_required' });
      return { kind: 'input', requests: guardValue(thrown.requests), keep: thrown.keep };
    }
    const error = toToolError(thrown, caller.signal);
    if (error.code === 'internal') log.error({ err: error.cause }, `${clipped(what, 300)} failed`);
    finish({ decision: REFUSALS.has(error.code) ? 'refused' : 'allowed', outcome: 'error', code: error.code });
    throw error;
  }
}
