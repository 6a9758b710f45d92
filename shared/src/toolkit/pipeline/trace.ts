import { startCallSpan, traceparentOf } from '../../platform/telemetry/index.ts';
import { InputRequired } from '../ask.ts';
import { type Stage, UnknownTool } from '../call.ts';
import { toToolError } from '../errors.ts';

/** One span a call, child of the `traceparent` in the request's `_meta` (W3C Trace Context; MCP 2026-07-28). */
export const traceStage: Stage = async (call, next) => {
  const { meta } = call.caller;
  const span = startCallSpan(
    'tools/call',
    { 'mcp.server': call.server, 'mcp.tool': call.tool.slice(0, 200), 'mcp.call': call.id },
    meta['traceparent'],
    meta['tracestate'],
  );
  const traceparent = traceparentOf(span);
  if (traceparent !== undefined) call.traceparent = traceparent;
  try {
    return await next();
  } catch (thrown) {
    if (thrown instanceof UnknownTool) span.fail('unknown_tool');
    else if (!(thrown instanceof InputRequired)) span.fail(toToolError(thrown, call.signal).code);
    throw thrown;
  } finally {
    span.end();
  }
};
