import type { JsonSchema } from '../contracts/index.ts';
import type { Tool } from './define-tool.ts';
import { toJsonSchema } from './json-schema.ts';

/** Arguments that the toolkit adds to a tool's own, and takes away before its handler runs. */
export const EXTRA_ARGUMENTS = {
  plan_token: { type: 'string', maxLength: 200, description: 'Token of the plan that an earlier call of this tool returned; carries out exactly that plan.' },
  idempotency_key: { type: 'string', minLength: 1, maxLength: 200, description: 'A repeated call with the same key and arguments returns the first result instead of acting twice.' },
} as const;

export type ExtraArgument = keyof typeof EXTRA_ARGUMENTS;

/** Which of them a tool of this effect has. */
export function extrasOf(tool: Pick<Tool, 'effect'>): ExtraArgument[] {
  if (tool.effect === 'read') return [];
  return tool.effect === 'destroy' ? ['plan_token', 'idempotency_key'] : ['idempotency_key'];
}

/** The input schema that is listed: the tool's own and the added arguments. */
export function effectiveInputSchema(tool: Pick<Tool, 'effect' | 'inputSchema'>): JsonSchema {
  const { $schema: _dialect, ...own } = toJsonSchema(tool.inputSchema, 'input');
  const extras = Object.fromEntries(extrasOf(tool).map((name) => [name, EXTRA_ARGUMENTS[name]]));
  return { ...own, properties: { ...(own['properties'] as JsonSchema | undefined), ...extras } };
}

/** Splits a call's arguments into the tool's own and the added ones. */
export function splitExtras(tool: Pick<Tool, 'effect'>, args: Record<string, unknown>): { own: Record<string, unknown>; extras: Partial<Record<ExtraArgument, string>> } {
  const names = extrasOf(tool);
  if (!names.some((name) => name in args)) return { own: args, extras: {} };
  const own = { ...args };
  const extras: Partial<Record<ExtraArgument, string>> = {};
  for (const name of names) {
    if (typeof own[name] === 'string') extras[name] = own[name];
    if (own[name] === undefined || typeof own[name] === 'string') delete own[name];
  }
  return { own, extras };
}
