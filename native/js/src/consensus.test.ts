import { expect, test } from 'vitest';

import { dawidSkene, majority, type Vote } from './index.ts';

const vote = (item: string, worker: string, label: string): Vote => ({ item, worker, label });

test('majority counts, and tells ties', () => {
  const votes = [vote('b', 'x', 'no'), vote('a', 'x', 'yes'), vote('a', 'y', 'no'), vote('a', 'z', 'yes'), vote('b', 'y', 'maybe "so"')];
  expect(majority(votes)).toEqual([
    { item: 'a', label: 'yes', confidence: 2 / 3, tie: false },
    { item: 'b', label: expect.toBeOneOf(['maybe "so"', 'no']), confidence: 1 / 2, tie: true },
  ]);
  expect(majority([])).toEqual([]);
});

test('Dawid–Skene learns whom to believe', () => {
  const truth = (item: number) => (item % 2 === 0 ? 'even' : 'odd');
  const wrong = (item: number) => (item % 2 === 0 ? 'odd' : 'even');
  const votes = Array.from({ length: 30 }, (_, item) => [
    vote(`item ${item}`, 'good', truth(item)),
    vote(`item ${item}`, 'better', truth(item)),
    // These two err together on item 0, and apart on others.
    vote(`item ${item}`, 'hasty', item === 0 || item % 3 === 0 ? wrong(item) : truth(item)),
    vote(`item ${item}`, 'careless', item === 0 || item % 3 === 1 ? wrong(item) : truth(item)),
    vote(`item ${item}`, 'idle', item === 0 || item % 3 === 2 ? wrong(item) : truth(item)),
  ]).flat();
  expect(majority(votes)[0]).toMatchObject({ item: 'item 0', label: 'odd' });
  const found = dawidSkene(votes);
  expect(found.answers[0]).toMatchObject({ item: 'item 0', label: 'even', tie: false });
  expect(found.converged).toBe(true);
  expect(found.labels).toEqual(['even', 'odd']);
  expect(found.posteriors).toHaveLength(30);
  const accuracy = Object.fromEntries(found.workers.map((worker) => [worker.worker, worker.accuracy]));
  expect(accuracy['good']).toBeGreaterThan(0.95);
  expect(accuracy['idle']).toBeLessThan(0.8);
  expect(dawidSkene(votes.toReversed())).toEqual(found);
});

test('bad input is refused by name', () => {
  expect(() => majority([{ item: 'a', worker: 'b' } as never])).toThrow(/^votes: missing field `label`/);
  expect(() => dawidSkene([], { maxIterations: 0 })).toThrow('options: max_iterations must be at least 1');
  expect(() => dawidSkene([], { smoothing: -1 })).toThrow('options: smoothing');
});
