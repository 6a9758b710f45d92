import { describe, expect, it } from 'vitest';
import { alignmentDistance, nearest } from './nearest.ts';

describe('nearest', () => {
  it.each([
    ['prot', ['port', 'host'], 'port'],
    ['repoPath', ['repo_path', 'path'], 'repo_path'],
    ['limt', ['limit', 'list'], 'limit'],
    ['qurey', ['query', 'queue'], 'query'],
    ['x', ['limit'], undefined],
    ['banana', ['limit', 'port'], undefined],
    ['', ['limit'], undefined],
    ['limit', [], undefined],
    ['status', ['status'], 'status'],
  ])('%j among %j is %j', (word, candidates, expected) => {
    expect(nearest(word, candidates)).toBe(expected);
  });

  it('measures edits, a swap of neighbours being one', () => {
    expect(alignmentDistance('abcd', 'abdc')).toBe(1);
    expect(alignmentDistance('kitten', 'sitting')).toBe(3);
    expect(alignmentDistance('', 'abc')).toBe(3);
    expect(alignmentDistance('abc', '')).toBe(3);
  });

  it('takes words of any length', () => {
    expect(nearest('x'.repeat(1_000_000), ['y'.repeat(1_000_000)])).toBeUndefined();
  });
});
