import type { Effect, Principal } from '../contracts/index.ts';
import type { Roots } from '../platform/paths/index.ts';
import type { AskCapabilities } from './ask.ts';
import type { ClientLogLevel, Progress } from './context.ts';
import type { ConfirmMode, ContentBlock, Plan } from './define-tool.ts';
import type { ExtraArgument } from './extra-arguments.ts';

/** The result of a tool call as MCP has it (`CallToolResult`). */
export interface ToolResult {
  content: ContentBlock[];
  structuredContent?: unknown;
  isError?: boolean;
  _meta?: Record<string, unknown>;
  [key: string]: unknown;
}

/** Where a request comes from, and what its client can do. One object a request. */
export interface Caller {
  principal: Principal;
  transport: 'stdio' | 'http' | 'internal';
  signal: AbortSignal;
  can: AskCapabilities;
  /** Answers that the client has given to earlier rounds of this request. */
  answers: Readonly<Record<string, unknown>>;
  /** The request's `_meta`, as it came. */
  meta: Readonly<Record<string, unknown>>;
  progress?: (progress: Progress) => void;
  tell?: (level: ClientLogLevel, data: unknown, logger?: string) => void;
  /** The weakest level that the client wants to be told; undefined if it wants nothing. */
  logLevel?: ClientLogLevel;
  /** What an {@link InputRequired} gave to be kept until its answers come. */
  kept?: unknown;
  /** Sends a request to the client while the call runs; only handshake-era connections have it. */
  request?: (method: string, params: Record<string, unknown> | undefined, signal: AbortSignal) => Promise<Record<string, unknown>>;
  /** The operator's roots as the client has narrowed them. Throws {@link InputRequired} where the client must be asked for its own first. */
  roots?: () => Roots;
  profile?: 'flat' | 'compact';
  /** Set when another process of ours has taken the decision already: only deadline, handler and guard remain. */
  decided?: Decided;
}

/** What the hub says with its decision for a child process of its own. */
export interface Decided {
  /** Show what the call would do, as a plan, and do nothing. */
  planOnly?: true;
  /** The operator's deadline for the tool in milliseconds; overrides the tool's own. */
  deadlineMs?: number;
  /** The plan that a person has agreed to, where one was asked. */
  consented?: Plan;
}

/** A tool result that is an object, or the bytes of one; each form is made from the other when it is first asked for. */
export class ResultBody {
  #result: ToolResult | undefined;
  #bytes: Buffer | undefined;
  #isError: boolean | undefined;

  private constructor(result: ToolResult | undefined, bytes: Buffer | undefined) {
    this.#result = result;
    this.#bytes = bytes;
  }

  static of(result: ToolResult): ResultBody {
    return new ResultBody(result, undefined);
  }

  /** `bytes`: the JSON text of a `CallToolResult`. */
  static raw(bytes: Buffer): ResultBody {
    return new ResultBody(undefined, bytes);
  }

  get result(): ToolResult {
    this.#result ??= JSON.parse(this.#bytes!.toString('utf8')) as ToolResult;
    return this.#result;
  }

  /** Whether the result says of itself that it failed. Bytes are parsed only if the word is in them: most results succeed. */
  get isError(): boolean {
    this.#isError ??= (this.#result !== undefined || mentionsError(this.#bytes!)) && this.#saysError();
    return this.#isError;
  }

  get bytes(): Buffer {
    this.#bytes ??= Buffer.from(JSON.stringify(this.#result));
    return this.#bytes;
  }

  #saysError(): boolean {
    try {
      return this.result.isError === true;
    } catch {
      // an upstream's bytes need not be JSON; whoever needs the object will say so
      return false;
    }
  }
}

function mentionsError(bytes: Buffer): boolean {
  return bytes.includes('"isError"') && /"isError"\s*:\s*true/.test(bytes.toString('latin1'));
}

/** What the pipeline calls: a tool of a server here, or of an upstream. */
export interface CallTarget {
  readonly name: string;
  readonly title: string;
  readonly scopes: readonly string[];
  readonly idempotent: boolean;
  readonly deadlineMs: number;
  readonly confirm: ConfirmMode | undefined;
  readonly extras: readonly ExtraArgument[];
  /** The effect without looking at arguments; it decides what is listed. */
  readonly effect: Effect;
  /** The effect of a call with these arguments; never weaker than `effect`. */
  effectWith(args: Record<string, unknown>): Effect;
  /** Returns the checked input or throws `invalid_input` with every problem. */
  validate(args: Record<string, unknown>): unknown;
  plan?(input: unknown, call: Call): Promise<Plan>;
  invoke(input: unknown, call: Call): Promise<ResultBody>;
}

/** One call on its way through the pipeline. Stages fill it in. */
export interface Call {
  readonly id: string;
  readonly server: string;
  readonly tool: string;
  readonly caller: Caller;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  args: Record<string, unknown>;
  extras: Partial<Record<ExtraArgument, string>>;
  /** Set by look-up. */
  target?: CallTarget;
  effect?: Effect;
  /** Set by validation. */
  input?: unknown;
  signal: AbortSignal;
  /** Reports progress to the caller and extends the deadline. */
  progress: (progress: Progress) => void;
  /** Gives the call so many more milliseconds; set while its deadline runs. */
  extendDeadline?: (ms?: number) => void;
  traceparent?: string;
  /** Why the decision fell as it did. */
  reason?: string;
  /** Set by the confirm stage: the plan that a person has agreed to. */
  consented?: Plan;
  /** Kinds of what the guard has masked. */
  masked?: string[];
}

/** One step of the pipeline: does its part and calls `next`, or throws. */
export type Stage = (call: Call, next: () => Promise<ResultBody>) => Promise<ResultBody>;

/** A tool that this caller cannot see: by MCP a protocol error, not a result. */
export class UnknownTool extends Error {
  override readonly name = 'UnknownTool';
  readonly tool: string;

  constructor(tool: string) {
    super(`Unknown tool: ${tool.length > 200 ? `${tool.slice(0, 200)}…` : tool}`);
    this.tool = tool;
  }
}

/** The target of a call after look-up. */
export function targetOf(call: Call): CallTarget {
  if (!call.target) throw new Error('the look-up stage has not run');
  return call.target;
}
