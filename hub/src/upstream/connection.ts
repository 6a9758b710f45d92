import type { Client } from '@modelcontextprotocol/client';
import { ToolError } from '@deployment-engine/shared/contracts';
import type { Log } from '@deployment-engine/shared/platform';
import { Listeners } from './listeners.ts';
import type { UpstreamState } from './upstream.ts';
import type { Wire } from './wire.ts';

export interface ConnectionOptions {
  name: string;
  open: () => Wire | Promise<Wire>;
  log: Log;
  /** A server of ours, which speaks the modern era however long it takes to start. */
  modern?: boolean;
  /** Installs what must be there before the handshake. */
  prepare: (client: Client) => void;
  /** After each successful handshake. */
  onReady: (live: Live) => void;
}

/** A connection after its handshake. */
export interface Live {
  client: Client;
  wire: Wire;
  era: 'legacy' | 'modern';
}

const MODERN = '2026-07-28';
/** An old server that does not know discovery says so at once or never. */
const PROBE_TIMEOUT_MS = 3_000;
const CONNECT_TIMEOUT_MS = 30_000;
const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 30_000;
/** After so long a connection has proved itself: its next failure counts as the first. */
const STABLE_MS = 30_000;

/**
 * Keeps one upstream connected: opened when first needed, opened again by itself after a crash, with growing and jittered
 * pauses. A call never waits for a pause to end: it tries at once if the last attempt is over, else it is told when.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #states = new Listeners<UpstreamState>();
  #live: Live | undefined;
  #connecting: Promise<Live> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;
  #readyAt = 0;
  #nextAttempt = 0;
  #wire: Wire | undefined;
  #legacyOnly = false;
  #closed = false;
  state: UpstreamState = 'idle';
  problem: ToolError | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get live(): Live | undefined {
    return this.#live;
  }

  tail(): string[] {
    return this.#wire?.tail() ?? [];
  }

  onState(listener: (state: UpstreamState) => void): () => void {
    return this.#states.add(listener);
  }

  /** The connection, opened if need be. Throws `unavailable` (or `unauthenticated`) with why. */
  async ready(signal?: AbortSignal): Promise<Live> {
    if (this.#live) return this.#live;
    if (this.#closed) throw new ToolError('unavailable', `${this.#options.name} is being shut down.`);
    const wait = Math.ceil(this.#nextAttempt - Date.now());
    if (!this.#connecting && wait > 0) {
      throw new ToolError('unavailable', `${this.#options.name} is down: ${this.problem?.message ?? 'it ended'}`, {
        hint: this.problem?.hint,
        retryAfterMs: wait,
      });
    }
    const connecting = this.#connect();
    return signal === undefined ? connecting : abortable(connecting, signal);
  }

  /** Ends the connection without ending the supervision: the next call opens it again. */
  async rest(): Promise<void> {
    const live = this.#live;
    this.#live = undefined;
    this.#setState('idle');
    await live?.client.close().catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    const [wire, client] = [this.#wire, this.#live?.client];
    this.#live = undefined;
    await client?.close().catch(() => undefined);
    await wire?.close().catch(() => undefined);
    await this.#connecting?.catch(() => undefined);
  }

  #connect(): Promise<Live> {
    clearTimeout(this.#retry);
    this.#connecting ??= this.#attempt().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #attempt(): Promise<Live> {
    this.#setState('connecting');
    for (;;) {
      const live = await this.#handshake();
      if (live !== undefined) return live;
    }
  }

  /** One handshake; undefined when it is to be tried again at once, the other way. */
  async #handshake(): Promise<Live | undefined> {
    // loaded with the first upstream that needs it: a hub of built-in servers starts without
    const [{ Client: SdkClient }, wire] = await Promise.all([import('@modelcontextprotocol/client'), this.#options.open()]).catch(
      (error: unknown) => {
        throw this.#failed(error);
      },
    );
    if (this.#closed) throw new ToolError('unavailable', `${this.#options.name} is being shut down.`);
    this.#wire = wire;
    const mode = this.#options.modern === true ? { pin: MODERN } : this.#legacyOnly ? 'legacy' : 'auto';
    const client = new SdkClient(
      { name: 'deployment-engine', version: '0.1.0' },
      {
        capabilities: { elicitation: { form: {} }, sampling: {}, roots: { listChanged: true } },
        versionNegotiation: { mode, probe: { timeoutMs: mode === 'auto' ? PROBE_TIMEOUT_MS : CONNECT_TIMEOUT_MS } },
        // what the upstream asks is for the hub's own client, not for the SDK to fulfil
        inputRequired: { autoFulfill: false },
      },
    );
    this.#options.prepare(client);
    client.onerror = (error) => this.#options.log.debug({ err: error, upstream: this.#options.name }, 'upstream');
    const began = performance.now();
    try {
      await client.connect(wire, { timeout: CONNECT_TIMEOUT_MS });
    } catch (error) {
      const took = performance.now() - began;
      await wire.close().catch(() => undefined);
      // a server that breaks on a request before its handshake gets the handshake next time, and one that was only away gets both again
      this.#legacyOnly = !this.#legacyOnly;
      // one that starts slowly has let the probe pass: that is no reason to fail whoever waits
      if (mode === 'auto' && took >= PROBE_TIMEOUT_MS && took < CONNECT_TIMEOUT_MS && !this.#closed) return undefined;
      throw this.#failed(error, wire);
    }
    if (this.#closed) {
      await client.close();
      throw new ToolError('unavailable', `${this.#options.name} is being shut down.`);
    }
    this.problem = undefined;
    this.#readyAt = Date.now();
    const live: Live = { client, wire, era: client.getNegotiatedProtocolVersion() === MODERN ? 'modern' : 'legacy' };
    this.#live = live;
    client.onclose = () => this.#lost(live);
    this.#setState('ready');
    this.#options.onReady(live);
    return live;
  }

  #lost(live: Live): void {
    if (this.#live !== live) return;
    this.#live = undefined;
    if (this.#closed) return;
    // one that ends right after each start must not be started many times a second
    if (Date.now() - this.#readyAt > STABLE_MS) this.#failures = 0;
    this.problem = new ToolError('unavailable', `${this.#options.name} ended.`, { hint: lastLine(live.wire) });
    this.#setState('down');
    this.#scheduleRetry();
  }

  #failed(cause: unknown, wire?: Wire): ToolError {
    const unauthenticated = isUnauthenticated(cause);
    const message = cause instanceof ToolError ? cause.message : describe(cause);
    this.problem = unauthenticated
      ? new ToolError('unauthenticated', `${this.#options.name} wants a sign-in.`, {
          hint: 'Put an Authorization header for it into the configuration.',
          cause,
        })
      : new ToolError(cause instanceof ToolError ? cause.code : 'unavailable', `${this.#options.name} could not be started: ${message}`, {
          hint: (cause instanceof ToolError ? cause.hint : undefined) ?? lastLine(wire),
          cause,
        });
    this.#setState('down');
    // a missing sign-in is not an outage: no retries that would only make noise
    if (!unauthenticated && !this.#closed) this.#scheduleRetry();
    return this.problem;
  }

  #scheduleRetry(): void {
    const ceiling = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#failures);
    this.#failures += 1;
    // full jitter over the upper half, so that many hubs do not knock together
    const delay = ceiling / 2 + Math.random() * (ceiling / 2);
    this.#nextAttempt = Date.now() + delay;
    this.#retry = setTimeout(() => void this.#connect().catch(() => undefined), delay);
    this.#retry.unref();
  }

  #setState(state: UpstreamState): void {
    this.state = state;
    this.#states.emit(state);
  }
}

/** `work`, unless the signal is aborted first. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function isUnauthenticated(error: unknown): boolean {
  if (error instanceof ToolError) return error.code === 'unauthenticated';
  const { status, data } = (error ?? {}) as { status?: unknown; data?: { status?: unknown } };
  return status === 401 || data?.status === 401 || (error instanceof Error && /\b401\b|unauthorized/i.test(error.message));
}

function describe(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0]!.slice(0, 200);
}

function lastLine(wire: Wire | undefined): string | undefined {
  const line = wire?.tail().at(-1);
  return line === undefined ? undefined : `Its last words: ${line}`;
}
