import { binding } from './binding.ts';

/** What the addon exports for this file. */
export interface ConsensusAddon {
  majority(votes: string): string;
  dawidSkene(votes: string, options: string): string;
}

/** One worker's label for one item. Several votes of one worker on one item all count. */
export interface Vote {
  readonly item: string;
  readonly worker: string;
  readonly label: string;
}

export interface Answer {
  readonly item: string;
  readonly label: string;
  /** Majority: the share of the votes. Dawid–Skene: the posterior probability. */
  readonly confidence: number;
  /** Other labels did as well; this one is the first in byte order. */
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

/** The label with the most votes for each item, items in byte order. A tie goes to the label that is first in byte order, and is told. */
export function majority(votes: readonly Vote[]): Answer[] {
  return JSON.parse(binding().majority(JSON.stringify(votes))) as Answer[];
}

/**
 * The likeliest label of each item and the error rates of each worker, by expectation–maximization (Dawid and Skene,
 * Applied Statistics 28, 1979). Takes errors of different workers as independent. The order of the votes does not matter.
 */
export function dawidSkene(votes: readonly Vote[], options: DawidSkeneOptions = {}): DawidSkeneEstimate {
  return JSON.parse(binding().dawidSkene(JSON.stringify(votes), JSON.stringify(options))) as DawidSkeneEstimate;
}
