import type { z } from 'zod';
import { ToolError, type JsonSchema } from '../contracts/index.ts';
import { toJsonSchema } from './json-schema.ts';

/** A request to the caller's client that a call cannot go on without (MCP `inputRequests`). */
export type InputRequest =
  | { method: 'elicitation/create'; params: { message: string; requestedSchema: JsonSchema } }
  | { method: 'sampling/createMessage'; params: Record<string, unknown> }
  | { method: 'roots/list'; params?: Record<string, unknown> };

/** What the client can be asked for. */
export interface AskCapabilities {
  elicitation: boolean;
  sampling: boolean;
  roots: boolean;
}

export type ElicitAnswer<T> = { action: 'accept'; content: T } | { action: 'decline' | 'cancel' };

/**
 * Thrown through a handler when an answer is still missing. The call runs again from its start once the answers are there
 * (MCP 2026-07-28, multi-round requests; emulated for older clients), so ask before you act.
 */
export class InputRequired extends Error {
  override readonly name = 'InputRequired';
  readonly requests: Record<string, InputRequest>;
  /** Kept, sealed, until the answers come; then it is in `Caller.kept`. */
  readonly keep: unknown;

  constructor(requests: Record<string, InputRequest>, keep?: unknown) {
    super('the call needs input from the client');
    this.requests = requests;
    this.keep = keep;
  }
}

/**
 * The call must ask its client for something that the client has not declared. A result for clients of the handshake era;
 * for 2026-07-28 it is a protocol error of its own (MissingRequiredClientCapability).
 */
export class MissingCapability extends ToolError {
  readonly capability: keyof AskCapabilities;

  constructor(capability: keyof AskCapabilities) {
    super('unsupported', `This call must ask its client (${capability}), and the client does not offer that.`, {
      hint: `Use a client that declares the ${capability} capability.`,
    });
    this.capability = capability;
  }
}

export interface ElicitSpec<T extends z.ZodObject> {
  message: string;
  /** Flat: strings, numbers, booleans, enums (MCP, elicitation). */
  schema: T;
}

/** Asks the client by key: the first run throws {@link InputRequired}, the run that has the answer returns it. */
export class Ask {
  readonly can: AskCapabilities;
  readonly #answers: Readonly<Record<string, unknown>>;

  constructor(can: AskCapabilities, answers: Readonly<Record<string, unknown>> = {}) {
    this.can = can;
    this.#answers = answers;
  }

  /** The raw answer to `key`, if it has come. */
  answer(key: string): unknown {
    return Object.hasOwn(this.#answers, key) ? this.#answers[key] : undefined;
  }

  /** Asks for several things in one round; returns the raw answers by key. */
  all(requests: Record<string, InputRequest>): Record<string, unknown> {
    const missing = Object.entries(requests).filter(([key]) => this.answer(key) === undefined);
    for (const [, request] of missing) this.#demand(request);
    if (missing.length > 0) throw new InputRequired(Object.fromEntries(missing));
    return Object.fromEntries(Object.keys(requests).map((key) => [key, this.answer(key)]));
  }

  elicit<T extends z.ZodObject>(key: string, spec: ElicitSpec<T>): ElicitAnswer<z.output<T>> {
    const answer = this.all({
      [key]: { method: 'elicitation/create', params: { message: spec.message, requestedSchema: elicitSchema(spec.schema) } },
    })[key];
    const { action, content } = (answer ?? {}) as { action?: unknown; content?: unknown };
    if (action === 'decline' || action === 'cancel') return { action };
    const parsed = spec.schema.safeParse(content ?? {});
    if (action !== 'accept' || !parsed.success)
      throw new ToolError('invalid_input', `The answer to "${spec.message}" does not fit its form.`, {
        hint: 'Ask again and fill in every required field.',
      });
    return { action, content: parsed.data };
  }

  /** A completion by the client's model (MCP sampling); the raw `CreateMessageResult`. */
  sample(key: string, params: Record<string, unknown>): Record<string, unknown> {
    return this.all({ [key]: { method: 'sampling/createMessage', params } })[key] as Record<string, unknown>;
  }

  /** The client's roots as it tells them. */
  roots(key: string): { uri: string; name?: string }[] {
    const answer = this.all({ [key]: { method: 'roots/list' } })[key] as { roots?: unknown } | null;
    return Array.isArray(answer?.roots) ? answer.roots.filter(isRoot) : [];
  }

  #demand(request: InputRequest): void {
    const family = request.method === 'elicitation/create' ? 'elicitation' : request.method === 'roots/list' ? 'roots' : 'sampling';
    if (!this.can[family]) throw new MissingCapability(family);
  }
}

function isRoot(value: unknown): value is { uri: string; name?: string } {
  return value !== null && typeof value === 'object' && typeof (value as { uri?: unknown }).uri === 'string';
}

/** The form as MCP wants it: a flat object schema without the JSON Schema dialect. */
function elicitSchema(schema: z.ZodObject): JsonSchema {
  const { $schema: _dialect, additionalProperties: _extra, ...form } = toJsonSchema(schema, 'input');
  return form;
}
