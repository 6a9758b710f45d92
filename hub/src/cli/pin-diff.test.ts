import { describe, expect, it } from 'vitest';
import { changesBetween } from './pin-diff.ts';

describe('changes between two definitions', () => {
  it('are told leaf by leaf, with what was there and what is there now', () => {
    const before = { description: 'a', inputSchema: { type: 'object', properties: { x: { type: 'string' } }, required: ['x'] }, old: 1 };
    const now = { description: 'b', inputSchema: { type: 'object', properties: {}, required: ['x', 'y'] } };
    expect(changesBetween(before, now)).toEqual([
      { path: 'description', before: 'a', now: 'b' },
      { path: 'inputSchema.properties.x.type', before: 'string' },
      { path: 'old', before: 1 },
      { path: 'inputSchema.properties', now: {} },
      { path: 'inputSchema.required.1', now: 'y' },
    ]);
  });

  it('are none between equals, and the whole where a text takes the place of another', () => {
    expect(changesBetween({ a: [1, { b: null }] }, { a: [1, { b: null }] })).toEqual([]);
    expect(changesBetween('use me first', 'use me')).toEqual([{ path: '', before: 'use me first', now: 'use me' }]);
  });
});
