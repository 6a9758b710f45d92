import { type Call, type CallTarget, type Stage, UnknownTool } from '../call.ts';

/** Finds the tool. What the caller may not see is answered as if it did not exist. */
export function lookUpStage(find: (tool: string, call: Call) => CallTarget | undefined | Promise<CallTarget | undefined>): Stage {
  return async (call, next) => {
    const target = await find(call.tool, call);
    if (!target) throw new UnknownTool(call.tool);
    call.target = target;
    return next();
  };
}
