import { ToolError } from '../../contracts/error.ts';
import { abortFailure } from './abort.ts';

export interface Deadline {
  /** Aborts with a ToolError: `timeout` when time is up, else what the parent was aborted with. */
  readonly signal: AbortSignal;
  /** Milliseconds left; 0 once it is over. */
  readonly remainingMs: number;
  /** Whether time ran out (not: whether the parent was aborted). */
  readonly timedOut: boolean;
  /** Starts the time again, as progress does: at least `ms` from now, by default the first span, never beyond the hard cap. */
  extend(ms?: number): void;
  /** Ends the watch. The signal stays as it is. */
  dispose(): void;
}

export interface DeadlineOptions {
  /** Milliseconds from the start that no extension passes. Default ten times the first span. */
  hardCapMs?: number | undefined;
}

/** A time limit for one call, tied to the signal of its caller. The timer does not keep the process alive. */
export const createDeadline = (ms: number, parent?: AbortSignal, { hardCapMs = ms * 10 }: DeadlineOptions = {}): Deadline => {
  const controller = new AbortController();
  const start = performance.now();
  const cap = start + Math.max(ms, hardCapMs);
  let end = start + ms;
  let timedOut = false;
  let timer: NodeJS.Timeout | undefined;

  const dispose = (): void => {
    clearTimeout(timer);
    parent?.removeEventListener('abort', onParent);
  };
  const onParent = (): void => {
    dispose();
    if (parent !== undefined) controller.abort(abortFailure(parent));
  };
  // Progress may come thousands of times a second: extending only moves a number, and the timer looks at it when it fires.
  const watch = (): void => {
    const left = end - performance.now();
    if (left > 0) {
      timer = setTimeout(watch, Math.min(Math.ceil(left), 0x7fffffff));
      timer.unref();
      return;
    }
    dispose();
    timedOut = true;
    const span = Math.round(end - start);
    controller.abort(
      new ToolError('timeout', `The call did not finish within ${span} ms.`, { hint: 'Try again, ask for less, or raise the time limit.' }),
    );
  };

  if (parent?.aborted === true) onParent();
  else {
    parent?.addEventListener('abort', onParent, { once: true });
    watch();
  }

  return {
    signal: controller.signal,
    get remainingMs() {
      return controller.signal.aborted ? 0 : Math.max(0, end - performance.now());
    },
    get timedOut() {
      return timedOut;
    },
    extend(more = ms) {
      end = Math.min(cap, Math.max(end, performance.now() + more));
    },
    dispose,
  };
};
