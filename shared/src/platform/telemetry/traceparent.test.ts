import { describe, expect, it } from 'vitest';
import { formatTraceparent, parseTraceparent } from './traceparent.ts';

const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
const span = '00f067aa0ba902b7';

describe('parseTraceparent', () => {
  it('reads version 00 and writes it again', () => {
    const text = `00-${trace}-${span}-01`;
    const context = parseTraceparent(text);
    expect(context).toEqual({ traceId: trace, spanId: span, flags: 1 });
    expect(context && formatTraceparent(context)).toBe(text);
    expect(formatTraceparent({ traceId: trace, spanId: span, flags: 0xff })).toBe(`00-${trace}-${span}-03`);
    expect(formatTraceparent({ traceId: trace, spanId: span, flags: 0 })).toBe(`00-${trace}-${span}-00`);
  });

  it.each([`cc-${trace}-${span}-01`, `cc-${trace}-${span}-01-what-the-future-will-be-like`])('reads the version to come %s', (text) => {
    expect(parseTraceparent(text)).toEqual({ traceId: trace, spanId: span, flags: 1 });
  });

  it.each([
    undefined,
    null,
    1,
    {},
    '',
    'nonsense',
    `ff-${trace}-${span}-01`,
    `00-${trace}-${span}-01-extra`,
    `00-${trace}-${span}-01-`,
    `cc-${trace}-${span}-01.extra`,
    `00-${trace}-${span}`,
    `00-${trace}-${span}-1`,
    `00-${trace}-${span}-0g`,
    `0-${trace}-${span}-01`,
    `00-${trace.toUpperCase()}-${span}-01`,
    `00-${'0'.repeat(32)}-${span}-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    ` 00-${trace}-${span}-01`,
    `00-${trace}-${span}-01\n`,
    `cc-${trace}-${span}-01-${'x'.repeat(600)}`,
  ])('ignores %j', (value) => expect(parseTraceparent(value)).toBeUndefined());
});
