import { startCallSpan, traceparentOf } from '../../platform/telemetry/index.ts';
import { InputRequired } from '../ask.ts';
import type { Stage } from '../call.ts';

/** One span a call, child of the `traceparent` in the request's `_meta` (W3C Trace Context; MCP 2026-07-28). */
export const traceStage: Stage = async (call, next) => {
  const incoming = call.caller.meta['traceparent'];
  const span = startCallSpan(`tools/call ${call.tool}`, { 'mcp.server': call.server, 'mcp.tool': call.tool, 'mcp.call': call.id }, typeof incoming === 'string' ? incoming : undefined);
  const traceparent = traceparentOf(span);
  if (traceparent !== undefined) call.traceparent = traceparent;
  try {
    return await next();
  } catch (thrown) {
    if (!(thrown instanceof InputRequired)) span.fail(thrown);
    throw thrown;
  } finally {
    span.end();
  }
};
