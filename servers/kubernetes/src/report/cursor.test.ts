import { describe, expect, it } from 'vitest';
import { readCursor, writeCursor, type Cursor } from './cursor.ts';

describe('a cursor', () => {
  it.each<Cursor>([
    { skip: 0, shown: 0 },
    { version: '123', skip: 7, shown: 7 },
    { token: 'eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ==', skip: 0, shown: 500 },
    { token: 'ü "quoted"', skip: 3, shown: 503 },
  ])('comes back as it was written', (cursor) => {
    expect(readCursor(writeCursor(cursor))).toEqual(cursor);
    expect(writeCursor(cursor)).toMatch(/^[\w-]+$/);
  });

  it('without one the list begins', () => {
    expect(readCursor(undefined)).toEqual({ skip: 0, shown: 0 });
  });

  const written = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

  it.each<[string, string]>([
    ['nothing', ''],
    ['words', 'next page please'],
    ['the API server’s own', Buffer.from('{"v":"meta.k8s.io/v1","rv":1,"start":"a"}').toString('base64')],
    ['no list', written({ skip: 1 })],
    ['null', written(null)],
    ['a number for a token', written([1, '', 0, 0])],
    ['a negative number', written(['', '', -1, 0])],
    ['a fraction', written(['', '', 0.5, 0])],
    ['a number as a text', written(['', '', '1', 0])],
    ['too few', written(['', '', 0])],
    ['a skip that no page has', written(['', '', 1e15, 0])],
  ])('refuses %s', (_what, text) => {
    expect(() => readCursor(text)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });
});
