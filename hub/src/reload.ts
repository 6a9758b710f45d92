import type { JsonSchema } from '@deployment-engine/shared/contracts';
import type {
  BackendInfo,
  Caller,
  Change,
  Completion,
  CompletionRef,
  ListedPrompt,
  ListedResource,
  ListedTemplate,
  ListedTool,
  McpBackend,
  Outcome,
  PromptMessage,
  ResourceContent,
  ResultBody,
} from '@deployment-engine/shared/toolkit';
import { Listeners } from './upstream/listeners.ts';

/** One backend in turn, with what still runs on it. */
class Generation {
  readonly backend: McpBackend;
  readonly #stopListening: () => void;
  readonly #idle = Promise.withResolvers<void>();
  #running = 0;
  #retired = false;

  constructor(backend: McpBackend, changed: (change: Change) => void) {
    this.backend = backend;
    this.#stopListening = backend.onChange(changed);
  }

  async run<T>(work: (backend: McpBackend) => Promise<T>): Promise<T> {
    this.#running += 1;
    try {
      return await work(this.backend);
    } finally {
      this.#running -= 1;
      this.#settle();
    }
  }

  /** Takes no part any more, and closes when the last request on it has ended. */
  async retire(): Promise<void> {
    this.#stopListening();
    this.#retired = true;
    this.#settle();
    await this.#idle.promise;
    await this.backend.close();
  }

  async close(): Promise<void> {
    this.#stopListening();
    await this.backend.close();
  }

  #settle(): void {
    if (this.#retired && this.#running === 0) this.#idle.resolve();
  }
}

interface Watch {
  uri: string;
  caller: Caller;
  changed: () => void;
  stop: () => void;
}

/**
 * A backend that can be exchanged while it is served: requests in flight end on the one they began on, later ones go to the new one,
 * subscriptions move along, and clients are told that the lists have changed.
 */
export class ReloadableBackend implements McpBackend {
  readonly #changes = new Listeners<Change>();
  readonly #watches = new Set<Watch>();
  readonly #retiring = new Map<Generation, Promise<void>>();
  #current: Generation;

  constructor(backend: McpBackend) {
    this.#current = this.#generation(backend);
  }

  get info(): BackendInfo {
    return this.#backend.info;
  }

  get offers(): McpBackend['offers'] {
    return this.#backend.offers;
  }

  /** Puts `backend` in front. The one before closes by itself once it is idle; a failure of that is told to `onError`. */
  replace(backend: McpBackend, onError: (error: unknown) => void): void {
    const before = this.#current;
    this.#current = this.#generation(backend);
    for (const watch of this.#watches) void this.#move(watch).catch(onError);
    const retiring = before
      .retire()
      .catch(onError)
      .finally(() => this.#retiring.delete(before));
    this.#retiring.set(before, retiring);
    for (const list of ['tools', 'prompts', 'resources'] as const) this.#changes.emit(list);
  }

  listTools(caller: Caller): Promise<ListedTool[]> {
    return this.#current.run((backend) => backend.listTools(caller));
  }

  callTool(name: string, args: unknown, caller: Caller): Promise<Outcome<ResultBody>> {
    return this.#current.run((backend) => backend.callTool(name, args, caller));
  }

  mayRequest(name: string): boolean {
    return this.#backend.mayRequest(name);
  }

  inputSchemaOf(name: string): JsonSchema | undefined {
    return this.#backend.inputSchemaOf(name);
  }

  listResources(caller: Caller): Promise<ListedResource[]> {
    return this.#current.run((backend) => backend.listResources(caller));
  }

  listTemplates(caller: Caller): Promise<ListedTemplate[]> {
    return this.#current.run((backend) => backend.listTemplates(caller));
  }

  readResource(uri: string, caller: Caller): Promise<Outcome<ResourceContent[]>> {
    return this.#current.run((backend) => backend.readResource(uri, caller));
  }

  async watchResource(uri: string, caller: Caller, changed: () => void): Promise<() => void> {
    const generation = this.#current;
    const stop = await generation.run((backend) => backend.watchResource(uri, caller, changed));
    const watch: Watch = { uri, caller, changed, stop };
    this.#watches.add(watch);
    if (this.#current !== generation) await this.#move(watch);
    return () => {
      this.#watches.delete(watch);
      watch.stop();
    };
  }

  listPrompts(caller: Caller): Promise<ListedPrompt[]> {
    return this.#current.run((backend) => backend.listPrompts(caller));
  }

  getPrompt(
    name: string,
    args: Record<string, string>,
    caller: Caller,
  ): Promise<Outcome<{ description?: string; messages: PromptMessage[] }>> {
    return this.#current.run((backend) => backend.getPrompt(name, args, caller));
  }

  complete(
    ref: CompletionRef,
    argument: { name: string; value: string },
    context: Record<string, string>,
    caller: Caller,
  ): Promise<Completion> {
    return this.#current.run((backend) => backend.complete(ref, argument, context, caller));
  }

  onChange(listener: (change: Change) => void): () => void {
    return this.#changes.add(listener);
  }

  /** Ends the current backend and those that were still finishing. */
  async close(): Promise<void> {
    const retiring = [...this.#retiring.keys()];
    await Promise.allSettled([this.#current.close(), ...retiring.map((generation) => generation.close())]);
  }

  get #backend(): McpBackend {
    return this.#current.backend;
  }

  #generation(backend: McpBackend): Generation {
    return new Generation(backend, (change) => this.#changes.emit(change));
  }

  /** What the watcher holds stays; only where it listens changes. It may have missed a change: it is told to look. */
  async #move(watch: Watch): Promise<void> {
    const before = watch.stop;
    watch.stop = () => undefined;
    try {
      // the request that began the watch is over, and its signal with it
      const caller = { ...watch.caller, signal: new AbortController().signal };
      const stop = await this.#current.run((backend) => backend.watchResource(watch.uri, caller, watch.changed));
      if (!this.#watches.has(watch)) return stop();
      watch.stop = stop;
      watch.changed();
    } finally {
      before();
    }
  }
}
