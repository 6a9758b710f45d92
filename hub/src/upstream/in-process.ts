import type { Surface } from '@deployment-engine/shared/contracts';
import { ToolError } from '@deployment-engine/shared/contracts';
import {
  type Call,
  type Caller,
  type CallTarget,
  type Change,
  type Completion,
  type CompletionRef,
  InputRequired,
  type ListedTool,
  type Outcome,
  type PromptMessage,
  type Readiness,
  type ResourceContent,
  type ServerDefinition,
  type ServerRuntime,
} from '@deployment-engine/shared/toolkit';
import { Listeners } from './listeners.ts';
import { type Shown, shownOf } from './shown.ts';
import type { Catalogue, ToolTraits, Upstream, UpstreamState } from './upstream.ts';

export interface InProcessOptions {
  name: string;
  /** Read when something is first asked about the server. */
  surface: () => Surface;
  /** Imports the server's module. */
  load: () => Promise<ServerDefinition>;
  /** Gives it its configuration and doors. */
  start: (definition: ServerDefinition) => ServerRuntime;
  toolsets?: readonly string[] | undefined;
}

/** A built-in server in the hub's own process. It is listed from its committed surface; its module is loaded by the first call. */
export class InProcessUpstream implements Upstream {
  readonly slug: string;
  readonly builtin = true;
  readonly mayRequest = false;
  problem: string | undefined;
  readonly #options: InProcessOptions;
  readonly #changes = new Listeners<Change>();
  #read: Shown | undefined;
  #runtime: Promise<ServerRuntime> | undefined;
  #loaded = false;

  constructor(options: InProcessOptions) {
    this.#options = options;
    this.slug = options.name;
  }

  get title(): string {
    return this.#shown.surface.title;
  }

  get description(): string {
    return this.#shown.surface.description;
  }

  get state(): UpstreamState {
    return this.problem === undefined ? (this.#loaded ? 'ready' : 'idle') : 'down';
  }

  known(): Catalogue {
    return this.#shown.catalogue;
  }

  async catalogue(): Promise<Catalogue> {
    return this.#shown.catalogue;
  }

  traits(tool: ListedTool): ToolTraits {
    return this.#shown.traits.get(tool.name) ?? { effect: 'destroy', idempotent: false, scopes: [] };
  }

  isApproved(): boolean {
    return true;
  }

  async target(tool: string, call: Call): Promise<CallTarget | undefined> {
    if (!this.#shown.traits.has(tool)) return undefined;
    return (await this.#started()).target(tool, call);
  }

  // the server decides these itself, by the hub's policy: only it knows the scopes of its resources
  async readResource(uri: string, caller: Caller): Promise<ResourceContent[]> {
    return unwrap(await (await this.#started()).readResource(uri, caller));
  }

  async watchResource(uri: string, caller: Caller, changed: () => void): Promise<() => void> {
    return (await this.#started()).watchResource(uri, caller, changed);
  }

  async getPrompt(
    name: string,
    args: Record<string, string>,
    caller: Caller,
  ): Promise<{ description?: string; messages: PromptMessage[] }> {
    return unwrap(await (await this.#started()).getPrompt(name, args, caller));
  }

  async complete(
    ref: CompletionRef,
    argument: { name: string; value: string },
    context: Record<string, string>,
    caller: Caller,
  ): Promise<Completion> {
    return (await this.#started()).complete(ref, argument, context, caller);
  }

  onChange(listener: (change: Change) => void): () => void {
    return this.#changes.add(listener);
  }

  async probe(signal: AbortSignal): Promise<Readiness> {
    try {
      return await (await this.#started()).probe(signal);
    } catch (error) {
      const { message, hint } = error instanceof ToolError ? error : { message: 'the server cannot be loaded', hint: undefined };
      return { ready: false, missing: message, hint: hint ?? 'See the log.' };
    }
  }

  async close(): Promise<void> {
    await (await this.#runtime?.catch(() => undefined))?.close();
  }

  get #shown(): Shown {
    return (this.#read ??= shownOf(this.#options.surface(), this.#options.toolsets));
  }

  /** A server that cannot start is tried again by the next call: its configuration may have been mended. */
  #started(): Promise<ServerRuntime> {
    this.#runtime ??= this.#options
      .load()
      .then((definition) => this.#options.start(definition))
      .then((runtime) => {
        this.problem = undefined;
        this.#loaded = true;
        return runtime;
      })
      .catch((error: unknown) => {
        this.#runtime = undefined;
        this.problem = error instanceof ToolError ? error.message : 'the server cannot be loaded';
        if (error instanceof ToolError) throw error;
        throw new ToolError('unavailable', `The server ${this.slug} cannot be loaded.`, {
          hint: 'Build the project again, and see the log.',
          cause: error,
        });
      });
    return this.#runtime;
  }
}

/** What the inner pipeline asks of the client must be asked by the outer one, which knows the client. */
function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'result') return outcome.value;
  throw new InputRequired(outcome.requests, outcome.keep);
}
