import type { AuditEvent } from '../../contracts/index.ts';
import { redactArguments } from '../../platform/audit/index.ts';
import { InputRequired } from '../ask.ts';
import { type Stage, UnknownTool } from '../call.ts';
import { toToolError } from '../errors.ts';

export type Record = (event: AuditEvent) => void;

const REFUSALS = new Set(['forbidden', 'unauthenticated', 'read_only', 'confirmation_required', 'rate_limited', 'invalid_input']);

/** Writes one record a call, also of refused and failed ones, when the call ends. */
export function auditStage(record: Record): Stage {
  return async (call, next) => {
    const finish = (outcome: Pick<AuditEvent, 'decision' | 'outcome' | 'code'>): void => {
      const { effect, reason, masked, traceparent } = call;
      record({
        time: call.startedAt,
        call: call.id,
        principal: call.caller.principal.id,
        transport: call.caller.transport,
        server: call.server,
        tool: call.tool.slice(0, 200),
        ...(effect === undefined ? {} : { effect }),
        arguments: redactArguments(call.args),
        ...(reason === undefined ? {} : { reason }),
        ...outcome,
        duration_ms: Date.now() - call.startedAt,
        ...(masked === undefined ? {} : { masked }),
        ...(traceparent === undefined ? {} : { trace: traceparent }),
      });
    };
    try {
      const body = await next();
      finish({ decision: 'allowed', outcome: body.isError ? 'error' : 'ok' });
      return body;
    } catch (thrown) {
      if (thrown instanceof InputRequired) finish({ decision: 'allowed', outcome: 'input_required' });
      else if (thrown instanceof UnknownTool) finish({ decision: 'refused', outcome: 'error', code: 'unknown_tool' });
      else {
        const { code } = toToolError(thrown, call.signal);
        finish({ decision: REFUSALS.has(code) ? 'refused' : 'allowed', outcome: 'error', code });
      }
      throw thrown;
    }
  };
}
