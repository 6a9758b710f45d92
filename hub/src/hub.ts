import { type AuditEvent, type JsonSchema, ToolError } from '@deployment-engine/shared/contracts';
import { guardValue } from '@deployment-engine/shared/platform';
import {
  type BackendInfo,
  type Call,
  callOf,
  type Caller,
  type CallTarget,
  type Change,
  type Completion,
  type CompletionRef,
  effectOfListed,
  errorBody,
  isListed,
  type ListedPrompt,
  type ListedResource,
  type ListedTemplate,
  type ListedTool,
  type Machine,
  type McpBackend,
  type Outcome,
  type Policy,
  type PromptMessage,
  type ResourceContent,
  type ResultBody,
  runCall,
  type RunCall,
  standardPipeline,
  UnknownTool,
  withErrors,
  withExtras,
} from '@deployment-engine/shared/toolkit';
import type { HubConfig } from './config/schema.ts';
import type { HubMemory } from './hub-memory.ts';
import { Listeners } from './upstream/listeners.ts';
import type { Registry } from './registry/registry.ts';
import { AskedFor } from './routing/asked-for.ts';
import { lessonOf } from './routing/lesson.ts';
import { ToolSearch } from './routing/tool-search.ts';
import { asked, type Read } from './asked.ts';
import { isShown } from './surface/shown-to.ts';
import { within } from './within.ts';
import { HubCalls } from './surface/hub-calls.ts';
import { HUB_INFO, HUB_OFFERS } from './surface/hub-listing.ts';
import { hubTools, listedHubTools } from './surface/hub-tools.ts';
import { LargeResults } from './surface/large-results.ts';
import { qualify, qualifyUri, slugOf, unqualify, unqualifyUri } from './surface/names.ts';
import type { Catalogue, Upstream } from './upstream/upstream.ts';

export interface HubOptions {
  config: HubConfig;
  machine: Machine;
  policy: Policy;
  registry: Registry;
  /** What is listed when a request does not say. */
  profile: 'flat' | 'compact';
  /** Of the hub that this one takes the place of. */
  memory: HubMemory;
}

/** Milliseconds that the first list waits for an upstream whose catalogue was never seen. */
const LIST_PATIENCE_MS = 500;

/** The hub as an MCP backend: the surfaces of its upstreams as one, and one pipeline in front of all of them. */
export class Hub implements McpBackend {
  readonly info: BackendInfo = HUB_INFO;
  readonly offers = HUB_OFFERS;
  readonly #options: HubOptions;
  /** The only upstream, whose names pass without a prefix. */
  readonly #passthrough: string | undefined;
  readonly #pipeline: RunCall;
  readonly #search: ToolSearch;
  readonly #askedFor = new AskedFor();
  readonly #changes = new Listeners<Change>();
  readonly #large: LargeResults;
  readonly #hubCalls: HubCalls;
  readonly #schemas = new Map<string, ReadonlyMap<string, JsonSchema>>();
  readonly #learned = new Map<string, Catalogue>();
  readonly #stops: (() => void)[] = [];
  /** Upstreams that have kept a list waiting and have not shown their catalogue since. */
  readonly #late = new Set<Upstream>();

  constructor(options: HubOptions) {
    this.#options = options;
    const { config, machine, memory, policy, registry } = options;
    this.#passthrough = config.hub.passthrough === undefined ? undefined : slugOf(config.hub.passthrough);
    this.#large = new LargeResults(config.hub.maxResultBytes, memory.results);
    this.#search = new ToolSearch(registry.store, (error) =>
      machine.log.warn({ err: error }, 'what past calls taught the search could not be kept'),
    );
    const settingsOf = (server: string, tool: string) => config.servers[server]?.tools?.[tool];
    const common = {
      record: (event: AuditEvent) => void machine.audit.append(event).catch(() => undefined),
      observe: machine.metrics.observe,
      rateLimit: config.hub.rateLimit,
    };
    const { concurrency, queue } = config.hub;
    this.#pipeline = standardPipeline({
      ...common,
      memory: memory.calls,
      find: (tool, call) => this.#find(tool, call),
      policy,
      confirm: { modeFor: (tool, server) => settingsOf(server, tool)?.confirm },
      limits: { concurrency, queue, deadlineFor: (tool, server) => settingsOf(server, tool)?.deadlineMs },
    });
    this.#hubCalls = new HubCalls({
      listed: (caller) => this.#allTools(caller),
      search: (query, limit) => this.#search.search(query, limit),
      plan: (sentence, context, among) => this.#search.plan(sentence, context, among),
      asked: ({ principal }, text, tools) => this.#askedFor.remember(principal, text, tools),
      call: (tool, args, caller) => this.#callQualified(tool, args, caller),
      isRepeatable: (tool, args, caller) => this.#isRepeatable(tool, args, caller),
      pipeline: { ...common, limits: { concurrency, queue } },
      log: machine.log,
    });
    for (const upstream of registry.upstreams.values()) this.#stops.push(upstream.onChange((change) => this.#changed(change)));
  }

  async listTools(caller: Caller): Promise<ListedTool[]> {
    if (this.#passthrough !== undefined) return this.#allTools(caller);
    if ((caller.profile ?? this.#options.profile) === 'flat') return this.#allTools(caller);
    const { pinned } = this.#options.config.hub;
    return [...listedHubTools, ...(pinned.length === 0 ? [] : (await this.#allTools(caller)).filter(({ name }) => pinned.includes(name)))];
  }

  async callTool(name: string, args: unknown, caller: Caller): Promise<Outcome<ResultBody>> {
    const own = this.#passthrough === undefined ? hubTools.find((tool) => tool.name === name) : undefined;
    if (!own) return this.#callQualified(name, args, caller);
    try {
      const outcome = await this.#hubCalls.run(own, args, caller);
      // what call_tool returns has been made to fit already
      return own.name === 'call_tool' ? outcome : this.#fit(outcome, caller);
    } catch (thrown) {
      if (thrown instanceof ToolError) return { kind: 'result', value: errorBody(thrown) };
      throw thrown;
    }
  }

  mayRequest(name: string): boolean {
    const found = this.#locate(name);
    if (found) return found.upstream.mayRequest;
    return name === 'call_tool' || name === 'fan_out';
  }

  inputSchemaOf(name: string): JsonSchema | undefined {
    const found = this.#locate(name);
    if (found) return this.#knownOf(found.upstream) && this.#schemas.get(found.upstream.slug)?.get(found.name);
    return hubTools.find((tool) => tool.name === name)?.inputSchema;
  }

  async listResources(caller: Caller): Promise<ListedResource[]> {
    const lists = await this.#eachCatalogue(caller, (upstream, { resources }) =>
      resources.map((resource) => ({ ...resource, uri: this.#uri(upstream, resource.uri) })),
    );
    return guardValue(lists);
  }

  async listTemplates(caller: Caller): Promise<ListedTemplate[]> {
    const lists = await this.#eachCatalogue(caller, (upstream, { templates }) =>
      templates
        .filter(({ uriTemplate }) => isShown(caller, upstream, 'template', uriTemplate))
        .map((template) => ({ ...template, uriTemplate: this.#uri(upstream, template.uriTemplate) })),
    );
    return guardValue(lists);
  }

  async readResource(uri: string, caller: Caller): Promise<Outcome<ResourceContent[]>> {
    if (uri.startsWith('hub+result://')) return { kind: 'result', value: guardValue(this.#large.read(uri.slice('hub+'.length), caller)) };
    const { upstream, uri: own } = this.#resource(uri);
    return asked(this.#read(`resources/read ${own}`, upstream, caller), async (guarded) => {
      const contents = await upstream.readResource(own, guarded);
      return contents.map((content) => ({
        ...content,
        uri: content.uri === undefined || content.uri === own ? uri : this.#uri(upstream, content.uri),
      }));
    });
  }

  async watchResource(uri: string, caller: Caller, changed: () => void): Promise<() => void> {
    const { upstream, uri: own } = this.#resource(uri);
    this.#require(caller, upstream, `resources/subscribe ${own}`);
    return upstream.watchResource(own, caller, changed);
  }

  async listPrompts(caller: Caller): Promise<ListedPrompt[]> {
    const lists = await this.#eachCatalogue(caller, (upstream, { prompts }) =>
      prompts
        .filter(({ name }) => isShown(caller, upstream, 'prompt', name))
        .map((prompt) => ({ ...prompt, name: this.#name(upstream, prompt.name) })),
    );
    return guardValue(lists);
  }

  async getPrompt(
    name: string,
    args: Record<string, string>,
    caller: Caller,
  ): Promise<Outcome<{ description?: string; messages: PromptMessage[] }>> {
    const found = this.#locate(name);
    if (!found) throw new ToolError('not_found', `There is no prompt "${name}".`, { hint: 'prompts/list shows all.' });
    return asked(this.#read(`prompts/get ${found.name}`, found.upstream, caller), (guarded) =>
      found.upstream.getPrompt(found.name, args, guarded),
    );
  }

  async complete(
    ref: CompletionRef,
    argument: { name: string; value: string },
    context: Record<string, string>,
    caller: Caller,
  ): Promise<Completion> {
    const missing = new ToolError('invalid_input', 'There is no such prompt or resource template to complete for.');
    if (ref.type === 'ref/prompt') {
      const found = this.#locate(ref.name);
      if (!found) throw missing;
      this.#require(caller, found.upstream, 'completion');
      return guardValue(await found.upstream.complete({ ...ref, name: found.name }, argument, context, caller));
    }
    const { upstream, uri } = this.#resource(ref.uri);
    this.#require(caller, upstream, 'completion');
    return guardValue(await upstream.complete({ ...ref, uri }, argument, context, caller));
  }

  onChange(listener: (change: Change) => void): () => void {
    return this.#changes.add(listener);
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) stop();
    // what was learned goes into the registry's store
    await this.#search.close();
    await this.#options.registry.close();
  }

  get #upstreams(): ReadonlyMap<string, Upstream> {
    return this.#options.registry.upstreams;
  }

  async #callQualified(name: string, args: unknown, caller: Caller): Promise<Outcome<ResultBody>> {
    const found = this.#locate(name);
    const call = callOf(found?.upstream.slug ?? 'unknown', found?.name ?? name, args, caller);
    const outcome = await runCall(this.#pipeline, call, this.#options.machine.log).catch((thrown: unknown) => {
      // the caller knows the tool by its whole name
      throw thrown instanceof UnknownTool ? new UnknownTool(name) : thrown;
    });
    this.#heed(name, outcome, caller);
    return this.#fit(outcome, caller);
  }

  /** A call that follows a search tells which of its tools was meant. */
  #heed(name: string, outcome: Outcome<ResultBody>, { principal }: Caller): void {
    if (outcome.kind !== 'result' || this.#passthrough !== undefined) return;
    const lesson = lessonOf(outcome.value);
    const parts = lesson && unqualify(name);
    const request = parts && this.#askedFor.take(principal, name);
    if (request === undefined || !parts || !lesson) return;
    void this.#search
      .learn(request, parts.server, parts.name, lesson)
      .catch((error: unknown) => this.#options.machine.log.warn({ err: error }, 'the search did not learn from a call'));
  }

  #fit(outcome: Outcome<ResultBody>, caller: Caller): Outcome<ResultBody> {
    return outcome.kind === 'result' ? { ...outcome, value: this.#large.fit(outcome.value, caller) } : outcome;
  }

  async #find(tool: string, call: Call): Promise<CallTarget | undefined> {
    const upstream = this.#upstreams.get(call.server);
    if (!upstream) return undefined;
    const target = await upstream.target(tool, call);
    if (!target) return undefined;
    const { principal } = call.caller;
    const decision = this.#options.policy.decide({ principal, server: upstream.slug, tool, scopes: target.scopes, effect: target.effect });
    if (!decision.allow && decision.hidden) return undefined;
    // consent that the operator wants for a tool of weaker effect may be a plan's token, too
    const confirm = this.#options.config.servers[upstream.slug]?.tools?.[tool]?.confirm ?? target.confirm;
    const needsToken = (confirm === 'plan' || confirm === 'elicit') && !target.extras.includes('plan_token');
    return needsToken ? { ...target, extras: [...target.extras, 'plan_token'] } : target;
  }

  /** The upstream and its own name for a tool or prompt of ours. */
  #locate(name: string): { upstream: Upstream; name: string } | undefined {
    const parts = this.#passthrough === undefined ? unqualify(name) : { server: this.#passthrough, name };
    const upstream = parts && this.#upstreams.get(parts.server);
    return upstream && parts && { upstream, name: parts.name };
  }

  #resource(uri: string): { upstream: Upstream; uri: string } {
    const parts = this.#passthrough === undefined ? unqualifyUri(uri) : { server: this.#passthrough, uri };
    const upstream = parts && this.#upstreams.get(parts.server);
    if (!upstream || !parts)
      throw new ToolError('not_found', `There is no resource ${uri}.`, {
        hint: 'resources/list and resources/templates/list show what there is.',
      });
    return { upstream, uri: parts.uri };
  }

  #name(upstream: Upstream, name: string): string {
    return this.#passthrough === undefined ? qualify(upstream.slug, name) : name;
  }

  #uri(upstream: Upstream, uri: string): string {
    return this.#passthrough === undefined ? qualifyUri(upstream.slug, uri) : uri;
  }

  async #allTools(caller: Caller): Promise<ListedTool[]> {
    return this.#eachCatalogue(caller, (upstream, { tools }) =>
      tools.flatMap((tool) => {
        if (!this.#isSeen(upstream, tool, caller)) return [];
        const { effect } = upstream.traits(tool);
        const name = this.#name(upstream, tool.name);
        // our own definitions have these arguments already
        const inputSchema = upstream.builtin || effect !== 'destroy' ? tool.inputSchema : withExtras(tool.inputSchema, ['plan_token']);
        const outputSchema = tool.outputSchema && withErrors(tool.outputSchema);
        return [{ ...tool, name, inputSchema, ...(outputSchema === undefined ? {} : { outputSchema }) }];
      }),
    );
  }

  #isSeen(upstream: Upstream, tool: ListedTool, caller: Caller): boolean {
    const { effect, scopes } = upstream.traits(tool);
    return (
      isShown(caller, upstream, 'tool', tool.name) &&
      isListed(this.#options.policy, { principal: caller.principal, server: upstream.slug, tool: tool.name, scopes, effect })
    );
  }

  /** Gathers from every upstream at once; one that does not answer in time is left out and announced when it does. */
  async #eachCatalogue<T>(caller: Caller, gather: (upstream: Upstream, catalogue: Catalogue) => T[]): Promise<T[]> {
    const lists = [...this.#upstreams.values()].map(async (upstream): Promise<T[]> => {
      const known = this.#knownOf(upstream);
      if (known) return gather(upstream, known);
      const asking = upstream.catalogue(caller.signal);
      // one that was late once is not waited for again: its change is announced
      const catalogue = await within(this.#late.has(upstream) ? 0 : LIST_PATIENCE_MS, asking);
      if (!catalogue) {
        this.#late.add(upstream);
        return [];
      }
      this.#learn(upstream, catalogue);
      return gather(upstream, catalogue);
    });
    return (await Promise.all(lists)).flat();
  }

  /** The last known catalogue. Search and header checks learn of it when it is first looked at, not at the start. */
  #knownOf(upstream: Upstream): Catalogue | undefined {
    const known = upstream.known();
    if (known && this.#learned.get(upstream.slug) !== known) this.#learn(upstream, known);
    return known;
  }

  #learn(upstream: Upstream, catalogue: Catalogue): void {
    const { tools } = catalogue;
    this.#late.delete(upstream);
    this.#learned.set(upstream.slug, catalogue);
    this.#search.replace(upstream.slug, tools);
    this.#schemas.set(upstream.slug, new Map(tools.map((tool) => [tool.name, tool.inputSchema])));
  }

  #changed(change: Change): void {
    // a resource's own watchers hear of it from the upstream
    if (typeof change === 'string') this.#changes.emit(change);
  }

  async #isRepeatable(name: string, args: Record<string, unknown>, caller: Caller): Promise<boolean> {
    const found = this.#locate(name);
    const tool = (await found?.upstream.catalogue(caller.signal))?.tools.find((listed) => listed.name === found?.name);
    // what the caller may not see is answered as if it did not exist
    if (!found || !tool || !this.#isSeen(found.upstream, tool, caller))
      throw new ToolError('not_found', `There is no tool "${name}".`, { hint: 'Use search_tools to find it.' });
    const { effect, idempotent } = found.upstream.traits(tool);
    const settled = found.upstream.builtin ? effectOfListed(effect, tool.inputSchema, args) : effect;
    return settled === 'read' || (idempotent && settled === 'write');
  }

  #read(what: string, upstream: Upstream, caller: Caller): Read {
    return {
      what,
      upstream,
      caller,
      allow: () => this.#require(caller, upstream, what),
      record: (event) => void this.#options.machine.audit.append(event).catch(() => undefined),
      log: this.#options.machine.log,
    };
  }

  /** Reads that are no tool calls pass the same policy. */
  #require({ principal }: Caller, upstream: Upstream, what: string): void {
    const decision = this.#options.policy.decide({
      principal,
      server: upstream.slug,
      tool: what,
      scopes: upstream.builtin ? [] : [`upstream:${upstream.slug}`],
      effect: 'read',
      args: {},
    });
    if (!decision.allow) throw new ToolError(decision.code, decision.message, { hint: decision.hint });
  }
}
