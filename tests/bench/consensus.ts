// Votes to answers, on a labelled crowd set: `npm run bench:consensus -- --labels label.csv --truth truth.csv --method auto|<name>`.
import { performance } from 'node:perf_hooks';
import { infer, inferenceMethods, VoteTable, type InferenceMethod } from '@deployment-engine/native';
import { benchmark, readArguments, readText, rounded, UsageError, writeJsonLines } from './command.ts';
import { eachRow } from './csv.ts';

/** The votes of a file `item,worker,label`; what was said twice counts once. */
function readVotes(file: string): VoteTable {
  const votes = new VoteTable();
  eachRow(file, readText(file), ['item', 'worker', 'label'], ([item = '', worker = '', label = '']) => votes.add(item, worker, label));
  votes.dropRepeated();
  return votes;
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
  writeJsonLines(
    options['out'],
    found.answers.map(({ item, answer, confidence }) => ({ item, answer, confidence })),
  );
  // Only here, with every answer made and written, is the truth read.
  return {
    ...score(new Map(found.answers.map(({ item, answer }) => [item, answer])), truth),
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

/** The share, in percent, of the items of the truth file whose answer is right. An item without votes has none, so it counts as wrong. */
function score(answers: ReadonlyMap<string, string>, file: string) {
  const truth = new Map<string, string>();
  eachRow(file, readText(file), ['item', 'truth'], ([item = '', label = '']) => truth.set(item, label));
  let right = 0;
  let unanswered = 0;
  for (const [item, label] of truth) {
    const answer = answers.get(item);
    if (answer === undefined) unanswered += 1;
    else if (answer === label) right += 1;
  }
  return { accuracy: rounded((100 * right) / Math.max(truth.size, 1)), scored: truth.size, unanswered };
}
