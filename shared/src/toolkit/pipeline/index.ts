import type { Call, ResultBody, Stage } from '../call.ts';
import { compose } from './compose.ts';
import { targetOf } from '../call.ts';

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

export type RunCall = (call: Call) => Promise<ResultBody>;

export function createPipeline(stages: Stages): RunCall {
  const whole = compose(
    ORDER.map((name) => stages[name]),
    invoke,
  );
  const decided = compose(
    DECIDED.map((name) => stages[name]),
    invoke,
  );
  return (call) => (call.caller.decided ? decided(call) : whole(call));
}
