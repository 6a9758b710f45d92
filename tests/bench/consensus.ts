// Votes to answers, on a labelled crowd set: `npm run bench:consensus -- --labels label.csv --truth truth.csv --method auto|<name>`.
import { performance } from 'node:perf_hooks';
import { infer, inferenceMethods, readColumns, VoteTable, type InferenceMethod, type InferredAnswer } from '@deployment-engine/native';
import { benchmark, readArguments, readBytes, rounded, UsageError, writeJsonLines } from './command.ts';

/** The votes of a file `item,worker,label`; what was said twice counts once. */
function readVotes(file: string): VoteTable {
  const votes = ofFile(file, (csv) => VoteTable.fromCsv(csv));
  votes.dropRepeated();
  return votes;
}

/** What is read of a CSV file; a wrong one is wrong usage. */
function ofFile<T>(file: string, read: (csv: Uint8Array) => T): T {
  const csv = readBytes(file);
  try {
    return read(csv);
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}`);
  }
}

function methodNamed(name: string): InferenceMethod | 'auto' {
  const method = ['auto' as const, ...inferenceMethods].find((known) => known === name);
  if (method === undefined) throw new UsageError(`There is no method ${name}. There are auto, ${inferenceMethods.join(', ')}`);
  return method;
}

await benchmark(() => {
  const options = readArguments({
    labels: { what: 'label.csv', required: true },
    truth: { what: 'truth.csv', required: true },
    method: { what: 'auto or a name, default auto' },
    seed: { what: 'whole number, default 0' },
  });
  const { labels = '', truth = '', method: name = 'auto', seed = '0' } = options;
  const method = methodNamed(name);
  if (!/^\d{1,15}$/u.test(seed)) throw new UsageError('--seed is not a whole number');
  const votes = readVotes(labels);
  const start = performance.now();
  const found = infer(votes, { method, seed: Number(seed) });
  const inferMs = performance.now() - start;
  writeJsonLines(options['out'], predictions(found.answers));
  // Only here, with every answer made and written, is the truth read.
  return {
    ...score(found.answers, truth),
    method: found.method,
    chosen_because: found.chosenBecause,
    iterations: found.iterations,
    converged: found.converged,
    items: found.answers.length,
    workers: found.workers.length,
    votes: votes.size,
    infer_ms: rounded(inferMs),
  };
});

function* predictions(answers: readonly InferredAnswer[]) {
  for (const { item, answer, confidence } of answers) yield { item, answer, confidence };
}

/** The share, in percent, of the items of the truth file whose answer is right. An item without votes has none, so it counts as wrong. */
function score(answers: readonly InferredAnswer[], file: string) {
  const { names, rows } = ofFile(file, (csv) => readColumns(csv, ['item', 'truth']));
  const [items = [], labels = []] = names;
  // An item's last row counts.
  const truth = new Uint32Array(items.length);
  for (let at = 0; at < rows.length; at += 2) truth[rows[at] ?? 0] = rows[at + 1] ?? 0;
  const places = new Map<string, number>();
  for (const item of items) places.set(item, places.size);
  let right = 0;
  let answered = 0;
  for (const { item, answer } of answers) {
    const place = places.get(item);
    if (place === undefined) continue;
    answered += 1;
    if (labels[truth[place] ?? -1] === answer) right += 1;
  }
  return { accuracy: rounded((100 * right) / Math.max(items.length, 1)), scored: items.length, unanswered: items.length - answered };
}
