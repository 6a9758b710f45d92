import type { z } from 'zod';
import { DEADLINE_MS, effectOf, type Effect, type ToolHints } from '../contracts/index.ts';
import type { ToolContext } from './context.ts';

/** A content block of an MCP tool result (specification, `ContentBlock`). */
export type ContentBlock =
  | { type: 'text'; text: string }
  | { type: 'image' | 'audio'; data: string; mimeType: string }
  | { type: 'resource'; resource: { uri: string; mimeType?: string; text?: string; blob?: string } }
  | { type: 'resource_link'; uri: string; name: string; title?: string; description?: string; mimeType?: string };

/**
 * What a model reads of a result. A plain string counts as the backend's words and is fenced as untrusted;
 * `summary` is ours and stands outside the fence; blocks are sent as they are.
 */
export type Rendered = string | { summary: string; data?: string } | ContentBlock[];

/** What a destructive call would do, shown before it is done. */
export interface Plan {
  summary: string;
  /** One line each. */
  changes: string[];
  /** What the plan rests on (ids, revisions); if it differs when the plan's token is used, the token is refused. */
  state?: unknown;
  /** What of it a person's yes settles, in the server's own words: the handler finds them in `consented` and need not ask again. */
  covers?: readonly string[];
}

/** How a destructive call gets its consent (DESIGN §5, Confirm). */
export type ConfirmMode = 'elicit' | 'plan' | 'deny' | 'allow';

interface ToolShape<In extends z.ZodObject, Out extends z.ZodObject, Deps> {
  /** `noun_verb`, unique in its server. */
  name: string;
  title: string;
  /** What it does, and which other tool to use instead when it does not fit. One or two sentences. */
  description: string;
  scopes: readonly string[];
  /** All four hints are required. */
  annotations: ToolHints;
  /** Which group of tools it belongs to; `core` by default. */
  toolset?: string;
  /** The call's deadline in milliseconds, 60,000 by default; progress extends it. */
  deadlineMs?: number;
  confirm?: ConfirmMode;
  inputSchema: In;
  outputSchema: Out;
  /** Destructive tools: what the call would do. Without it the plan shows the tool and its arguments. */
  plan?(input: z.output<In>, context: ToolContext<NoInfer<Deps>>): Promise<Plan> | Plan;
  handler(input: z.output<In>, context: ToolContext<Deps>): Promise<z.input<Out>> | z.input<Out>;
  render?(output: z.output<Out>): Rendered;
}

/** A tool as its server holds it: input and output types erased, Deps kept for the check. */
export interface Tool<Deps = never> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly scopes: readonly string[];
  readonly annotations: ToolHints;
  readonly toolset: string;
  readonly effect: Effect;
  readonly deadlineMs: number;
  readonly confirm: ConfirmMode | undefined;
  readonly inputSchema: z.ZodObject;
  readonly outputSchema: z.ZodObject;
  readonly plan: ((input: unknown, context: ToolContext) => Promise<Plan> | Plan) | undefined;
  readonly handler: (input: unknown, context: ToolContext) => Promise<unknown>;
  readonly render: ((output: unknown) => Rendered) | undefined;
  /** Phantom: makes a tool whose Deps the server does not give a type error. */
  readonly '~deps'?: (deps: Deps) => void;
}

const NAME = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;

/** Defines one tool. Everything is checked by type but the name's form, which fails when the module loads. */
export function defineTool<In extends z.ZodObject, Out extends z.ZodObject, Deps = unknown>(shape: ToolShape<In, Out, Deps>): Tool<Deps> {
  if (!NAME.test(shape.name)) throw new Error(`tool name "${shape.name}" is not of the form noun_verb`);
  return {
    name: shape.name,
    title: shape.title,
    description: shape.description,
    scopes: shape.scopes,
    annotations: shape.annotations,
    toolset: shape.toolset ?? 'core',
    effect: effectOf(shape.annotations),
    deadlineMs: shape.deadlineMs ?? DEADLINE_MS,
    confirm: shape.confirm,
    inputSchema: shape.inputSchema,
    outputSchema: shape.outputSchema,
    // the pipeline calls these only with values that the schemas above have parsed
    plan: shape.plan && ((input, context) => shape.plan!(input as z.output<In>, context as ToolContext<Deps>)),
    handler: async (input, context) => shape.handler(input as z.output<In>, context as ToolContext<Deps>),
    render: shape.render && ((output) => shape.render!(output as z.output<Out>)),
  };
}

/** The hints of a tool that only looks. `openWorld`: it reaches something outside this machine. */
export function reads(options: { openWorld?: boolean } = {}): ToolHints {
  return { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: options.openWorld ?? false };
}

/** The hints of a tool that changes something and can be undone. */
export function writes(options: { idempotent?: boolean; openWorld?: boolean } = {}): ToolHints {
  return {
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: options.idempotent ?? false,
    openWorldHint: options.openWorld ?? false,
  };
}

/** The hints of a tool that may lose something for good. */
export function destroys(options: { idempotent?: boolean; openWorld?: boolean } = {}): ToolHints {
  return {
    readOnlyHint: false,
    destructiveHint: true,
    idempotentHint: options.idempotent ?? false,
    openWorldHint: options.openWorld ?? false,
  };
}
