import { randomUUID } from 'node:crypto';
import { type AuditEvent, type JsonSchema, type Surface, ToolError } from '../contracts/index.ts';
import { Ask, InputRequired } from './ask.ts';
import type {
  BackendInfo,
  Change,
  Completion,
  CompletionRef,
  ListedPrompt,
  ListedTemplate,
  ListedTool,
  McpBackend,
  Outcome,
} from './backend.ts';
import { type Call, type Caller, type ResultBody } from './call.ts';
import type { ServerEnv, ToolContext } from './context.ts';
import { Deps } from './deps.ts';
import { type Readiness, type ServerDefinition, surfaceBesideTools, toolSurface } from './define-server.ts';
import { listedPrompts, listedTemplates, listedTool } from './listed.ts';
import { offersOf } from './offers.ts';
import type { PromptMessage } from './define-prompt.ts';
import type { ListedResource, Resource, ResourceContent } from './define-resource.ts';
import type { Tool } from './define-tool.ts';
import { createDeadline, orAbort } from '../platform/resilience/index.ts';
import { clipped, toToolError } from './errors.ts';
import type { RunCall } from './pipeline/index.ts';
import { type Decision, isListed, type Policy } from './policy.ts';
import { callOf, guardedCaller, runCall } from './run-call.ts';
import { targetForTool } from './tool-target.ts';
import { compileTemplate, type TemplateMatcher } from './uri-template.ts';
import { parseInput } from './zod-input.ts';

export interface RuntimeOptions {
  env: ServerEnv;
  policy: Policy;
  pipeline: RunCall;
  /** Names of the toolsets that are on; undefined: all. */
  toolsets?: readonly string[] | undefined;
  /** Cleans text that leaves without passing the pipeline (resources, prompts). */
  clean: <T>(value: T) => T;
  record?: (event: AuditEvent) => void;
}

/** Reads of resources and prompts end as calls do. */
const READ_DEADLINE_MS = 60_000;

/** One of our servers at work. Nothing of its backend is touched before a call needs it. */
export class ServerRuntime implements McpBackend {
  readonly info: BackendInfo;
  readonly offers: McpBackend['offers'];
  readonly #definition: ServerDefinition;
  readonly #options: RuntimeOptions;
  readonly #tools: ReadonlyMap<string, Tool>;
  readonly #targets = new Map<string, ReturnType<typeof targetForTool>>();
  readonly #templates: readonly { resource: Resource; matcher: TemplateMatcher }[];
  readonly #deps: Deps;

  constructor(definition: ServerDefinition, options: RuntimeOptions) {
    this.#definition = definition;
    this.#options = options;
    this.#deps = new Deps(definition.deps, options.env);
    const { toolsets } = options;
    this.#tools = new Map(
      definition.tools.filter((tool) => toolsets === undefined || toolsets.includes(tool.toolset)).map((tool) => [tool.name, tool]),
    );
    this.#templates = definition.resources
      .filter(({ surface }) => surface.uriTemplate !== undefined)
      .map((resource) => ({ resource, matcher: compileTemplate(resource.surface.uriTemplate!) }));
    this.info = {
      name: definition.name,
      title: definition.title,
      version: definition.version,
      description: definition.description,
      ...(definition.instructions === undefined ? {} : { instructions: definition.instructions }),
    };
    this.offers = offersOf(surfaceBesideTools(definition));
  }

  get surface(): Surface {
    return this.#definition.surface();
  }

  /** Looks whether the backend answers. A fault of the probe itself is reported as not ready. */
  async probe(signal: AbortSignal): Promise<Readiness> {
    if (!this.#definition.probe) return { ready: true };
    try {
      return await this.#definition.probe(this.#deps.values, this.#options.env, signal);
    } catch (thrown) {
      const error = toToolError(thrown, signal);
      return { ready: false, missing: error.message, hint: error.hint ?? 'See the server log.' };
    }
  }

  async listTools(caller: Caller): Promise<ListedTool[]> {
    return [...this.#tools.values()].filter((tool) => this.#isVisible(tool, caller)).map((tool) => listedTool(toolSurface(tool)));
  }

  mayRequest(): boolean {
    return false;
  }

  inputSchemaOf(name: string): JsonSchema | undefined {
    const tool = this.#tools.get(name);
    return tool && toolSurface(tool).inputSchema;
  }

  async callTool(name: string, args: unknown, caller: Caller): Promise<Outcome<ResultBody>> {
    return runCall(this.#options.pipeline, callOf(this.info.name, name, args, caller), this.#options.env.log);
  }

  /** For the pipeline's look-up stage. */
  target(name: string, call: Call): ReturnType<typeof targetForTool> | undefined {
    const tool = this.#tools.get(name);
    if (!tool) return undefined;
    // a stranger's look-up must not tell an existing tool from a missing one
    if (!call.caller.decided && this.#decide(tool, call.caller) === 'hidden') return undefined;
    let target = this.#targets.get(name);
    if (!target) {
      target = targetForTool(tool, (context) => this.#context(context));
      this.#targets.set(name, target);
    }
    return target;
  }

  async listResources(caller: Caller): Promise<ListedResource[]> {
    const context = this.#context(caller);
    const lists = this.#definition.resources.map(async (resource): Promise<ListedResource[]> => {
      const { uri, name, title, description, mimeType } = resource.surface;
      if (uri !== undefined) return [{ uri, name, title, description, mimeType }];
      // what a template holds is no catalogue: it is read from the backend
      return resource.list && this.#mayRead(name, resource.scopes, caller) ? resource.list(context) : [];
    });
    // one template whose backend is away must not hide the others
    const settled = await Promise.allSettled(lists);
    return this.#options.clean(settled.flatMap((result) => (result.status === 'fulfilled' ? result.value : [])));
  }

  async listTemplates(_caller: Caller): Promise<ListedTemplate[]> {
    return listedTemplates(surfaceBesideTools(this.#definition));
  }

  async readResource(uri: string, caller: Caller): Promise<Outcome<ResourceContent[]>> {
    return this.#audited('resources/read', uri, caller, async (timed) => {
      const { resource, variables } = this.#resource(uri);
      this.#requireScopes(resource.surface.name, resource.scopes, caller);
      const contents = await resource.read(variables, this.#context(timed));
      return contents.map((content) => ({ ...content, uri: content.uri ?? uri, mimeType: content.mimeType ?? resource.surface.mimeType }));
    });
  }

  async watchResource(uri: string, caller: Caller, changed: () => void): Promise<() => void> {
    const { resource } = this.#resource(uri);
    this.#requireScopes(resource.surface.name, resource.scopes, caller);
    if (!resource.watch) throw new ToolError('unsupported', `${uri} cannot be subscribed to.`, { hint: 'Read it again when you need it.' });
    const stop = new AbortController();
    await this.#typed('resources/subscribe', resource.watch(uri, changed, this.#context(caller, stop.signal)), caller);
    return () => stop.abort();
  }

  async listPrompts(_caller: Caller): Promise<ListedPrompt[]> {
    return listedPrompts(surfaceBesideTools(this.#definition));
  }

  async getPrompt(
    name: string,
    args: Record<string, string>,
    caller: Caller,
  ): Promise<Outcome<{ description?: string; messages: PromptMessage[] }>> {
    const prompt = this.#definition.prompts.find(({ surface }) => surface.name === name);
    if (!prompt) throw new ToolError('not_found', `There is no prompt "${name}".`, { hint: 'prompts/list shows all.' });
    return this.#audited('prompts/get', name, caller, async (timed) => {
      this.#requireScopes(name, [], caller);
      const messages = await prompt.build(parseInput(prompt.arguments, args), this.#context(timed));
      return { description: prompt.surface.description, messages };
    });
  }

  async complete(
    ref: CompletionRef,
    argument: { name: string; value: string },
    given: Record<string, string>,
    caller: Caller,
  ): Promise<Completion> {
    const source =
      ref.type === 'ref/prompt'
        ? this.#definition.prompts.find(({ surface }) => surface.name === ref.name)
        : this.#definition.resources.find(({ surface }) => (surface.uriTemplate ?? surface.uri) === ref.uri);
    if (!source) throw new ToolError('invalid_input', 'There is no such prompt or resource template to complete for.');
    // values of a variable are as good as the resource itself
    this.#requireScopes('completion', 'scopes' in source ? source.scopes : [], caller);
    const all = source.complete
      ? await this.#typed('completion/complete', source.complete(argument.name, argument.value, this.#context(caller), given), caller)
      : [];
    return this.#options.clean({ values: all.slice(0, 100), total: all.length, hasMore: all.length > 100 });
  }

  onChange(_listener: (change: Change) => void): () => void {
    // the surface of a server is fixed at start
    return () => undefined;
  }

  async close(): Promise<void> {
    await this.#deps.close();
  }

  #context(call: Caller | Call, signal: AbortSignal = call.signal): ToolContext {
    const caller = 'caller' in call ? call.caller : call;
    const progress = 'caller' in call ? call.progress : caller.progress;
    const id = 'caller' in call ? call.id : randomUUID();
    const consented = ('caller' in call ? call.consented : undefined) ?? caller.decided?.consented;
    const operatorRoots = this.#options.env.roots;
    return {
      deps: this.#deps.values,
      signal,
      progress: progress ?? (() => undefined),
      tell: (level, message) => caller.tell?.(level, message, this.info.name),
      ask: new Ask(caller.can, caller.answers),
      log: this.#options.env.log.child({ call: id }),
      principal: caller.principal,
      // looked at only when it is used: the client may have to be asked for it
      get roots() {
        return caller.roots?.() ?? operatorRoots;
      },
      callId: id,
      ...(consented === undefined ? {} : { consented }),
    };
  }

  #decide(tool: Tool, { principal }: Caller): 'allowed' | 'refused' | 'hidden' {
    const decision = this.#options.policy.decide({
      principal,
      server: this.info.name,
      tool: tool.name,
      scopes: tool.scopes,
      effect: tool.effect,
    });
    return decision.allow ? 'allowed' : decision.hidden ? 'hidden' : 'refused';
  }

  #isVisible(tool: Tool, { principal }: Caller): boolean {
    return isListed(this.#options.policy, { principal, server: this.info.name, tool: tool.name, scopes: tool.scopes, effect: tool.effect });
  }

  #decideRead(what: string, scopes: readonly string[], { principal }: Caller): Decision {
    return this.#options.policy.decide({ principal, server: this.info.name, tool: what, scopes, effect: 'read', args: {} });
  }

  #mayRead(what: string, scopes: readonly string[], caller: Caller): boolean {
    return caller.decided !== undefined || this.#decideRead(what, scopes, caller).allow;
  }

  #requireScopes(what: string, scopes: readonly string[], caller: Caller): void {
    if (caller.decided) return;
    const decision = this.#decideRead(what, scopes, caller);
    if (!decision.allow) throw new ToolError(decision.code, decision.message, { hint: decision.hint });
  }

  #resource(uri: string): { resource: Resource; variables: Record<string, string> } {
    const fixed = this.#definition.resources.find(({ surface }) => surface.uri === uri);
    if (fixed) return { resource: fixed, variables: {} };
    for (const { resource, matcher } of this.#templates) {
      const variables = matcher.match(uri);
      if (variables) return { resource, variables };
    }
    throw new ToolError('not_found', `There is no resource ${uri}.`, {
      hint: 'resources/list and resources/templates/list show what there is.',
    });
  }

  /** What a server's own code throws, as one of our errors; a fault of it goes to the log and not to the caller. */
  async #typed<T>(kind: string, work: Promise<T>, caller: Caller): Promise<T> {
    try {
      return await work;
    } catch (thrown) {
      throw this.#error(kind, thrown, caller.signal);
    }
  }

  #error(kind: string, thrown: unknown, signal: AbortSignal): ToolError {
    const error = toToolError(thrown, signal);
    if (error.code === 'internal') this.#options.env.log.error({ err: error.cause }, `${kind} failed`);
    return error;
  }

  /** Reads that are no tool calls: recorded, cleaned, ended by a deadline, and able to ask the client. */
  async #audited<T>(kind: string, name: string, caller: Caller, run: (timed: Caller) => Promise<T>): Promise<Outcome<T>> {
    const startedAt = Date.now();
    const finish = (event: Pick<AuditEvent, 'outcome' | 'decision'> & Partial<AuditEvent>): void =>
      this.#options.record?.({
        time: startedAt,
        call: randomUUID(),
        principal: caller.principal.id,
        transport: caller.transport,
        server: this.info.name,
        tool: clipped(`${kind} ${name}`, 300),
        effect: 'read',
        duration_ms: Date.now() - startedAt,
        ...event,
      });
    const deadline = createDeadline(READ_DEADLINE_MS, caller.signal);
    try {
      const value = this.#options.clean(await orAbort(run({ ...guardedCaller(caller), signal: deadline.signal }), deadline.signal));
      finish({ decision: 'allowed', outcome: 'ok' });
      return { kind: 'result', value };
    } catch (thrown) {
      if (thrown instanceof InputRequired) {
        finish({ decision: 'allowed', outcome: 'input_required' });
        return { kind: 'input', requests: this.#options.clean(thrown.requests), keep: thrown.keep };
      }
      const error = this.#error(kind, thrown, deadline.signal);
      finish({
        decision: ['forbidden', 'unauthenticated', 'read_only'].includes(error.code) ? 'refused' : 'allowed',
        outcome: 'error',
        code: error.code,
      });
      throw error;
    } finally {
      deadline.dispose();
    }
  }
}
