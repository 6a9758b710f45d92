import { type Call, ResultBody, type Stage, targetOf } from '../call.ts';
import { compose } from './compose.ts';
import { planOf } from './confirm.ts';

/** The stages by name; each file of this folder makes one. */
export interface Stages {
  trace: Stage;
  metrics: Stage;
  audit: Stage;
  rateLimit: Stage;
  lookUp: Stage;
  validate: Stage;
  authorize: Stage;
  confirm: Stage;
  idempotency: Stage;
  guard: Stage;
  limits: Stage;
}

/** The one place that fixes the order (DESIGN §5). The guard stands outside the limits: it cleans what comes out of them. */
const ORDER = [
  'trace',
  'metrics',
  'audit',
  'rateLimit',
  'lookUp',
  'validate',
  'authorize',
  'confirm',
  'idempotency',
  'guard',
  'limits',
] as const satisfies readonly (keyof Stages)[];

/** What remains when the hub has decided: deadline, handler and guard. */
const DECIDED = ['lookUp', 'validate', 'guard', 'limits'] as const satisfies readonly (keyof Stages)[];

const invoke = (call: Call): Promise<ResultBody> => targetOf(call).invoke(call.input, call);

/** The plan of a call in place of its result: what a hub shows before it lets a child process of its own act. */
const show = async (call: Call): Promise<ResultBody> => ResultBody.of({ content: [], structuredContent: { plan: await planOf(call) } });

export type RunCall = (call: Call) => Promise<ResultBody>;

export function createPipeline(stages: Stages): RunCall {
  const whole = compose(
    ORDER.map((name) => stages[name]),
    invoke,
  );
  const remaining = DECIDED.map((name) => stages[name]);
  const [decided, planned] = [compose(remaining, invoke), compose(remaining, show)];
  return (call) => {
    const decision = call.caller.decided;
    if (decision === undefined) return whole(call);
    return decision.planOnly ? planned(call) : decided(call);
  };
}
