import type { Call, ResultBody, Stage } from '../call.ts';

/** Nests stages: the first is outermost. */
export function compose(stages: readonly Stage[], innermost: (call: Call) => Promise<ResultBody>): (call: Call) => Promise<ResultBody> {
  let run = innermost;
  for (const stage of stages.toReversed()) {
    const next = run;
    run = (call) => stage(call, () => next(call));
  }
  return run;
}
