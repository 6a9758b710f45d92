import { guardJson } from '../../platform/text-guard/index.ts';
import { type Call, ResultBody, type Stage } from '../call.ts';

/** Cleans what a call returns. Clean results keep their bytes (DESIGN §5, Guard). */
export const guardStage: Stage = async (call, next) => cleanBody(call, await next());

export function cleanBody(call: Call, body: ResultBody): ResultBody {
  const guarded = guardJson(body.bytes);
  if (!guarded) return body;
  call.masked = [...new Set([...(call.masked ?? []), ...guarded.masked])];
  return ResultBody.raw(guarded.bytes);
}
