import { ToolError } from '../../contracts/index.ts';
import { type Stage, targetOf, UnknownTool } from '../call.ts';
import type { Policy } from '../policy.ts';

/** Asks the policy, with the arguments. A hidden refusal looks like an unknown tool. */
export function authorizeStage(policy: Policy): Stage {
  return (call, next) => {
    const target = targetOf(call);
    const decision = policy.decide({
      principal: call.caller.principal,
      server: call.server,
      tool: target.name,
      scopes: target.scopes,
      effect: call.effect ?? target.effect,
      args: call.args,
    });
    call.reason = decision.reason;
    if (decision.allow) return next();
    if (decision.hidden) throw new UnknownTool(call.tool);
    throw new ToolError(decision.code, decision.message, { hint: decision.hint });
  };
}
