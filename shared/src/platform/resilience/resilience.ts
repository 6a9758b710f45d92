import type { CircuitBreakerPolicy, IBackoff } from 'cockatiel';
import { type ErrorCode, ToolError } from '../../contracts/error.ts';
import { orAbort } from './abort.ts';
import { type Bulkhead, createBulkhead } from './bulkhead.ts';
import type { Deadline } from './deadline.ts';

export interface ResilienceOptions {
  /** The backend in our words; it appears in messages. */
  name: string;
  /** Calls at once. Default 64. */
  concurrency?: number | undefined;
  /** Calls that wait when all places are taken. Default 256. */
  queue?: number | undefined;
  /** Opens after so many failures in a row (default 5) and lets one call try again after so many ms (default 10,000). */
  breaker?: { failures?: number | undefined; halfOpenAfterMs?: number | undefined } | undefined;
  /** Tries in all for a call that may be repeated (default 3; 1 means never again), and the first pause in ms (default 200). */
  retry?: { attempts?: number | undefined; initialDelayMs?: number | undefined } | undefined;
}

export interface RunOptions {
  signal?: AbortSignal | undefined;
  effect: 'read' | 'write' | 'destroy';
  /** Whether doing it twice is the same as doing it once. */
  idempotent?: boolean | undefined;
  deadline?: Deadline | undefined;
}

export type BreakerState = 'closed' | 'open' | 'half_open';

export interface Resilience {
  /**
   * Runs `fn` behind queue, breaker and retry. Its result or its error comes back; of our own: `rate_limited` (queue full),
   * `unavailable` with `retryAfterMs` (breaker open), and what the signal or the deadline says, at once, even if `fn` does not listen.
   */
  run<T>(fn: (signal: AbortSignal) => Promise<T>, options: RunOptions): Promise<T>;
  readonly state: { breaker: BreakerState; active: number; waiting: number };
}

/** The backend itself is in trouble. Only these count against it, and only these are worth another try. */
const TROUBLE: ReadonlySet<ErrorCode> = new Set(['unavailable', 'timeout', 'upstream_error']);
/** The backend answered, if with a no: it is alive. */
const ALIVE: ReadonlySet<ErrorCode> = new Set([
  'not_found',
  'conflict',
  'unauthenticated',
  'forbidden',
  'invalid_input',
  'rate_limited',
  'too_large',
  'unsupported',
]);

const MAX_PAUSE_MS = 10_000;
/** How long a call that was given up may still hold its place: it may be ending its work, but it must not hold the place for ever. */
const LINGER_MS = 5_000;

const codeOf = (error: unknown): ErrorCode | undefined => (error instanceof ToolError ? error.code : undefined);
const isOneOf = (codes: ReadonlySet<ErrorCode>, error: unknown): boolean => {
  const code = codeOf(error);
  return code !== undefined && codes.has(code);
};

// cockatiel costs about 20 ms to load: the first call pays, not the start.
let loading: Promise<typeof import('cockatiel')> | undefined;
const loadCockatiel = (): Promise<typeof import('cockatiel')> => (loading ??= import('cockatiel'));

const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const elapsed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
    timer.unref();
  });
  try {
    await orAbort(elapsed, signal);
  } finally {
    clearTimeout(timer);
  }
};

const never = new AbortController().signal;

const signalOf = ({ signal, deadline }: RunOptions): AbortSignal => {
  if (deadline === undefined) return signal ?? never;
  return signal === undefined ? deadline.signal : AbortSignal.any([signal, deadline.signal]);
};

type Outcome<T> = { value: T } | { error: unknown };

interface Breaker {
  execute<T>(fn: () => Promise<T>): Promise<T>;
  refusal(): ToolError | undefined;
  state(): BreakerState;
}

const createBreaker = (cockatiel: typeof import('cockatiel'), name: string, failures: number, halfOpenAfterMs: number): Breaker => {
  const { CircuitState } = cockatiel;
  let openedAt = 0;
  const isHalfOpen = (): boolean => policy.state === CircuitState.HalfOpen;
  // A probe that was cancelled proves nothing, so it leaves the circuit open; cockatiel would take it for a success.
  const counts = (error: unknown): boolean => isOneOf(TROUBLE, error) || isHalfOpen();
  const policy: CircuitBreakerPolicy = cockatiel.circuitBreaker(cockatiel.handleWhen(counts), {
    halfOpenAfter: halfOpenAfterMs,
    breaker: new cockatiel.ConsecutiveBreaker(failures),
  });
  policy.onBreak(() => {
    openedAt = Date.now();
  });
  const refusal = (): ToolError | undefined => {
    if (policy.state === CircuitState.Closed) return undefined;
    const left = isHalfOpen() ? halfOpenAfterMs : openedAt + halfOpenAfterMs - Date.now();
    if (left <= 0) return undefined;
    return new ToolError('unavailable', `${name} failed ${failures} times in a row and is left alone for a moment.`, {
      hint: 'Try again later.',
      retryAfterMs: left,
    });
  };
  return {
    refusal,
    state: () => (policy.state === CircuitState.Closed ? 'closed' : isHalfOpen() ? 'half_open' : 'open'),
    async execute(fn) {
      // Asked here and not left to cockatiel, which lets calls wait for as long as the probe takes.
      const refused = refusal();
      if (refused !== undefined) throw refused;
      const outcome = await policy.execute(async (): Promise<Outcome<Awaited<ReturnType<typeof fn>>>> => {
        try {
          return { value: await fn() };
        } catch (error) {
          // An answer that says no is a success for the breaker.
          if (isOneOf(ALIVE, error)) return { error };
          throw error;
        }
      });
      if ('error' in outcome) throw outcome.error;
      return outcome.value;
    },
  };
};

/** One backend's protection: a bulkhead with a queue, a circuit breaker, and retries for what may be repeated. */
export const createResilience = (options: ResilienceOptions): Resilience => {
  const { name, concurrency = 64, queue = 256 } = options;
  const failures = options.breaker?.failures ?? 5;
  const halfOpenAfterMs = options.breaker?.halfOpenAfterMs ?? 10_000;
  const attempts = options.retry?.attempts ?? 3;
  const initialDelay = options.retry?.initialDelayMs ?? 200;
  const bulkhead: Bulkhead = createBulkhead(name, concurrency, queue);
  let breaker: Breaker | undefined;

  /** Holds a place while `fn` runs, and a moment longer when it was given up but has not ended. */
  const inPlace = async <T>(fn: (signal: AbortSignal) => Promise<T>, signal: AbortSignal, guard: Breaker): Promise<T> => {
    const leave = await bulkhead.enter(signal);
    let work: Promise<T> | undefined;
    try {
      return await guard.execute(() => {
        work = fn(signal);
        return orAbort(work, signal);
      });
    } finally {
      if (work === undefined || !signal.aborted) leave();
      else {
        const timer = setTimeout(leave, LINGER_MS);
        timer.unref();
        const ended = (): void => {
          clearTimeout(timer);
          leave();
        };
        work.then(ended, ended);
      }
    }
  };

  return {
    get state() {
      return { breaker: breaker?.state() ?? 'closed', active: bulkhead.active, waiting: bulkhead.waiting };
    },
    async run(fn, runOptions) {
      const signal = signalOf(runOptions);
      const cockatiel = await loadCockatiel();
      breaker ??= createBreaker(cockatiel, name, failures, halfOpenAfterMs);
      const mayRepeat = runOptions.effect === 'read' || runOptions.idempotent === true;
      let backoff: IBackoff<unknown> | undefined;
      for (let attempt = 1; ; attempt += 1) {
        const refused = breaker.refusal();
        if (refused !== undefined) throw refused;
        try {
          return await inPlace(fn, signal, breaker);
        } catch (error) {
          if (!mayRepeat || attempt >= attempts || signal.aborted || !isOneOf(TROUBLE, error) || breaker.refusal() !== undefined)
            throw error;
          backoff = (backoff ?? new cockatiel.ExponentialBackoff({ initialDelay, maxDelay: MAX_PAUSE_MS })).next(undefined);
          const wait = Math.max(backoff.duration, (error as ToolError).retryAfterMs ?? 0);
          if (wait > MAX_PAUSE_MS || wait >= (runOptions.deadline?.remainingMs ?? Infinity)) throw error;
          await pause(wait, signal);
        }
      }
    },
  };
};
