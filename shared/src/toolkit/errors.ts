import { ToolError, type WireError } from '../contracts/index.ts';
import { guardValue } from '../platform/text-guard/index.ts';
import { ResultBody } from './call.ts';

/** A message may quote what a stranger sent; nobody needs megabytes of it. */
const LONGEST = 2_000;

/** The one place where a failure becomes a tool result. Anything that is not a ToolError is a fault of ours: its text stays in the log. */
export function errorBody(error: ToolError): ResultBody {
  const wire = wireError(error);
  const text = `${wire.code}: ${wire.message}${wire.hint ? ` ${wire.hint}` : ''}`;
  const plan = (wire.details as { plan_token?: unknown; plan?: { changes?: unknown } } | undefined) ?? {};
  const lines = Array.isArray(plan.plan?.changes) ? plan.plan.changes.map((line) => `- ${String(line)}`) : [];
  const token = typeof plan.plan_token === 'string' ? [`plan_token: ${plan.plan_token}`] : [];
  return ResultBody.of({
    content: [{ type: 'text', text: [text, ...lines, ...token].join('\n') }],
    structuredContent: { error: wire },
    isError: true,
  });
}

/** An error as it may leave: cleaned like a result, because its words may quote a backend or the caller. */
export function wireError(error: ToolError): WireError {
  const wire = error.toWire();
  const short = { ...wire, message: clipped(wire.message), ...(wire.hint === undefined ? {} : { hint: clipped(wire.hint) }) };
  const token = (wire.details as { plan_token?: unknown } | undefined)?.plan_token;
  if (typeof token !== 'string') return guardValue(short);
  // the token is ours, and as random as a secret: it must not be masked
  const { plan_token: _token, ...details } = wire.details as Record<string, unknown>;
  const clean = guardValue({ ...short, details });
  return { ...clean, details: { ...clean.details, plan_token: token } };
}

/** A text cut to what an error may quote. */
export function clipped(text: string, longest = LONGEST): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** Any thrown value as a ToolError. An abort is the caller's cancellation unless the signal's reason says otherwise. */
export function toToolError(thrown: unknown, signal?: AbortSignal): ToolError {
  if (thrown instanceof ToolError) return thrown;
  if (signal?.aborted) {
    return signal.reason instanceof ToolError ? signal.reason : new ToolError('cancelled', 'The call was cancelled.', { cause: thrown });
  }
  return new ToolError('internal', 'The server met an unexpected fault.', {
    hint: 'The details are in the server log, under the id of the call.',
    cause: thrown,
  });
}
