import { describe, expect, it } from 'vitest';
import { editDistance, nearestNames, wordsOf } from './nearest.ts';
import { WordIndex } from './rank.ts';

const NAMES = [
  'up',
  'node_cpu_seconds_total',
  'node_memory_MemFree_bytes',
  'node_load1',
  'http_requests_total',
  'http_request_duration_seconds_bucket',
];

describe('edit distance', () => {
  it.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['abc', 'abd', 1],
    ['abc', 'ab', 1],
    ['abcd', 'abdc', 1],
    ['kitten', 'sitting', 3],
  ])('%s to %s', (a, b, distance) => expect(editDistance(a, b, 5)).toBe(distance));

  it('agrees with the whole table, within its limit and above', () => {
    // the textbook recurrence without a band, on every pair of short words over two letters
    const whole = (a: string, b: string): number => {
      const cell = (i: number, j: number): number => {
        if (i === 0 || j === 0) return i + j;
        const swap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? cell(i - 2, j - 2) + 1 : Infinity;
        return Math.min(cell(i - 1, j) + 1, cell(i, j - 1) + 1, cell(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1), swap);
      };
      return cell(a.length, b.length);
    };
    const words = Array.from({ length: 62 }, (_, index) => (index + 2).toString(2).slice(1));
    for (const a of words)
      for (const b of words)
        for (const limit of [1, 2, 4]) expect(editDistance(a, b, limit), `${a} ${b} ${limit}`).toBe(Math.min(whole(a, b), limit + 1));
  });

  it('stops above its limit', () => {
    expect(editDistance('aaaaaaaa', 'bbbbbbbb', 2)).toBe(3);
    expect(editDistance('a', 'abcdef', 2)).toBe(3);
  });
});

describe('nearest names', () => {
  it.each([
    ['node_cpu_second_total', 'node_cpu_seconds_total'],
    ['http_request_total', 'http_requests_total'],
    ['node_cpu', 'node_cpu_seconds_total'],
    ['requests_http_total', 'http_requests_total'],
    ['upp', 'up'],
    ['NODE_LOAD1', 'node_load1'],
  ])('%s is near %s', (wanted, name) => expect(nearestNames(wanted, NAMES, 3)[0]).toBe(name));

  it('invents nothing', () => expect(nearestNames('zzzzzzzz', NAMES, 3)).toEqual([]));
});

describe('ranking by words', () => {
  const entries = NAMES.map((name) => ({ name, help: name === 'node_load1' ? '1m load average of the machine.' : '' }));
  const index = new WordIndex(entries);
  const first = (query: string): string | undefined => index.rank(query)[0]?.name;

  it('splits names', () =>
    expect(wordsOf('node_memory_MemFree_bytes:rate5m')).toEqual(['node', 'memory', 'mem', 'free', 'bytes', 'rate5m']));

  it.each([
    ['cpu seconds', 'node_cpu_seconds_total'],
    ['free ram', 'node_memory_MemFree_bytes'],
    ['memry free', 'node_memory_MemFree_bytes'],
    ['http latency', 'http_request_duration_seconds_bucket'],
    ['load machine', 'node_load1'],
    ['requests', 'http_requests_total'],
  ])('%j finds %s', (query, name) => expect(first(query)).toBe(name));

  it('leaves out what lacks most of the words, and finds nothing for none', () => {
    expect(index.rank('quantum flux capacitor')).toEqual([]);
    expect(index.rank(' _ ')).toEqual([]);
    expect(index.rank('http', ({ name }) => name.endsWith('_total')).map(({ name }) => name)).toEqual(['http_requests_total']);
  });
});
