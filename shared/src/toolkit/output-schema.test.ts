import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv';
import { describe, expect, it } from 'vitest';
import { withErrors } from './output-schema.ts';

const own = {
  type: 'object',
  properties: { name: { $ref: '#/$defs/name' } },
  required: ['name'],
  additionalProperties: false,
  $defs: { name: { type: 'string' } },
};

describe('an output schema as it is listed', () => {
  // what clients of the handshake era check with
  const validate = new AjvJsonSchemaValidator().getValidator(withErrors(own));
  const fits = (value: unknown): boolean => validate(value).valid;

  it('takes a result and a failure', () => {
    expect(fits({ name: 'Ada' })).toBe(true);
    expect(fits({ error: { code: 'not_found', message: 'There is none.' } })).toBe(true);
  });

  it('still takes nothing else', () => {
    for (const value of [{}, { name: 7 }, { other: 1 }, { error: 'text' }]) expect(fits(value)).toBe(false);
  });

  it('stays as it is where it has an error of its own, or is composed', () => {
    for (const schema of [{ ...own, properties: { error: { type: 'string' } } }, { ...own, oneOf: [{}] }, { type: 'array' }]) {
      expect(withErrors(schema)).toBe(schema);
    }
  });
});
