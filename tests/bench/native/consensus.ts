// Votes to answers: majority and Dawid–Skene, native and plain, on a crowd of our own making.
import { dawidSkene, majority, type Vote } from '@deployment-engine/native';
import type { Comparison } from '../native.ts';

const ITEMS = 1_000;
const WORKERS = 20;
const EACH = 10;
const LABELS = ['a', 'b', 'c', 'd', 'e'];
const ROUNDS = 10;
const SMOOTHING = 0.1;

interface Plain {
  readonly answers: readonly { readonly item: string; readonly label: string; readonly confidence: number }[];
}

/** 10,000 votes; the higher its number, the more often a worker is wrong. */
function crowd(): Vote[] {
  const votes: Vote[] = [];
  for (let item = 0; item < ITEMS; item += 1) {
    for (let turn = 0; turn < EACH; turn += 1) {
      const worker = (item * 7 + turn * 3) % WORKERS;
      const wrong = (item * 31 + turn * 17 + worker * 5) % WORKERS < worker;
      const label = LABELS[(item + (wrong ? 1 + (turn % 4) : 0)) % LABELS.length] ?? '';
      votes.push({ item: `item ${item}`, worker: `worker ${worker}`, label });
    }
  }
  return votes;
}

/** The names in order, and the place of each. */
function numbered(names: Iterable<string>) {
  const all = [...new Set(names)].toSorted();
  return { all, place: new Map(all.map((name, place) => [name, place])) };
}

/** How often an item was given each label, a row an item. */
function shares(votes: readonly Vote[]) {
  const items = numbered(votes.map(({ item }) => item));
  const labels = numbered(votes.map(({ label }) => label));
  const table = items.all.map(() => new Float64Array(labels.all.length));
  for (const { item, label } of votes) {
    const row = table[items.place.get(item) ?? 0];
    const at = labels.place.get(label) ?? 0;
    if (row !== undefined) row[at] = (row[at] ?? 0) + 1;
  }
  for (const row of table) normalize(row);
  return { items, labels, table };
}

function normalize(row: Float64Array): void {
  let sum = 0;
  for (const value of row) sum += value;
  for (let at = 0; at < row.length; at += 1) row[at] = (row[at] ?? 0) / sum;
}

function best(items: readonly string[], labels: readonly string[], table: readonly Float64Array[]): Plain {
  return {
    answers: items.map((item, at) => {
      const row = table[at] ?? new Float64Array();
      let top = 0;
      for (let label = 1; label < row.length; label += 1) if ((row[label] ?? 0) > (row[top] ?? 0)) top = label;
      return { item, label: labels[top] ?? '', confidence: row[top] ?? 0 };
    }),
  };
}

function plainMajority(votes: readonly Vote[]): Plain {
  const { items, labels, table } = shares(votes);
  return best(items.all, labels.all, table);
}

/** A. P. Dawid and A. M. Skene, Applied Statistics 28 (1979): rates from beliefs, then beliefs from rates. */
function plainDawidSkene(votes: readonly Vote[]): Plain {
  const { items, labels, table } = shares(votes);
  const workers = numbered(votes.map(({ worker }) => worker));
  const classes = labels.all.length;
  const marks = votes.map(({ item, worker, label }) => ({
    item: items.place.get(item) ?? 0,
    worker: workers.place.get(worker) ?? 0,
    label: labels.place.get(label) ?? 0,
  }));
  // workers × true label × given label
  const rates = workers.all.map(() => Array.from({ length: classes }, () => new Float64Array(classes)));
  const prevalence = new Float64Array(classes);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const worker of rates) for (const row of worker) row.fill(SMOOTHING);
    prevalence.fill(0);
    for (const row of table)
      for (let truth = 0; truth < classes; truth += 1) prevalence[truth] = (prevalence[truth] ?? 0) + (row[truth] ?? 0);
    normalize(prevalence);
    for (const { item, worker, label } of marks) {
      for (let truth = 0; truth < classes; truth += 1) {
        const row = rates[worker]?.[truth];
        if (row !== undefined) row[label] = (row[label] ?? 0) + (table[item]?.[truth] ?? 0);
      }
    }
    for (const worker of rates) for (const row of worker) normalize(row);
    for (const row of table) for (let truth = 0; truth < classes; truth += 1) row[truth] = Math.log(prevalence[truth] ?? 0);
    for (const worker of rates)
      for (const row of worker) for (let label = 0; label < classes; label += 1) row[label] = Math.log(row[label] ?? 0);
    for (const { item, worker, label } of marks) {
      const row = table[item];
      for (let truth = 0; truth < classes; truth += 1)
        if (row !== undefined) row[truth] = (row[truth] ?? 0) + (rates[worker]?.[truth]?.[label] ?? 0);
    }
    for (const row of table) {
      const top = Math.max(...row);
      for (let truth = 0; truth < classes; truth += 1) row[truth] = Math.exp((row[truth] ?? 0) - top);
      normalize(row);
    }
  }
  return best(items.all, labels.all, table);
}

/** The same items, confidence alike, and the same label wherever no other does as well. */
function same(native: unknown, plain: unknown): void {
  const [one, other] = [(native as Plain).answers, (plain as Plain).answers];
  if (one.length !== other.length) throw new Error(`${one.length} answers, plain ${other.length}`);
  for (const [at, answer] of one.entries()) {
    const expected = other[at];
    if (answer.item !== expected?.item || Math.abs(answer.confidence - expected.confidence) > 1e-6) {
      throw new Error(`${JSON.stringify(answer)}, plain ${JSON.stringify(expected)}`);
    }
    if (answer.confidence > 0.5 + 1e-6 && answer.label !== expected.label) {
      throw new Error(`${JSON.stringify(answer)}, plain ${JSON.stringify(expected)}`);
    }
  }
}

export function comparisons(): Comparison[] {
  const votes = crowd();
  return [
    {
      name: 'majority of 10,000 votes',
      native: () => ({ answers: majority(votes) }),
      plain: () => plainMajority(votes),
      same,
    },
    {
      name: `Dawid–Skene on 10,000 votes, ${ROUNDS} rounds`,
      native: () => dawidSkene(votes, { maxIterations: ROUNDS, tolerance: 0, smoothing: SMOOTHING }),
      plain: () => plainDawidSkene(votes),
      same,
    },
  ];
}
