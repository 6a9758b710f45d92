import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ToolError } from '../contracts/index.ts';
import { Ask, type AskCapabilities, InputRequired } from './ask.ts';

const ALL: AskCapabilities = { elicitation: true, sampling: true, roots: true };
const NONE: AskCapabilities = { elicitation: false, sampling: false, roots: false };
const form = { message: 'Which colour?', schema: z.strictObject({ colour: z.enum(['red', 'blue']).describe('c') }) };
const thrown = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
};

describe('asking the client', () => {
  it('throws what must be asked, as a flat form', () => {
    const error = thrown(() => new Ask(ALL).elicit('colour', form)) as InputRequired;
    expect(error).toBeInstanceOf(InputRequired);
    expect(error.requests).toEqual({
      colour: {
        method: 'elicitation/create',
        params: {
          message: 'Which colour?',
          requestedSchema: {
            type: 'object',
            properties: { colour: { type: 'string', enum: ['red', 'blue'], description: 'c' } },
            required: ['colour'],
          },
        },
      },
    });
  });

  it('returns the answer on the run that has it', () => {
    const ask = (answer: unknown): Ask => new Ask(ALL, { colour: answer });
    expect(ask({ action: 'accept', content: { colour: 'red' } }).elicit('colour', form)).toEqual({
      action: 'accept',
      content: { colour: 'red' },
    });
    expect(ask({ action: 'decline' }).elicit('colour', form)).toEqual({ action: 'decline' });
    expect(ask({ action: 'cancel', content: { colour: 'red' } }).elicit('colour', form)).toEqual({ action: 'cancel' });
  });

  it.each([
    null,
    5,
    'accept',
    [],
    {},
    { action: 'accept' },
    { action: 'accept', content: null },
    { action: 'accept', content: { colour: 'green' } },
    { action: 'maybe', content: { colour: 'red' } },
  ])('refuses an answer that does not fit: %j', (answer) => {
    expect(thrown(() => new Ask(ALL, { colour: answer }).elicit('colour', form))).toMatchObject({ code: 'invalid_input' });
  });

  it('asks for several things in one round, and only for what is missing', () => {
    const requests = { a: { method: 'roots/list' as const }, b: { method: 'sampling/createMessage' as const, params: {} } };
    expect(Object.keys((thrown(() => new Ask(ALL).all(requests)) as InputRequired).requests)).toEqual(['a', 'b']);
    expect(Object.keys((thrown(() => new Ask(ALL, { a: 1 }).all(requests)) as InputRequired).requests)).toEqual(['b']);
    expect(new Ask(ALL, { a: 1, b: 2, c: 3 }).all(requests)).toEqual({ a: 1, b: 2 });
  });

  it.each<[string, (ask: Ask) => unknown]>([
    ['elicitation', (ask) => ask.elicit('k', form)],
    ['sampling', (ask) => ask.sample('k', {})],
    ['roots', (ask) => ask.roots('k')],
  ])('says so when the client offers no %s', (capability, run) => {
    const error = thrown(() => run(new Ask(NONE))) as ToolError;
    expect(error).toMatchObject({ code: 'unsupported', hint: expect.stringContaining(capability) });
  });

  it('reads roots, and nothing that is none', () => {
    const roots = (answer: unknown): unknown => new Ask(ALL, { r: answer }).roots('r');
    expect(roots({ roots: [{ uri: 'file:///a', name: 'a' }, null, 5, {}, { uri: 5 }, { uri: 'file:///b' }] })).toEqual([
      { uri: 'file:///a', name: 'a' },
      { uri: 'file:///b' },
    ]);
    for (const answer of [null, {}, { roots: 'file:///a' }, []]) expect(roots(answer)).toEqual([]);
  });

  it('takes no answer from a prototype', () => {
    for (const key of ['__proto__', 'constructor', 'toString']) expect(new Ask(ALL).answer(key)).toBeUndefined();
  });

  it('samples', () => {
    expect(new Ask(ALL, { s: { role: 'assistant' } }).sample('s', {})).toEqual({ role: 'assistant' });
  });
});
