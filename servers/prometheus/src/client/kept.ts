/** A value that is fetched at most once in `ttlMs`, by however many callers. A failure is not kept. */
export class Kept<T> {
  readonly #ttlMs: number;
  readonly #fetch: (signal: AbortSignal) => Promise<T>;
  #value: { at: number; value: T } | undefined;
  #pending: { promise: Promise<T>; controller: AbortController; waiting: number } | undefined;

  constructor(ttlMs: number, fetch: (signal: AbortSignal) => Promise<T>) {
    this.#ttlMs = ttlMs;
    this.#fetch = fetch;
  }

  /** One caller's abort does not spoil the fetch for the others; when the last one goes, it ends. */
  async get(signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    if (this.#value !== undefined && performance.now() - this.#value.at < this.#ttlMs) return this.#value.value;
    const pending = (this.#pending ??= this.#start());
    pending.waiting += 1;
    const left = Promise.withResolvers<never>();
    const leave = (): void => left.reject(signal.reason as Error);
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([pending.promise, left.promise]);
    } finally {
      signal.removeEventListener('abort', leave);
      pending.waiting -= 1;
      if (pending.waiting === 0 && this.#pending === pending) {
        this.#pending = undefined;
        pending.controller.abort();
      }
    }
  }

  #start(): { promise: Promise<T>; controller: AbortController; waiting: number } {
    const controller = new AbortController();
    const promise = this.#fetch(controller.signal).then((value) => {
      this.#value = { at: performance.now(), value };
      return value;
    });
    // the callers see the failure; this keeps a fetch that nobody waits for any more from counting as unhandled
    promise.catch(() => undefined);
    return { promise, controller, waiting: 0 };
  }
}
