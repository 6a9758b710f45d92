import { z } from 'zod';
import type { JsonSchema } from '../contracts/index.ts';

const known = { input: new WeakMap<z.ZodType, JsonSchema>(), output: new WeakMap<z.ZodType, JsonSchema>() };

/**
 * The JSON Schema (draft 2020-12) of a zod schema, computed once. `io` chooses the shape before or after defaults apply.
 * Keywords that zod has no words for come from `.meta({ … })` as they are: `x-mcp-header`, `if`, `oneOf`.
 */
export function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const hit = known[io].get(schema);
  if (hit) return hit;
  const json = z.toJSONSchema(schema, { io, target: 'draft-2020-12', unrepresentable: 'throw' }) as JsonSchema;
  // zod bounds every plain integer by the safe range; a model only pays tokens for it
  const tidy = JSON.parse(JSON.stringify(json), (key: string, value: unknown) =>
    (key === 'maximum' && value === Number.MAX_SAFE_INTEGER) || (key === 'minimum' && value === Number.MIN_SAFE_INTEGER)
      ? undefined
      : value,
  ) as JsonSchema;
  known[io].set(schema, tidy);
  return tidy;
}
