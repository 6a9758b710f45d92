import { binding } from './binding.ts';

/** What the addon exports for this file. */
export interface RouteAddon {
  Planner: new () => NativePlanner;
}

interface NativePlanner {
  replaceServer(server: string, tools: string): string;
  removeServer(server: string): boolean;
  plan(sentence: string, options: string): string;
  readonly size: number;
}

/** A tool as its server defines it. */
export interface PlanTool {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  /** JSON Schema of its input; none when it takes nothing. */
  readonly inputSchema?: unknown;
  /** What its server says of it. By `readOnlyHint`, a tool that only reads is no answer to a request to change something. */
  readonly annotations?: Readonly<Record<string, unknown>> | undefined;
}

/** Which tool. */
export interface ToolReference {
  readonly server: string;
  readonly name: string;
}

/** A tool that is never planned, because its schema is too large, not valid, or points outside of itself. */
export interface RefusedTool {
  readonly name: string;
  readonly reason: string;
}

/** What is known beside the sentence. */
export interface PlanContext {
  /** The present moment where the person is, `2026-11-22T09:00:00`: without it, `tomorrow` is no date. */
  readonly now?: string | undefined;
  /** The folder the person is in: "here", "this repository". */
  readonly cwd?: string | undefined;
  /** Names of things that exist, found in the sentence as they are written. */
  readonly names?: readonly string[] | undefined;
  /** Arguments of the calls before, by parameter: what "it" or "the same" may stand for. */
  readonly recent?: Readonly<Record<string, unknown>> | undefined;
}

/** Where an argument came from. */
export interface ArgumentOrigin {
  /** Within objects the keys on the way joined by dots, 0 for the first item of a list: `range.start`, `items.0.name`. */
  readonly parameter: string;
  /** 0 to 1. */
  readonly confidence: number;
  /** The sentence from the first number to before the second, in UTF-16 units as `slice` counts; null: from the context. */
  readonly span: readonly [number, number] | null;
}

/** A call that was planned and checked; nothing has been called. */
export interface PlanStep {
  readonly tool: ToolReference;
  /** They satisfy the tool's schema, but for what is missing. */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Required parameters that neither the sentence nor the context gave, named as in `from`. */
  readonly missing: readonly string[];
  /** How sure the tool is, 0 to 1. */
  readonly confidence: number;
  readonly from: readonly ArgumentOrigin[];
}

/**
 * Why there is a plan, or none: no word fits a tool; the best tool fits too little; two fit about as well; the best
 * tool's schema cannot be used; the sentence is empty or longer than 8 KB.
 */
export type PlanReason = 'planned' | 'nothing_fits' | 'unsure' | 'ambiguous' | 'unusable_schema' | 'unreadable';

/** A part of a sentence that asks for something and has no step. */
export interface UnplannedPart {
  /** As `ArgumentOrigin.span`. */
  readonly span: readonly [number, number];
  readonly reason: PlanReason;
}

export interface PlanAnswer {
  /** Null when it abstains. */
  readonly plan: { readonly steps: readonly PlanStep[] } | null;
  /** What the sentence asks for beside the plan: with any of these, the plan does not do all of it. */
  readonly unplanned: readonly UnplannedPart[];
  /** What else was considered, best first. */
  readonly alternatives: readonly { readonly tool: ToolReference; readonly confidence: number }[];
  /** That of the least sure step, 0 to 1; without a plan, how far the best tool came. */
  readonly confidence: number;
  readonly reason: PlanReason;
}

/**
 * From a sentence to a validated plan of tool calls, or to none where it is not sure. It never calls anything.
 *
 * Schemas are compiled once, in native code, and held there; references to other documents are never fetched.
 */
export class Planner {
  readonly #planner: NativePlanner;

  constructor() {
    this.#planner = new (binding().Planner)();
  }

  /** Puts the tools of one server in place of those it had. Gives those that cannot be planned, with the reason. */
  replaceServer(server: string, tools: readonly PlanTool[]): readonly RefusedTool[] {
    return JSON.parse(this.#planner.replaceServer(server, JSON.stringify(tools))) as RefusedTool[];
  }

  /** Removes a server with its tools; false when it was not there. */
  removeServer(server: string): boolean {
    return this.#planner.removeServer(server);
  }

  /**
   * The plan for a sentence.
   * @param among the tools that may be planned, for instance those a search found; all when there is none
   */
  plan(sentence: string, context: PlanContext = {}, among?: readonly ToolReference[]): PlanAnswer {
    return JSON.parse(this.#planner.plan(sentence, JSON.stringify({ ...context, among }))) as PlanAnswer;
  }

  /** How many tools there are. */
  get size(): number {
    return this.#planner.size;
  }
}
