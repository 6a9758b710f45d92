import { expect, test } from 'vitest';

import { dawidSkene, infer, inferenceMethods, majority, readColumns, VoteTable, type Vote } from './index.ts';

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
  expect(() => infer([vote('a', 'b', 'c'), { item: 1, worker: 'b', label: 'c' } as never])).toThrow(
    'votes: `item` of vote 1 is not a string',
  );
  expect(() => dawidSkene([], { maxIterations: 0 })).toThrow('options: max_iterations must be at least 1');
  expect(() => dawidSkene([], { smoothing: -1 })).toThrow('options: smoothing');
});

/** Votes on 120 items, 6 votes each: three workers who are nearly always right, and five who often give the next label. */
function crowd(): { readonly votes: readonly Vote[]; readonly truth: ReadonlyMap<string, string> } {
  const labels = ['red', 'green', 'blue'];
  const label = (at: number) => labels[at % labels.length] ?? '';
  // A small generator (Park and Miller), so that the votes are always the same.
  let state = 7;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const truth = new Map<string, string>();
  const votes: Vote[] = [];
  for (let item = 0; item < 120; item += 1) {
    const right = Math.floor(random() * labels.length);
    truth.set(`item ${item}`, label(right));
    for (let turn = 0; turn < 6; turn += 1) {
      const worker = (item + turn) % 8;
      votes.push(vote(`item ${item}`, `worker ${worker}`, label(random() < (worker < 3 ? 0.95 : 0.45) ? right : right + 1)));
    }
  }
  return { votes, truth };
}

test('every method of inference answers each item, and learns whom to believe', () => {
  const { votes, truth } = crowd();
  const right = (answers: readonly { readonly item: string; readonly answer: string }[]) =>
    answers.filter(({ item, answer }) => truth.get(item) === answer).length;
  const counted = right(infer(votes, { method: 'majority' }).answers);
  for (const method of inferenceMethods) {
    const found = infer(votes, { method });
    expect(found).toMatchObject({ method, chosenBecause: 'it was asked for' });
    expect(found.answers).toHaveLength(120);
    expect(found.answers.every(({ confidence }) => confidence > 0 && confidence <= 1)).toBe(true);
    expect(found.workers.map(({ worker }) => worker)).toEqual(Array.from({ length: 8 }, (_, worker) => `worker ${worker}`));
    expect(found.workers.reduce((sum, worker) => sum + worker.votes, 0)).toBe(votes.length);
    if (method !== 'majority') expect(right(found.answers), method).toBeGreaterThan(counted);
    expect(infer(votes.toReversed(), { method })).toEqual(found);
  }
  const chosen = infer(votes);
  expect(right(chosen.answers)).toBeGreaterThan(counted);
  expect(chosen.evidence).toBeLessThan(0);
});

test('the choice of a method says why, and learns nothing from few votes', () => {
  const { votes } = crowd();
  const chosen = infer(votes);
  expect(chosen.method).toMatch(/^hierarchical-/);
  expect(chosen.chosenBecause).toMatch(/more evidence than for hierarchical-/);
  expect(infer(votes, { method: 'auto' })).toEqual(chosen);
  const few = infer(votes.slice(0, 300));
  expect(few).toMatchObject({ method: 'bwa', evidence: null });
  expect(few.chosenBecause).toContain('300 votes are too few');
  expect(infer([vote('a', 'x', 'yes'), vote('a', 'y', 'no')])).toMatchObject({ method: 'majority' });
  expect(infer([])).toMatchObject({ method: 'majority', answers: [], workers: [] });
});

test('votes gathered in a table give what votes in an array give', () => {
  const { votes } = crowd();
  const table = new VoteTable();
  for (const { item, worker, label } of votes) table.add(item, worker, label);
  expect(table.size).toBe(votes.length);
  expect(infer(table)).toEqual(infer(votes));
  expect(majority(table)).toEqual(majority(votes));
  expect(dawidSkene(table)).toEqual(dawidSkene(votes));
});

test('a table drops votes that were there before, and only those', () => {
  const table = new VoteTable();
  for (const label of ['yes', 'no', 'yes', 'yes']) table.add('a', 'x', label);
  table.add('a', 'y', 'yes');
  table.add('b', 'x', 'yes');
  expect(majority(table)[0]).toMatchObject({ item: 'a', label: 'yes', confidence: 4 / 5 });
  table.dropRepeated();
  expect(table.size).toBe(4);
  expect(majority(table)).toMatchObject([
    { item: 'a', label: 'yes', confidence: 2 / 3 },
    { item: 'b', label: 'yes', confidence: 1 },
  ]);
  expect(majority(new VoteTable())).toEqual([]);
});

test('votes come from a CSV text, and more can be added', () => {
  const csv = 'worker,note,item,label\nx,"a, b",7,yes\ny,,"say ""so""", no \n\nx,,7,yes\n';
  const table = VoteTable.fromCsv(csv);
  expect(table.size).toBe(3);
  expect(VoteTable.fromCsv(Buffer.from(csv))).toEqual(table);
  table.dropRepeated();
  table.add('7', 'y', 'yes');
  table.add('8', 'z', 'no');
  const votes = [vote('7', 'x', 'yes'), vote('say "so"', 'y', 'no'), vote('7', 'y', 'yes'), vote('8', 'z', 'no')];
  expect(table.size).toBe(votes.length);
  for (const method of inferenceMethods) expect(infer(table, { method })).toEqual(infer(votes, { method }));
  expect(majority(VoteTable.fromCsv('q,who,said\n1,x,yes\n', ['q', 'who', 'said']))).toMatchObject([{ item: '1', label: 'yes' }]);
  const none = VoteTable.fromCsv('item,worker,label\n');
  none.dropRepeated();
  none.add('1', 'x', 'yes');
  expect(majority(none)).toMatchObject([{ item: '1', label: 'yes' }]);
});

test('columns of a CSV text come as names and places, and what is missing is told', () => {
  const bytes = new Uint8Array([...Buffer.from('\uFEFFitem,truth\n1,a\n2,b\n1,'), 0xff]);
  const { names, rows } = readColumns(bytes, ['truth', 'item']);
  expect(names).toEqual([
    ['a', 'b', '\uFFFD'],
    ['1', '2'],
  ]);
  expect([...rows]).toEqual([0, 0, 1, 1, 2, 0]);
  expect(() => VoteTable.fromCsv('item,label\n1,2\n')).toThrow('csv: there is no column worker: the first line is item,label');
  expect(() => readColumns('item,truth\n1,a\n2\n', ['item', 'truth'])).toThrow('csv: the record at line 3 has 1 fields');
});

test('inference refuses what it does not know', () => {
  expect(() => infer([], { method: 'oracle' as never })).toThrow(/^options: there is no method "oracle"; there are auto, majority/);
  expect(() => infer([], { maxIterations: 0 })).toThrow('options: max_iterations must be at least 1');
  expect(() => infer([], { tolerance: -1 })).toThrow('options: tolerance must be 0 or more');
});
