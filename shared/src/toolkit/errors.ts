import { ToolError } from '../contracts/index.ts';
import { ResultBody } from './call.ts';

/** The one place where a failure becomes a tool result. Anything that is not a ToolError is a fault of ours: its text stays in the log. */
export function errorBody(error: ToolError): ResultBody {
  const text = `${error.code}: ${error.message}${error.hint ? ` ${error.hint}` : ''}`;
  const plan = (error.details as { plan_token?: unknown; plan?: { changes?: unknown } } | undefined) ?? {};
  const lines = Array.isArray(plan.plan?.changes) ? plan.plan.changes.map((line) => `- ${String(line)}`) : [];
  const token = typeof plan.plan_token === 'string' ? [`plan_token: ${plan.plan_token}`] : [];
  return ResultBody.of({ content: [{ type: 'text', text: [text, ...lines, ...token].join('\n') }], structuredContent: { error: error.toWire() }, isError: true });
}

/** Any thrown value as a ToolError. An abort is the caller's cancellation unless the signal's reason says otherwise. */
export function toToolError(thrown: unknown, signal?: AbortSignal): ToolError {
  if (thrown instanceof ToolError) return thrown;
  if (signal?.aborted) {
    return signal.reason instanceof ToolError ? signal.reason : new ToolError('cancelled', 'The call was cancelled.', { cause: thrown });
  }
  return new ToolError('internal', 'The server met an unexpected fault.', { hint: 'The details are in the server log, under the id of the call.', cause: thrown });
}
