import type { Effect, JsonSchema } from '../contracts/index.ts';
import { ToolError } from '../contracts/index.ts';
import { toJsonSchema } from './json-schema.ts';
import type { Tool } from './define-tool.ts';

/** Arguments that the toolkit adds to a tool's own, and takes away before its handler runs. */
export const EXTRA_ARGUMENTS = {
  plan_token: {
    type: 'string',
    maxLength: 200,
    description: 'Token of the plan that an earlier call of this tool returned; carries out exactly that plan.',
  },
  idempotency_key: {
    type: 'string',
    minLength: 1,
    maxLength: 200,
    description: 'A repeated call with the same key and arguments returns the first result instead of acting twice.',
  },
} as const;

export type ExtraArgument = keyof typeof EXTRA_ARGUMENTS;

const NONE: readonly ExtraArgument[] = [];
const FOR_WRITE: readonly ExtraArgument[] = ['idempotency_key'];
const FOR_DESTROY: readonly ExtraArgument[] = ['plan_token', 'idempotency_key'];

/** Which of them a tool of this effect has. */
export function extrasFor(effect: Effect): readonly ExtraArgument[] {
  if (effect === 'read') return NONE;
  return effect === 'destroy' ? FOR_DESTROY : FOR_WRITE;
}

/** The input schema that is listed: the tool's own and the added arguments. The dialect is MCP's default and left out unless the tool names it. */
export function effectiveInputSchema(tool: Pick<Tool, 'effect' | 'inputSchema'>): JsonSchema {
  const schema = toJsonSchema(tool.inputSchema, 'input');
  const { $schema: _dialect, ...own } = schema;
  return withExtras(tool.inputSchema.meta()?.['$schema'] === undefined ? own : schema, extrasFor(tool.effect));
}

/** Adds arguments to a schema; one that the schema has already stays as it is. */
export function withExtras(schema: JsonSchema, names: readonly ExtraArgument[]): JsonSchema {
  if (names.length === 0) return schema;
  const extras = Object.fromEntries(names.map((name) => [name, EXTRA_ARGUMENTS[name]]));
  return { ...schema, properties: { ...extras, ...(schema['properties'] as JsonSchema | undefined) } };
}

export interface SplitArguments {
  own: Record<string, unknown>;
  extras: Partial<Record<ExtraArgument, string>>;
}

/** Splits a call's arguments into the tool's own and the added ones. */
export function splitExtras(names: readonly ExtraArgument[], args: Record<string, unknown>): SplitArguments {
  if (!names.some((name) => name in args)) return { own: args, extras: {} };
  const own = { ...args };
  const extras: SplitArguments['extras'] = {};
  for (const name of names) {
    const value = own[name];
    delete own[name];
    if (value === undefined) continue;
    if (typeof value !== 'string' || value.length === 0 || value.length > EXTRA_ARGUMENTS[name].maxLength) {
      throw new ToolError('invalid_input', `${name} must be a text of 1 to ${EXTRA_ARGUMENTS[name].maxLength} characters.`);
    }
    extras[name] = value;
  }
  return { own, extras };
}
