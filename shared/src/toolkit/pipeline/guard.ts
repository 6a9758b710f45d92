import { ToolError } from '../../contracts/index.ts';
import { guardJson } from '../../platform/text-guard/index.ts';
import { type Call, ResultBody, type Stage } from '../call.ts';

/** Cleans what a call returns. Clean results keep their bytes (DESIGN §5, Guard). */
export const guardStage: Stage = async (call, next) => {
  try {
    return cleanBody(call, await next());
  } catch (thrown) {
    // the error itself is cleaned where it becomes a result; here the audit learns what was in it
    if (thrown instanceof ToolError) note(call, guardJson(Buffer.from(JSON.stringify(thrown.toWire())))?.masked);
    throw thrown;
  }
};

export function cleanBody(call: Call, body: ResultBody): ResultBody {
  const guarded = guardJson(body.bytes);
  if (!guarded) return body;
  note(call, guarded.masked);
  return ResultBody.raw(guarded.bytes);
}

function note(call: Call, masked: readonly string[] = []): void {
  if (masked.length > 0) call.masked = [...new Set([...(call.masked ?? []), ...masked])];
}
