import { createDeadline, createResilience, type Resilience } from '../../platform/resilience/index.ts';
import { type Stage, targetOf } from '../call.ts';

export interface LimitsOptions {
  /** Calls at once a server, 64 by default; then a queue, 256 by default; then `rate_limited`. */
  concurrency?: number | undefined;
  queue?: number | undefined;
  /** The operator's deadline for a tool in milliseconds; overrides the tool's own. */
  deadlineFor?: ((tool: string, server: string) => number | undefined) | undefined;
}

/** Consecutive failures of a backend after which it is left alone for a moment. */
const FAILURES = 10;

/**
 * Deadline, bulkhead and breaker. The deadline ends the call; progress extends it. A call is made once: only the code that
 * knows its backend may repeat a request.
 */
export function limitsStage(options: LimitsOptions = {}): Stage {
  const servers = new Map<string, Resilience>();
  const protectionOf = (name: string): Resilience => {
    let found = servers.get(name);
    if (!found) {
      found = createResilience({
        name,
        concurrency: options.concurrency,
        queue: options.queue,
        breaker: { failures: FAILURES },
        retry: { attempts: 1 },
      });
      servers.set(name, found);
    }
    return found;
  };
  return async (call, next) => {
    const target = targetOf(call);
    const given = call.caller.decided?.deadlineMs ?? options.deadlineFor?.(target.name, call.server);
    const deadline = createDeadline(given ?? target.deadlineMs, call.signal);
    const report = call.progress;
    call.signal = deadline.signal;
    call.extendDeadline = deadline.extend;
    call.progress = (progress) => {
      deadline.extend();
      report(progress);
    };
    try {
      return await protectionOf(call.server).run(() => next(), {
        effect: call.effect ?? target.effect,
        idempotent: target.idempotent,
        deadline,
      });
    } finally {
      deadline.dispose();
    }
  };
}
