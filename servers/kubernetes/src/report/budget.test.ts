import { describe, expect, it } from 'vitest';
import { bytesFor, cutText, fit, MOST_TOKENS, sizeOf, TOKEN_BYTES } from './budget.ts';

describe('bytes for an answer', () => {
  it('leaves room for text and structured content together', () => {
    for (const tokens of [500, 4_000, MOST_TOKENS]) expect(2 * bytesFor(tokens)).toBeLessThanOrEqual(tokens * TOKEN_BYTES);
    expect(bytesFor(4_000)).toBeGreaterThan(7_000);
  });

  it('is never so little that nothing can be said', () => {
    for (const tokens of [0, -5]) expect(bytesFor(tokens)).toBeGreaterThan(100);
  });
});

describe('what fits', () => {
  it('takes the first items that fit, and counts the rest', () => {
    expect(fit(['aaaa', 'bbbb', 'cccc'], 10)).toEqual({ items: ['aaaa', 'bbbb'], left: 1 });
    expect(fit(['aaaa', 'bbbb', 'cccc'], 15)).toEqual({ items: ['aaaa', 'bbbb', 'cccc'], left: 0 });
    expect(fit([], 10)).toEqual({ items: [], left: 0 });
  });

  it('takes one at least, so that a cursor always moves on', () => {
    expect(fit(['a'.repeat(1_000), 'b'], 10)).toEqual({ items: ['a'.repeat(1_000)], left: 1 });
    expect(fit(['a', 'b'], -1)).toEqual({ items: ['a'], left: 1 });
  });

  it('counts bytes as they are sent', () => {
    expect(sizeOf('ü')).toBe(2);
    expect(sizeOf({ a: 'ü' })).toBe(10);
    expect(sizeOf(undefined)).toBe(0);
    expect(fit(['üüü', 'x'], 9).left).toBe(0);
    expect(fit(['üüü', 'x'], 8).left).toBe(1);
  });
});

describe('a text that is cut', () => {
  it('stays whole when it fits', () => {
    expect(cutText('one\ntwo', 7)).toEqual({ text: 'one\ntwo', cut: 0 });
  });

  it('ends at a line, and nothing is lost from the count', () => {
    const { text, cut } = cutText('one\ntwo\nthree', 9);
    expect(text).toBe('one\ntwo');
    expect(Buffer.byteLength(text) + cut).toBe(13);
  });

  it('does not lose half of what would fit for a line that is long', () => {
    const { text } = cutText(`a\n${'b'.repeat(100)}`, 50);
    expect(text).toHaveLength(50);
  });

  it.each([1, 2, 3, 4, 5, 6])('never breaks a character (%i bytes)', (bytes) => {
    const { text, cut } = cutText('ü€😀x', bytes);
    expect('ü€😀x'.startsWith(text)).toBe(true);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(bytes);
    expect(Buffer.byteLength(text) + cut).toBe(10);
  });

  it('takes nothing of no room', () => {
    expect(cutText('one', 0)).toEqual({ text: '', cut: 3 });
    expect(cutText('one', -5)).toEqual({ text: '', cut: 3 });
  });
});
