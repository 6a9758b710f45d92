import { describe, expect, it } from 'vitest';
import { editDistance, nearestNames, wordsOf } from './nearest.ts';
import { rankByWords } from './rank.ts';

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
  const first = (query: string): string | undefined => rankByWords(entries, query)[0]?.entry.name;

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
    expect(rankByWords(entries, 'quantum flux capacitor')).toEqual([]);
    expect(rankByWords(entries, ' _ ')).toEqual([]);
  });
});
