import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { ToolError } from '../../contracts/index.ts';
import { type Call, type ResultBody, type Stage, targetOf } from '../call.ts';
import { Ask, InputRequired } from '../ask.ts';
import type { ConfirmMode, Plan } from '../define-tool.ts';
import { createDeadline, orAbort } from '../../platform/resilience/index.ts';
import { clipped } from '../errors.ts';
import { digest } from './digest.ts';

/** A plan's token lives five minutes. */
const TOKEN_TTL_MS = 5 * 60_000;
const MAX_TOKENS = 1_000;
const LONGEST_LINE = 500;
/** Not a word that a tool would choose for a question of its own. */
const CONFIRM_KEY = 'io.deployment-engine/confirm';

/** The tokens of plans that were shown: each good once, for five minutes, for what it was made for. */
export class PlanTokens {
  readonly #now: () => number;
  readonly #planned = new Map<string, { binding: string; expires: number }>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  issue(binding: string): string {
    const now = this.#now();
    for (const [token, { expires }] of this.#planned) if (expires <= now || this.#planned.size >= MAX_TOKENS) this.#planned.delete(token);
    const token = randomBytes(24).toString('base64url');
    this.#planned.set(token, { binding, expires: now + TOKEN_TTL_MS });
    return token;
  }

  /**
   * What a token was made for, and how to make it good again for a call that turns out to need an answer first. It is taken out at
   * once: single use even when two calls race.
   */
  take(token: string): { binding: string | undefined; giveBack: () => void } {
    const planned = this.#planned.get(token);
    this.#planned.delete(token);
    const isGood = planned !== undefined && planned.expires > this.#now();
    return { binding: isGood ? planned.binding : undefined, giveBack: () => void (isGood && this.#planned.set(token, planned)) };
  }
}

export interface ConfirmOptions {
  /** The operator's choice for a tool; overrides the tool's own. */
  modeFor?: (tool: string, server: string) => ConfirmMode | undefined;
  tokens?: PlanTokens;
}

/** Consent before a destructive call: the person's answer, or a plan shown first (DESIGN §5, Confirm). */
export function confirmStage({ modeFor, tokens = new PlanTokens() }: ConfirmOptions = {}): Stage {
  const redeem = async (call: Call, token: string, next: () => Promise<ResultBody>): Promise<ResultBody> => {
    const { binding, giveBack } = tokens.take(token);
    const hint = 'Call the tool again without plan_token to get a new plan.';
    if (binding === undefined) throw new ToolError('confirmation_required', 'This plan token is unknown, used or expired.', { hint });
    try {
      if (binding === bindingOf(call, await planOf(call))) return await next();
    } catch (thrown) {
      // the same call comes again with the answers: what it asks for is asked before anything is done
      if (thrown instanceof InputRequired) giveBack();
      throw thrown;
    }
    throw new ToolError('conflict', 'This plan token was made for another caller, other arguments, or another state of the target.', {
      hint,
    });
  };

  return async (call, next) => {
    const target = targetOf(call);
    const mode = modeOf(call, modeFor?.(target.name, call.server) ?? target.confirm);
    if (mode === 'allow') return next();
    if (mode === 'deny') {
      throw new ToolError('forbidden', `${target.name} is destructive, and nobody can be asked for consent here.`, {
        hint: 'Use a client that supports elicitation, or ask the operator to set "confirm" for this tool.',
      });
    }
    if (mode === 'plan') {
      const token = call.extras.plan_token;
      if (token !== undefined) return redeem(call, token, next);
      const plan = await planOf(call);
      throw new ToolError('confirmation_required', plan.summary, {
        hint: 'Nothing has been done. If this is what you want, call again with the same arguments and the plan_token.',
        details: { plan: { summary: plan.summary, changes: plan.changes }, plan_token: tokens.issue(bindingOf(call, plan)) },
      });
    }
    const plan = await planOf(call);
    const ask = new Ask(call.caller.can, call.caller.answers);
    // an answer is good for what was shown: where the target has changed meanwhile, the person is asked again
    const answer = ask.elicit(`${CONFIRM_KEY}/${bindingOf(call, plan)}`, {
      message: [
        plan.summary,
        ...plan.changes.slice(0, 20).map((line) => `- ${line}`),
        ...(plan.changes.length > 20 ? [`… and ${plan.changes.length - 20} more`] : []),
      ].join('\n'),
      schema: z.object({ confirm: z.boolean().describe('Carry this out') }),
    });
    if (answer.action === 'accept' && answer.content.confirm) {
      call.reason = `${call.reason ?? ''}; confirmed by a person`;
      call.consented = plan;
      return next();
    }
    throw new ToolError('cancelled', 'The person did not confirm this call; nothing has been done.');
  };
}

function modeOf(call: Call, chosen: ConfirmMode | undefined): ConfirmMode {
  const mode = chosen ?? (call.effect === 'destroy' ? 'elicit' : 'allow');
  if (mode !== 'elicit' || call.caller.can.elicitation) return mode;
  return call.caller.principal.kind === 'owner' && call.caller.transport !== 'http' ? 'plan' : 'deny';
}

/** What a call would do, as its tool says, or else as its arguments do. */
export async function planOf(call: Call): Promise<Plan> {
  const target = targetOf(call);
  if (!target.plan) {
    // the arguments are in the token's binding already, whatever their order
    return {
      summary: `${target.title} (${call.server}) with these arguments.`,
      state: 'as given',
      changes: Object.entries(call.args).map(([name, value]) => clipped(`${name}: ${JSON.stringify(value)}`, LONGEST_LINE)),
    };
  }
  // making a plan asks the backend, and the call's own deadline begins only after consent
  const deadline = createDeadline(target.deadlineMs, call.signal);
  try {
    return await orAbort(target.plan(call.input, { ...call, signal: deadline.signal }), deadline.signal);
  } finally {
    deadline.dispose();
  }
}

/** What consent is good for: this principal, this tool, these arguments, this state of the target. */
function bindingOf(call: Call, plan: Plan): string {
  return digest([call.caller.principal.id, call.server, call.tool, call.args, plan.state ?? plan.changes, plan.covers ?? []]);
}
