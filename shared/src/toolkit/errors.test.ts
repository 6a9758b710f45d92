import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ERROR_CODES, ToolError } from '../contracts/index.ts';
import { ResultBody } from './call.ts';
import { errorBody, toToolError, wireError } from './errors.ts';
import { parseInput } from './zod-input.ts';
import { failure } from './pipeline/call.testing.ts';

describe('errors on the wire', () => {
  it.each(ERROR_CODES)('%s keeps its code, message and hint', (code) => {
    const { result } = errorBody(new ToolError(code, 'What happened.', { hint: 'What to do.' }));
    expect(result).toEqual({
      content: [{ type: 'text', text: `${code}: What happened. What to do.` }],
      structuredContent: { error: { code, message: 'What happened.', hint: 'What to do.' } },
      isError: true,
    });
  });

  it('shows a plan line by line with its token last', () => {
    const error = new ToolError('confirmation_required', 'Remove it', {
      details: { plan: { summary: 'Remove it', changes: ['a', 'b'] }, plan_token: 'abc' },
    });
    expect(errorBody(error).result.content).toEqual([
      { type: 'text', text: 'confirmation_required: Remove it\n- a\n- b\nplan_token: abc' },
    ]);
  });

  it('never shows a cause', () => {
    const error = new ToolError('internal', 'A fault.', { cause: new Error('/root/secret at line 5') });
    expect(JSON.stringify(errorBody(error).result)).not.toContain('secret');
    expect(JSON.stringify(wireError(error))).not.toContain('secret');
  });

  it('takes details of any shape', () => {
    for (const details of [null, 5, 'x', [], [1], {}, { plan: null }, { plan: { changes: 'no list' } }])
      expect(errorBody(new ToolError('conflict', 'm', { details })).result.isError).toBe(true);
  });
});

describe('any thrown value', () => {
  const aborted = (reason?: unknown): AbortSignal => AbortSignal.abort(reason);

  it('is one of our errors', () => {
    const own = new ToolError('conflict', 'x');
    expect(toToolError(own)).toBe(own);
    for (const thrown of [new Error('x'), 'text', null, 5]) expect(toToolError(thrown)).toMatchObject({ code: 'internal', cause: thrown });
    expect(toToolError(undefined)).toMatchObject({ code: 'internal' });
    expect(toToolError(new Error('x'), aborted())).toMatchObject({ code: 'cancelled' });
    expect(toToolError(new Error('x'), aborted(new ToolError('timeout', 'late')))).toMatchObject({ code: 'timeout', message: 'late' });
    expect(toToolError(own, aborted())).toBe(own);
  });
});

describe('result bodies', () => {
  it('turn into bytes and back when they are asked', () => {
    expect(ResultBody.of({ content: [] }).bytes.toString()).toBe('{"content":[]}');
    expect(ResultBody.raw(Buffer.from('{"content":[],"x":1}')).result).toEqual({ content: [], x: 1 });
    expect(ResultBody.of({ content: [], isError: true }).isError).toBe(true);
    expect(ResultBody.of({ content: [] }).isError).toBe(false);
  });
});

describe('input that does not fit', () => {
  const schema = z.strictObject({
    path: z.string().min(1).describe('a path'),
    limit: z.number().int().max(10).optional().describe('how many'),
    nested: z
      .strictObject({ deep: z.boolean().describe('x') })
      .optional()
      .describe('nested'),
  });
  const refused = async (args: unknown): Promise<ToolError> =>
    (await failure(Promise.resolve().then(() => parseInput(schema, args)))) as ToolError;

  it('passes what fits, with defaults', () => {
    expect(parseInput(z.strictObject({ n: z.number().default(5) }), {})).toEqual({ n: 5 });
  });

  it('names every problem by its path', async () => {
    const error = await refused({ path: 5, limit: 11, nested: { deep: 'yes' } });
    expect(error.code).toBe('invalid_input');
    expect((error.details as { problems: { path: string }[] }).problems.map(({ path }) => path)).toEqual(['path', 'limit', 'nested.deep']);
    expect(error.hint).toBe('Correct it and call again.');
  });

  it.each([{ path: 'a', limt: 5 }, { limit: 5 }, null])('lists the arguments only where a name is wrong or missing: %j', async (args) => {
    expect((await refused(args)).hint).toBe('Arguments: path, limit, nested.');
  });

  it.each([
    [{ path: 'a', limt: 5 }, 'limt: unknown argument, did you mean "limit"?'],
    [{ path: 'a', zzzzzz: 5 }, 'zzzzzz: unknown argument'],
    [{ path: 'a', nested: { deep: true, depe: 1 } }, 'nested.depe: unknown argument'],
    [JSON.parse('{"path":"a","__proto__":{"x":1}}'), '__proto__: unknown argument'],
    [{ path: 'a', constructor: 1 }, 'constructor: unknown argument'],
  ])('refuses an unknown argument: %j', async (args, message) => {
    expect((await refused(args)).message).toContain(message);
  });

  it('says so when a tool takes nothing', async () => {
    expect(await failure(Promise.resolve().then(() => parseInput(z.strictObject({}), { a: 1 })))).toMatchObject({
      hint: 'This tool takes no arguments.',
    });
  });

  it('words twenty problems at most, each shortly', async () => {
    const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`argument${index}`, 1]));
    const error = await refused({ path: 'a', ...many, ['x'.repeat(1_000_000)]: 1 });
    expect((error.details as { problems: unknown[] }).problems.length).toBeLessThanOrEqual(20);
    expect(JSON.stringify(error.toWire()).length).toBeLessThan(20_000);
  });
});
