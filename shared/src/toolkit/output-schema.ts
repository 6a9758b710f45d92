import type { JsonSchema } from '../contracts/index.ts';

/** Keywords beside which a further alternative would not mean what it says. */
const COMPOSED = ['$ref', 'anyOf', 'oneOf', 'allOf', 'not', 'if', 'dependentRequired', 'minProperties', 'propertyNames'];

/**
 * An output schema as it is listed: it also fits the body of a failed call, `{ error }`. Clients of the handshake era hold failed
 * results against the schema too, and would show that mismatch to the model instead of the failure.
 */
export function withErrors(schema: JsonSchema): JsonSchema {
  const { $schema: _dialect, required, properties, ...rest } = schema;
  const own = (properties ?? {}) as JsonSchema;
  if (schema['type'] !== 'object' || 'error' in own || COMPOSED.some((keyword) => keyword in schema)) return schema;
  const alternatives =
    Array.isArray(required) && required.length > 0 ? { anyOf: [{ required: required as string[] }, { required: ['error'] }] } : {};
  return { ...rest, properties: { ...own, error: { type: 'object' } }, ...alternatives };
}
