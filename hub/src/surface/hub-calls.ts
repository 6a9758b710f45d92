import type { z } from 'zod';
import { ToolError } from '@deployment-engine/shared/contracts';
import { guardValue, type Log, nearest } from '@deployment-engine/shared/platform';
import {
  type Caller,
  callOf,
  type CallTarget,
  type ListedTool,
  type Outcome,
  parseInput,
  type PipelineOptions,
  type Policy,
  ResultBody,
  runCall,
  type RunCall,
  standardPipeline,
  type ToolResult,
  UnknownTool,
} from '@deployment-engine/shared/toolkit';
import { fanOut } from '../fanout/fan-out.ts';
import type { PlanAnswer, PlanContext } from '@deployment-engine/native';
import type { Hit } from '../routing/tool-search.ts';
import { type callInput, type describeInput, type fanOutInput, hubTools, type routeInput, type searchInput } from './hub-tools.ts';
import { planned } from './planned.ts';
import { qualify } from './names.ts';

/** How many of the best tools a plan is chosen from. */
const ROUTED = 40;
const DEADLINE_MS = 60_000;

export interface HubCallsOptions {
  /** Every tool that this caller may see, by its qualified name. */
  listed: (caller: Caller) => Promise<ListedTool[]>;
  search: (query: string, limit: number) => Promise<Hit[]>;
  plan: (sentence: string, context: PlanContext, among: readonly Hit[]) => Promise<PlanAnswer>;
  /** What was asked for, and the tools that were shown for it. */
  asked: (caller: Caller, text: string, tools: readonly string[]) => void;
  /** A call through the whole pipeline, under its own name and effect. */
  call: (tool: string, args: unknown, caller: Caller) => Promise<Outcome<ResultBody>>;
  isRepeatable: (tool: string, args: Record<string, unknown>, caller: Caller) => Promise<boolean>;
  /** What the hub's own looks have in common with every other call: they are recorded, observed and rate-limited. */
  pipeline: Pick<PipelineOptions, 'record' | 'observe' | 'rateLimit' | 'limits'>;
  log: Log;
}

type HubTool = (typeof hubTools)[number];
type FanOut = z.output<typeof fanOutInput>;

/** The catalogue is open to everyone who may connect; each sees of it what the policy lets it see. */
const OPEN: Policy = { decide: () => ({ allow: true, reason: 'catalogue' }) };

/** The hub's own tools at work. */
export class HubCalls {
  readonly #options: HubCallsOptions;
  readonly #looks: RunCall;

  constructor(options: HubCallsOptions) {
    this.#options = options;
    const looks = new Map(hubTools.filter(({ effect }) => effect === 'read').map((tool) => [tool.name, this.#target(tool)]));
    this.#looks = standardPipeline({ ...options.pipeline, find: (name) => looks.get(name), policy: OPEN });
  }

  async run(tool: HubTool, args: unknown, caller: Caller): Promise<Outcome<ResultBody>> {
    if (tool.effect === 'read') return runCall(this.#looks, callOf('hub', tool.name, args, caller), this.#options.log);
    const input = parseInput(tool.input, args ?? {});
    if (tool.name === 'fan_out') return { kind: 'result', value: ResultBody.of(await this.#fanOut(input as FanOut, caller)) };
    const { tool: name, arguments: given } = input as z.output<typeof callInput>;
    return this.#call(name, given, caller);
  }

  /** One of the tools that only look, for the pipeline. */
  #target(tool: HubTool): CallTarget {
    return {
      name: tool.name,
      title: tool.title ?? tool.name,
      scopes: [],
      idempotent: true,
      deadlineMs: DEADLINE_MS,
      confirm: undefined,
      extras: [],
      effect: 'read',
      effectWith: () => 'read',
      validate: (args) => parseInput(tool.input, args),
      invoke: async (input, { caller, signal }) => ResultBody.of(await this.#look(tool.name, input, { ...caller, signal })),
    };
  }

  #look(tool: string, input: unknown, caller: Caller): Promise<ToolResult> {
    if (tool === 'search_tools') return this.#search(input as z.output<typeof searchInput>, caller);
    if (tool === 'describe_tools') return this.#describe(input as z.output<typeof describeInput>, caller);
    return this.#route(input as z.output<typeof routeInput>, caller);
  }

  async #search({ query, limit }: z.output<typeof searchInput>, caller: Caller): Promise<ToolResult> {
    const { listed, hits } = await this.#hits(query, limit, caller);
    const found = hits.map(({ server, name, score, confidence }) => {
      const { description, title } = listed.get(qualify(server, name)) ?? {};
      return {
        name: qualify(server, name),
        description: firstSentence(description ?? title ?? ''),
        score: Math.round(score * 1000) / 1000,
        confidence: Math.round(confidence * 1000) / 1000,
      };
    });
    this.#asked(
      caller,
      query,
      found.map(({ name }) => name),
    );
    const text =
      found.length === 0
        ? `No tool fits "${query}". ${listed.size} tools are there; try other words.`
        : found.map(({ name, description }) => `${name}: ${description}`).join('\n');
    return { content: [{ type: 'text', text }], structuredContent: { tools: found } };
  }

  async #route({ sentence, context = {} }: z.output<typeof routeInput>, caller: Caller): Promise<ToolResult> {
    const { listed, hits } = await this.#hits(sentence, ROUTED, caller);
    const { cwd, names, recent } = context;
    const given = { now: localTime(new Date()), cwd, names, recent };
    const result = planned(await this.#options.plan(sentence, given, hits), sentence, listed);
    this.#asked(caller, sentence, result.tools);
    return { content: [{ type: 'text', text: result.text }], structuredContent: result.structured };
  }

  /** The best tools for some words, of those that the caller may see. */
  async #hits(words: string, limit: number, caller: Caller): Promise<{ listed: Map<string, ListedTool>; hits: Hit[] }> {
    const listed = new Map((await this.#options.listed(caller)).map((tool) => [tool.name, tool]));
    // tools that this caller may not see take places in the ranking: ask for more than is shown
    const hits = await this.#options.search(words, Math.max(limit * 4, 40));
    return { listed, hits: hits.filter(({ server, name }) => listed.has(qualify(server, name))).slice(0, limit) };
  }

  #asked(caller: Caller, text: string, tools: readonly string[]): void {
    this.#options.asked(caller, guardValue(text), tools);
  }

  async #describe({ tools: names }: z.output<typeof describeInput>, caller: Caller): Promise<ToolResult> {
    const listed = new Map((await this.#options.listed(caller)).map((tool) => [tool.name, tool]));
    const found = names.flatMap((name) => listed.get(name) ?? []);
    const missing = names.filter((name) => !listed.has(name)).map((name) => unknownTool(name, listed.keys()).message);
    if (found.length === 0) throw new ToolError('not_found', missing.join(' '), { hint: 'Use search_tools to find tools.' });
    const tools = found.map(({ name, title, description, inputSchema, annotations }) => ({
      name,
      title,
      description,
      inputSchema,
      annotations,
    }));
    return {
      content: [{ type: 'text', text: [...tools.map((tool) => JSON.stringify(tool)), ...missing].join('\n') }],
      structuredContent: { tools, missing },
    };
  }

  async #call(name: string, args: Record<string, unknown>, caller: Caller): Promise<Outcome<ResultBody>> {
    try {
      return await this.#options.call(name, args, caller);
    } catch (thrown) {
      // call_tool is known; that its argument is not is the caller's mistake, and it can be helped
      if (thrown instanceof UnknownTool)
        throw unknownTool(
          name,
          (await this.#options.listed(caller)).map((tool) => tool.name),
        );
      throw thrown;
    }
  }

  async #fanOut(request: FanOut, caller: Caller): Promise<ToolResult> {
    if (request.mode === 'first' || request.mode === 'hedged') {
      for (const { tool, arguments: args } of request.calls) {
        if (await this.#options.isRepeatable(tool, args, caller)) continue;
        throw new ToolError('invalid_input', `${tool} changes something: ${request.mode} may make a call whose result nobody uses.`, {
          hint: 'Use mode all or quorum, or tools that only read.',
        });
      }
    }
    const done = await fanOut(
      request,
      async (tool, args, signal) => {
        try {
          const { request: _request, ...alone } = caller;
          // several calls cannot put questions to one client at the same time; but a person who can be asked for consent must be, or
          // fan_out would be the way around it
          const outcome = await this.#call(tool, args, {
            ...alone,
            signal,
            can: { elicitation: caller.can.elicitation, sampling: false, roots: false },
          });
          if (outcome.kind === 'result') return { result: outcome.value.result };
          return {
            error: new ToolError('unsupported', 'This call must ask its client, which fan_out cannot do.', {
              hint: 'Call it alone with call_tool.',
            }),
          };
        } catch (thrown) {
          return {
            error: thrown instanceof ToolError ? thrown : new ToolError('internal', 'The call met an unexpected fault.', { cause: thrown }),
          };
        }
      },
      caller.signal,
    );
    const lines = done.results.map(
      ({ id, tool, status, latency_ms, error, result }) =>
        `${id} ${tool}: ${status} (${latency_ms} ms)${error ? ` ${error.code}: ${error.message}` : ''}${result && status === 'ok' ? `\n${textOf(result)}` : ''}`,
    );
    return { content: [{ type: 'text', text: [`satisfied: ${done.satisfied}`, ...lines].join('\n') }], structuredContent: done };
  }
}

/** The moment where the hub runs, as `2026-11-22T09:00:00`: "tomorrow" is a day of its place. */
function localTime(date: Date): string {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

function textOf({ content }: ToolResult): string {
  return content.map((block) => (block.type === 'text' ? block.text : `[${block.type}]`)).join('\n');
}

function firstSentence(text: string): string {
  const [line = ''] = text.split('\n');
  const end = line.search(/[.!?](?:\s|$)/);
  const sentence = end === -1 ? line : line.slice(0, end + 1);
  return sentence.length > 160 ? `${sentence.slice(0, 157)}…` : sentence;
}

function unknownTool(name: string, known: Iterable<string>): ToolError {
  const guess = nearest(name, [...known]);
  return new ToolError('not_found', `There is no tool "${name}".`, {
    hint: guess === undefined ? 'Use search_tools to find it.' : `Did you mean ${guess}?`,
  });
}
