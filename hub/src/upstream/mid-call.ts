import type { Client } from '@modelcontextprotocol/client';
import { pathToFileURL } from 'node:url';
import type { Call, Caller, ClientLogLevel } from '@deployment-engine/shared/toolkit';

interface Running {
  caller: Caller;
  call: Call | undefined;
}

const METHOD_NOT_FOUND = -32_601;
/** A person may think as long as this while a call waits for an answer. */
const THINKING_MS = 10 * 60_000;

/**
 * Requests that a handshake-era upstream sends while it works for a call: they go to the client of the call. Such an upstream
 * does not say which call it means; the youngest one whose client can answer is taken, as long as all calls are of one person.
 */
export class MidCallRequests {
  readonly #running = new Set<Running>();
  readonly #title: string;
  readonly #roots: () => readonly string[];

  constructor(title: string, roots: () => readonly string[]) {
    this.#title = title;
    this.#roots = roots;
  }

  enter(caller: Caller, call: Call | undefined): () => void {
    const running: Running = { caller, call };
    this.#running.add(running);
    return () => this.#running.delete(running);
  }

  install(client: Client): void {
    client.setRequestHandler(
      'elicitation/create',
      async (request) => (await this.#pass('elicitation', 'elicitation/create', request.params)) as never,
    );
    client.setRequestHandler(
      'sampling/createMessage',
      async (request) => (await this.#pass('sampling', 'sampling/createMessage', request.params)) as never,
    );
    client.setRequestHandler('roots/list', async () => {
      if (!this.#isShared() && this.#youngest('roots')) return (await this.#pass('roots', 'roots/list', undefined)) as never;
      return { roots: this.#roots().map((path) => ({ uri: pathToFileURL(path).href })) };
    });
  }

  /** A log message of the upstream: to the client that waits for it. Nobody hears it while several people wait, for it could be another's. */
  tell(level: ClientLogLevel, data: unknown, logger: string | undefined): void {
    if (this.#isShared()) return;
    for (const { caller } of this.#running) caller.tell?.(level, data, logger ?? this.#title);
  }

  async #pass(family: 'elicitation' | 'sampling' | 'roots', method: string, params: unknown): Promise<Record<string, unknown>> {
    const running = this.#isShared() ? undefined : this.#youngest(family);
    if (!running?.caller.request) throw Object.assign(new Error(`the client of this call offers no ${family}`), { code: METHOD_NOT_FOUND });
    running.call?.extendDeadline?.(THINKING_MS);
    return running.caller.request(method, params as Record<string, unknown> | undefined, running.call?.signal ?? running.caller.signal);
  }

  /** Calls of several people at once: a question or a message of the upstream could reach the wrong one. */
  #isShared(): boolean {
    return new Set([...this.#running].map(({ caller }) => caller.principal.id)).size > 1;
  }

  #youngest(family: 'elicitation' | 'sampling' | 'roots'): Running | undefined {
    return [...this.#running].toReversed().find(({ caller }) => caller.can[family] && caller.request !== undefined);
  }
}
