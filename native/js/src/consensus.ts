import { binding } from './binding.ts';
import { columns, type Columns, type Vote, type VoteTable } from './votes.ts';

export { readColumns, VoteTable, type CsvColumns, type Vote } from './votes.ts';

/** What the addon exports for this file. */
export interface ConsensusAddon {
  infer(items: string, workers: string, labels: string, rows: Uint32Array, options: string): { answers: Float64Array; about: string };
  majority(items: string, workers: string, labels: string, rows: Uint32Array): Float64Array;
  dawidSkene(items: string, workers: string, labels: string, rows: Uint32Array, options: string): string;
}

export interface Answer {
  readonly item: string;
  readonly label: string;
  /** Majority: the share of the votes. Dawid–Skene: the posterior probability. */
  readonly confidence: number;
  /** Other labels did as well; this one was drawn by lot. */
  readonly tie: boolean;
}

export interface DawidSkeneOptions {
  /** Rounds at most, default 100. */
  readonly maxIterations?: number;
  /** Stop when no posterior moves by more, default 1e-6. */
  readonly tolerance?: number;
  /** Votes of each label added to every row of every confusion matrix, default 0.1; 0 is the estimator of 1979. */
  readonly smoothing?: number;
}

export interface DawidSkeneEstimate {
  /** In byte order of the items' names. */
  readonly answers: readonly Answer[];
  /** For each answer a probability for each of `labels`. */
  readonly posteriors: readonly (readonly number[])[];
  readonly labels: readonly string[];
  /** How frequent each label is among the items. */
  readonly prevalence: readonly number[];
  readonly workers: readonly WorkerEstimate[];
  readonly iterations: number;
  readonly converged: boolean;
}

export interface WorkerEstimate {
  readonly worker: string;
  /** How often this worker is right, between 0 and 1. */
  readonly accuracy: number;
  /** Row: the true label; column: the label given. */
  readonly confusion: readonly (readonly number[])[];
}

/** The label with the most votes for each item, items in byte order. A tie is told, and settled by a lot drawn from the names of item and labels: always alike, in favour of no label. */
export function majority(votes: readonly Vote[] | VoteTable): Answer[] {
  const table = columns(votes);
  const { items, workers, labels, rows } = table;
  const answers: Answer[] = [];
  eachAnswer(table, binding().majority(items.json(), workers.json(), labels.json(), rows), (item, label, confidence, tie) =>
    answers.push({ item, label, confidence, tie }),
  );
  return answers;
}

/** Reads answers as they cross: the places of item and label, the confidence, and 1 where it was a tie. */
function eachAnswer(
  { items: { names: items }, labels: { names: labels } }: Columns,
  numbers: Float64Array,
  take: (item: string, label: string, confidence: number, tie: boolean) => void,
): void {
  for (let at = 0; at < numbers.length; at += 4) {
    const [item, label] = [items[numbers[at] ?? -1], labels[numbers[at + 1] ?? -1]];
    if (item === undefined || label === undefined) throw new Error('votes: a name did not come back');
    take(item, label, numbers[at + 2] ?? 0, numbers[at + 3] === 1);
  }
}

/**
 * The likeliest label of each item and the error rates of each worker, by expectation–maximization (Dawid and Skene,
 * Applied Statistics 28, 1979). Takes errors of different workers as independent. The order of the votes does not matter.
 */
export function dawidSkene(votes: readonly Vote[] | VoteTable, options: DawidSkeneOptions = {}): DawidSkeneEstimate {
  const { items, workers, labels, rows } = columns(votes);
  const found = binding().dawidSkene(items.json(), workers.json(), labels.json(), rows, JSON.stringify(options));
  return JSON.parse(found) as DawidSkeneEstimate;
}

/** The methods of {@link infer}, `auto` aside. */
export const inferenceMethods = [
  'majority',
  'dawid-skene',
  'one-coin',
  'glad',
  'mace',
  'ibcc',
  'bwa',
  'ebcc',
  'hierarchical-dawid-skene',
  'hierarchical-mace',
] as const;

export type InferenceMethod = (typeof inferenceMethods)[number];

export interface InferOptions {
  /** Default `auto`: the method that suits the votes, found without knowing any answer. */
  readonly method?: InferenceMethod | 'auto';
  /** Seeds EBCC's random start and the lots that settle ties: a whole number, default 0. */
  readonly seed?: number;
  /** Rounds at most of each fit, default 200. */
  readonly maxIterations?: number;
  /** Stop when the beliefs about an item change by less in a round, on average; default 1e-3. */
  readonly tolerance?: number;
}

export interface Inference {
  /** The method that was used. */
  readonly method: InferenceMethod;
  readonly chosenBecause: string;
  readonly iterations: number;
  readonly converged: boolean;
  /** A lower bound on the logarithm of the probability of the votes, in nats, where the method has one. */
  readonly evidence: number | null;
  /** In byte order of the items' names. */
  readonly answers: readonly InferredAnswer[];
  readonly workers: readonly WorkerSkill[];
}

export interface InferredAnswer {
  readonly item: string;
  readonly answer: string;
  /** Majority, also where a choice leaves an item to it: the share of the votes. Else the posterior probability. */
  readonly confidence: number;
  /** Other labels did as well; this one was drawn by lot. */
  readonly tie: boolean;
}

export interface WorkerSkill {
  readonly worker: string;
  readonly votes: number;
  /** How likely the labels are that this worker gave, on average. */
  readonly accuracy: number;
}

/**
 * The likeliest label of each item, by one of ten methods or by the one that suits the votes: BWA below 500 votes, EBCC
 * where workers plainly err together, else hierarchical Dawid–Skene or hierarchical MACE, whichever explains the votes
 * better. Where few of its answers unlike the majority's are also those of other methods, the rest are the majority's,
 * which `chosenBecause` says. The crate `consensus` names the papers. The order of the votes does not matter; a worker's
 * several votes on one item all count.
 */
export function infer(votes: readonly Vote[] | VoteTable, options: InferOptions = {}): Inference {
  const table = columns(votes);
  const { items, workers, labels, rows } = table;
  const found = binding().infer(items.json(), workers.json(), labels.json(), rows, JSON.stringify(options));
  const answers: InferredAnswer[] = [];
  eachAnswer(table, found.answers, (item, answer, confidence, tie) => answers.push({ item, answer, confidence, tie }));
  return { ...(JSON.parse(found.about) as Omit<Inference, 'answers'>), answers };
}
