import type { Client } from '@modelcontextprotocol/client';
import { DEADLINE_MS, type Effect, ToolError } from '@deployment-engine/shared/contracts';
import { createDeadline, type Log } from '@deployment-engine/shared/platform';
import {
  type Call,
  type Caller,
  type CallTarget,
  type Change,
  type Completion,
  type CompletionRef,
  type Decided,
  effectOfListed,
  extrasFor,
  type ListedTool,
  type PromptMessage,
  type Readiness,
  type ResourceContent,
  ResultBody,
} from '@deployment-engine/shared/toolkit';
import type { ToolSettings } from '../config/schema.ts';
import type { Pin, Pins } from '../guard/pins.ts';
import { readCatalogue } from './catalogue.ts';
import { abortable, Connection, type Live } from './connection.ts';
import { forwardable, type ForwardedParams } from './forwarding.ts';
import { Listeners } from './listeners.ts';
import { MidCallRequests } from './mid-call.ts';
import { PinnedCatalogue } from './pinned-catalogue.ts';
import { planFrom } from './child-plan.ts';
import { parsed, resultOf } from './reply.ts';
import { Subscriptions } from './subscriptions.ts';
import { type Catalogue, type ToolTraits, type Upstream, type UpstreamState } from './upstream.ts';
import type { Shown } from './shown.ts';
import type { RawReply, Wire } from './wire.ts';

export interface ThirdPartyOptions {
  slug: string;
  title: string;
  log: Log;
  open: () => Wire | Promise<Wire>;
  pins: Pins;
  tools: Readonly<Record<string, ToolSettings>>;
  /** Roots that the upstream may know. */
  roots: () => readonly string[];
  idleStopMs: number;
  /** Ours, in a process of its own: its definitions need no pin, and decisions are passed on. */
  trusted?: { shown: Shown; meta: (caller: Caller, decided: Decided) => Record<string, unknown> };
}

/** A server that changes its lists says so once for each tool. */
const SETTLE_MS = 50;

/** A server over the wire: started when needed, pinned, supervised, forwarded to without parsing its results. */
export class ThirdPartyUpstream implements Upstream {
  readonly slug: string;
  readonly title: string;
  readonly builtin: boolean;
  readonly #options: ThirdPartyOptions;
  readonly #connection: Connection;
  readonly #changes = new Listeners<Change>();
  readonly #midCall: MidCallRequests;
  readonly #subscriptions = new Subscriptions();
  readonly #pinned: PinnedCatalogue;
  /** Of a server of ours, which needs no pins. */
  #own: Catalogue | undefined;
  /** What the operator has not switched off, and what it was taken from. */
  #enabled: { of: Catalogue; catalogue: Catalogue } | undefined;
  /** The reading of the catalogue that runs now. */
  #reading: Promise<Catalogue> | undefined;
  /** The connection whose catalogue has been compared with the pins. */
  #compared: Live | undefined;
  readonly #noticed = new Set<Change>();
  #settling: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;
  #active = 0;
  #description: string | undefined;

  constructor(options: ThirdPartyOptions) {
    this.#options = options;
    this.slug = options.slug;
    this.title = options.title;
    this.builtin = options.trusted !== undefined;
    this.#own = options.trusted?.shown.catalogue;
    this.#description = options.trusted?.shown.surface.description;
    this.#midCall = new MidCallRequests(options.title, options.roots);
    this.#pinned = new PinnedCatalogue(options.slug, options.pins, () => {
      for (const list of ['tools', 'prompts', 'resources'] as const) this.#changes.emit(list);
    });
    this.#connection = new Connection({
      name: options.title,
      open: options.open,
      log: options.log,
      modern: this.builtin,
      prepare: (client) => this.#prepare(client),
      onReady: (live) => this.#ready(live),
    });
  }

  get description(): string {
    return this.#description ?? '';
  }

  get state(): UpstreamState {
    return this.#connection.state;
  }

  get problem(): string | undefined {
    return this.#connection.problem?.message;
  }

  get mayRequest(): boolean {
    return this.#connection.live?.era !== 'modern' && !this.builtin;
  }

  known(): Catalogue | undefined {
    // a person may have approved something meanwhile; it is listed from the next time on
    if (!this.builtin && this.#pinned.shown) void this.#pinned.heedApprovals().catch(() => undefined);
    const all = this.#own ?? this.#pinned.shown;
    if (all && all !== this.#enabled?.of)
      this.#enabled = {
        of: all,
        catalogue: { ...all, tools: all.tools.filter(({ name }) => this.#options.tools[name]?.enabled !== false) },
      };
    return this.#enabled?.catalogue;
  }

  async catalogue(signal: AbortSignal): Promise<Catalogue> {
    if (!this.builtin) await this.#pinned.readStored();
    const known = this.known();
    if (known) return known;
    const live = await this.#connection.ready(signal);
    return this.#await(this.#reading ?? this.#refresh(live), signal);
  }

  async #await(reading: Promise<Catalogue>, signal: AbortSignal): Promise<Catalogue> {
    try {
      return await abortable(reading, signal);
    } catch (error) {
      if (signal.aborted || error instanceof ToolError) throw error;
      throw new ToolError('unavailable', `${this.title} does not say what it offers.`, { hint: 'Try again later.', cause: error });
    }
  }

  traits(tool: ListedTool): ToolTraits {
    const settings = this.#options.tools[tool.name];
    const pin = this.#pinned.find('tool', tool.name);
    const { idempotentHint } = (tool.annotations ?? {}) as { idempotentHint?: unknown };
    const own = this.#options.trusted?.shown.traits.get(tool.name);
    if (own) return own;
    const approved = pin?.state === 'approved';
    // a hint is a claim: it counts only after a person has approved the definition, and one that is not there says nothing
    const hinted = approved ? hintOf(tool) : undefined;
    return {
      effect: settings?.effect ?? hinted ?? 'write',
      idempotent: approved && idempotentHint === true,
      scopes: [`upstream:${this.slug}`],
      ...(settings?.deadlineMs === undefined ? {} : { deadlineMs: settings.deadlineMs }),
    };
  }

  isApproved(kind: Pin['kind'], name: string): boolean {
    return this.builtin || this.#pinned.isApproved(kind, name);
  }

  async target(name: string, call: Call): Promise<CallTarget | undefined> {
    await this.catalogue(call.signal);
    if (!this.builtin) await this.#pinned.heedApprovals();
    // what was held back at an earlier start may be the pinned one again
    if (this.#pinned.find('tool', name)?.pending) await this.#verify(call.signal);
    this.#pinned.refuseHeldBack('tool', name);
    const catalogue = await this.catalogue(call.signal);
    const pin = this.#pinned.find('tool', name);
    const tool = catalogue.tools.find((listed) => listed.name === name);
    if (!tool) return undefined;
    const owner = call.caller.principal.kind === 'owner';
    if (!owner && !this.isApproved('tool', name)) return undefined;
    const traits = this.traits(tool);
    const configured = this.#options.tools[name];
    const isSaid = this.builtin || configured?.effect !== undefined || (pin?.state === 'approved' && hintOf(tool) !== undefined);
    // what nobody has said of a tool is a write to the owner and a destruction to everyone else
    const effect = owner || isSaid ? traits.effect : 'destroy';
    return {
      name,
      title: tool.title ?? name,
      scopes: traits.scopes,
      idempotent: traits.idempotent,
      deadlineMs: traits.deadlineMs ?? DEADLINE_MS,
      confirm: configured?.confirm,
      // a stranger's arguments stay its own: nothing is added to its schema but what consent needs
      extras: this.builtin ? extrasFor(effect) : effect === 'destroy' ? ['plan_token'] : [],
      effect,
      effectWith: (args) => (this.builtin ? effectOfListed(effect, tool.inputSchema, args) : effect),
      validate: (args) => args,
      // a server of ours says itself what a call would do
      ...(this.builtin && { plan: async (input, running) => planFrom(await this.#called(name, input, running, { planOnly: true })) }),
      invoke: (input, running) => this.#invoke(name, input, running),
    };
  }

  async readResource(uri: string, caller: Caller): Promise<ResourceContent[]> {
    const result = await this.#request('resources/read', { uri }, caller);
    return (result['contents'] as ResourceContent[] | undefined) ?? [];
  }

  async watchResource(uri: string, caller: Caller, changed: () => void): Promise<() => void> {
    await this.#connection.ready(caller.signal);
    await this.#subscriptions.watch(uri);
    const stopListening = this.#changes.add((change) => {
      if (typeof change === 'object' && change.uri === uri) changed();
    });
    return () => {
      stopListening();
      this.#subscriptions.unwatch(uri);
    };
  }

  async getPrompt(
    name: string,
    args: Record<string, string>,
    caller: Caller,
  ): Promise<{ description?: string; messages: PromptMessage[] }> {
    await this.#verify(caller.signal);
    this.#pinned.refuseHeldBack('prompt', name);
    const pin = this.#pinned.find('prompt', name);
    // one that is not listed is not pinned either
    const known = this.builtin || pin !== undefined;
    if (!known || (caller.principal.kind !== 'owner' && !this.isApproved('prompt', name)))
      throw new ToolError('not_found', `There is no prompt "${name}".`, { hint: 'prompts/list shows all.' });
    return (await this.#request('prompts/get', { name, arguments: args }, caller)) as unknown as {
      description?: string;
      messages: PromptMessage[];
    };
  }

  async complete(
    ref: CompletionRef,
    argument: { name: string; value: string },
    context: Record<string, string>,
    caller: Caller,
  ): Promise<Completion> {
    const params = { ref, argument, ...(Object.keys(context).length === 0 ? {} : { context: { arguments: context } }) };
    const result = await this.#request('completion/complete', params, caller);
    return (result['completion'] as Completion | undefined) ?? { values: [] };
  }

  onChange(listener: (change: Change) => void): () => void {
    return this.#changes.add(listener);
  }

  async probe(signal: AbortSignal): Promise<Readiness> {
    try {
      await this.#connection.ready(signal);
      await this.#verify(signal);
      const tools = (await this.catalogue(signal)).tools.length;
      return { ready: true, detail: `${tools} tools` };
    } catch (error) {
      const failure = error instanceof ToolError ? error : new ToolError('unavailable', `${this.title} does not answer.`);
      return { ready: false, missing: failure.message, hint: failure.hint ?? 'See its own documentation.' };
    }
  }

  tail(): string[] {
    return this.#connection.tail();
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    clearTimeout(this.#settling);
    this.#pinned.close();
    await this.#connection.close();
  }

  async #invoke(name: string, input: unknown, call: Call): Promise<ResultBody> {
    await this.#verify(call.signal);
    this.#pinned.refuseHeldBack('tool', name);
    if (this.#pinned.find('tool', name)?.gone)
      throw new ToolError('not_found', `${this.title} has no tool ${name} any more.`, { hint: 'List the tools again.' });
    const deadlineMs = this.#options.tools[name]?.deadlineMs;
    const { consented } = call;
    return ResultBody.raw(
      await this.#called(name, input, call, { ...(deadlineMs !== undefined && { deadlineMs }), ...(consented && { consented }) }),
    );
  }

  async #called(name: string, input: unknown, call: Call, decided: Decided): Promise<Buffer> {
    return resultOf(await this.#forward('tools/call', { name, arguments: input }, call.caller, call.signal, { call, decided }));
  }

  /** What was listed may be from an earlier start: before something is sent, this very connection has been compared with the pins. */
  async #verify(signal: AbortSignal): Promise<void> {
    if (this.builtin) return;
    const live = await this.#connection.ready(signal);
    if (this.#compared !== live) await this.#await(this.#reading ?? this.#refresh(live), signal);
  }

  /** A request whose result the hub looks into: small ones, no tool calls. */
  async #request(method: string, params: Record<string, unknown>, caller: Caller): Promise<Record<string, unknown>> {
    const deadline = createDeadline(DEADLINE_MS, caller.signal);
    try {
      const reply = await this.#forward(method, params, caller, deadline.signal);
      return parsed(resultOf(reply)) as Record<string, unknown>;
    } finally {
      deadline.dispose();
    }
  }

  async #forward(
    method: string,
    params: ForwardedParams,
    caller: Caller,
    signal: AbortSignal,
    { call, decided = {} }: { call?: Call; decided?: Decided } = {},
  ): Promise<RawReply> {
    const live = await this.#connection.ready(signal);
    this.#active += 1;
    clearTimeout(this.#idle);
    const leave = this.#midCall.enter(caller, call);
    try {
      // a client's own roots count over stdio only
      const asked = this.builtin && caller.transport !== 'stdio' ? { ...caller, can: { ...caller.can, roots: false } } : caller;
      const { body, headers } = forwardable(method, params, asked, live.era, this.#options.trusted?.meta(caller, decided));
      const progress = call ? call.progress : caller.progress;
      return await live.wire.forward(method, body, { signal, headers, ...(progress === undefined ? {} : { onProgress: progress }) });
    } finally {
      leave();
      this.#active -= 1;
      this.#restWhenIdle();
    }
  }

  #prepare(client: Client): void {
    this.#midCall.install(client);
    client.setNotificationHandler('notifications/tools/list_changed', () => this.#refreshSoon('tools'));
    client.setNotificationHandler('notifications/prompts/list_changed', () => this.#refreshSoon('prompts'));
    client.setNotificationHandler('notifications/resources/list_changed', () => this.#refreshSoon('resources'));
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => this.#changes.emit({ uri: params.uri }));
    client.setNotificationHandler('notifications/message', ({ params }) => this.#midCall.tell(params.level, params.data, params.logger));
  }

  #ready(live: Live): void {
    if (!this.builtin) this.#description = live.client.getServerVersion()?.title;
    void this.#refresh(live).then(
      () => this.#changes.emit('tools'),
      (error: unknown) => this.#options.log.warn({ err: error }, `${this.slug}: the catalogue could not be read`),
    );
    void this.#subscriptions.attach(live);
  }

  #refreshSoon(change: Change): void {
    this.#noticed.add(change);
    // many notices are one reading, and readings do not overlap
    this.#settling ??= setTimeout(() => {
      this.#settling = undefined;
      void (this.#reading ?? Promise.resolve()).catch(() => undefined).then(() => this.#readAgain());
    }, SETTLE_MS);
    this.#settling.unref();
  }

  async #readAgain(): Promise<void> {
    const { live } = this.#connection;
    const changes = [...this.#noticed];
    this.#noticed.clear();
    if (!live || changes.length === 0) return;
    await this.#refresh(live).catch(() => undefined);
    for (const change of changes) this.#changes.emit(change);
  }

  #refresh(live: Live): Promise<Catalogue> {
    const reading = (async (): Promise<Catalogue> => {
      const fresh = await readCatalogue(live.client);
      if (this.builtin) this.#own = fresh;
      else await this.#pinned.reconcile(fresh);
      this.#compared = live;
      return this.known() ?? fresh;
    })().finally(() => {
      if (this.#reading === reading) this.#reading = undefined;
    });
    this.#reading = reading;
    return reading;
  }

  #restWhenIdle(): void {
    const { idleStopMs } = this.#options;
    if (idleStopMs === 0 || this.#active > 0) return;
    this.#idle = setTimeout(() => void this.#connection.rest(), idleStopMs);
    this.#idle.unref();
  }
}

/** What a tool's annotations say of its effect; undefined if they do not say. */
function hintOf({ annotations }: ListedTool): Effect | undefined {
  const { readOnlyHint, destructiveHint } = (annotations ?? {}) as { readOnlyHint?: unknown; destructiveHint?: unknown };
  if (readOnlyHint === true) return 'read';
  if (destructiveHint === true) return 'destroy';
  return destructiveHint === false ? 'write' : undefined;
}
