import { type ErrorCode, ToolError, type WireError } from '@deployment-engine/shared/contracts';
import type { Plan } from '@deployment-engine/shared/toolkit';
import { parsed } from './reply.ts';

interface PlanResult {
  isError?: boolean;
  structuredContent?: { plan?: Plan; error?: WireError };
}

/** The plan that a server of ours in another process gave in place of a result. Its error is thrown as it would be in this process. */
export function planFrom(result: Buffer): Plan {
  const { isError, structuredContent: { plan, error } = {} } = parsed(result) as PlanResult;
  if (isError && error !== undefined) {
    const { code, message, hint, retry_after_ms: retryAfterMs, details } = error;
    throw new ToolError(code satisfies ErrorCode, message, { hint, retryAfterMs, details });
  }
  if (plan === undefined) throw new ToolError('upstream_error', 'The server did not say what the call would do.');
  return plan;
}
