import { InputRequired } from '../ask.ts';
import { type Stage, UnknownTool } from '../call.ts';
import { toToolError } from '../errors.ts';

/** Counts one finished call. `outcome`: `ok`, `input_required`, `unknown_tool` or an error code. */
export type Observe = (call: { server: string; tool: string; outcome: string; seconds: number }) => void;

export function metricsStage(observe: Observe): Stage {
  return async (call, next) => {
    const start = performance.now();
    const finish = (outcome: string): void =>
      // a name that nobody listed must not become a label
      observe({ server: call.server, tool: call.target?.name ?? 'unknown', outcome, seconds: (performance.now() - start) / 1000 });
    try {
      const body = await next();
      finish(body.isError ? 'error' : 'ok');
      return body;
    } catch (thrown) {
      finish(
        thrown instanceof InputRequired
          ? 'input_required'
          : thrown instanceof UnknownTool
            ? 'unknown_tool'
            : toToolError(thrown, call.signal).code,
      );
      throw thrown;
    }
  };
}
