import { binding } from './binding.ts';

/** What the addon exports for this file. */
export interface AnswersAddon {
  settleTexts(answers: string, threshold: number): string;
  settleNumbers(statements: string, weights: number[], location: string, limit: number): string;
}

/** One member's words. */
export interface SaidText {
  readonly text: string;
  /** How much the member counts; default 1. */
  readonly weight?: number;
}

/** What sets a dissent apart from the chosen answer. */
export type TextDifference =
  | { readonly kind: 'numbers' | 'names'; readonly chosen: readonly string[]; readonly dissent: readonly string[] }
  | { readonly kind: 'negation'; readonly word: string }
  | { readonly kind: 'opposite'; readonly chosen: string; readonly dissent: string }
  | { readonly kind: 'code' }
  | { readonly kind: 'missing' | 'added'; readonly words: readonly string[] };

export interface TextGroup {
  /** Who, by place. */
  readonly members: readonly number[];
  /** Whose words stand for the group. */
  readonly medoid: number;
  /** Their share of the weight of all that answered. */
  readonly share: number;
  /** What sets it apart from the chosen group; empty for that one. */
  readonly differs: readonly TextDifference[];
}

export interface SettledTexts {
  /** The chosen group first. */
  readonly groups: readonly TextGroup[];
  /** Who said nothing. */
  readonly silent: readonly number[];
  /** The chosen group's share, with half a vote of doubt each way; 0 where nobody answered. */
  readonly confidence: number;
  readonly tie: boolean;
  readonly reached: 'unanimous' | 'majority' | 'plurality' | 'tie' | 'no-answer';
}

/**
 * Groups answers that say the same and chooses. Texts whose numbers differ, of which one denies what the other says, or
 * with other code, are never in one group. `threshold` is how alike two must be, 0 to 1 (default 0.78). At most 200 answers
 * of 64 KiB.
 */
export function settleTexts(answers: readonly SaidText[], threshold = 0.78): SettledTexts {
  return JSON.parse(binding().settleTexts(JSON.stringify(answers), threshold)) as SettledTexts;
}

export interface SettledNumber {
  /** In `unit`. */
  readonly value: number;
  /** The base unit: s, B, m, g, K, Hz, B/s, cores, a currency; empty for plain numbers and shares. */
  readonly unit: string;
  /** The scaled median absolute deviation. */
  readonly spread: number;
  /** Where the number lies with about 95 %. */
  readonly interval: readonly [number, number];
  readonly confidence: number;
  /** Who stands apart, farthest first; `distance` in spreads. */
  readonly outliers: readonly { readonly at: number; readonly value: number; readonly distance: number }[];
  /** Each statement in the base unit. */
  readonly values: readonly number[];
  readonly reached: NumberLocation;
}

export type NumberLocation = 'median' | 'hodges-lehmann' | 'huber';

export interface NumberOptions {
  /** None, or one a statement. */
  readonly weights?: readonly number[];
  /** Default hodges-lehmann. */
  readonly location?: NumberLocation;
  /** How many spreads away an outlier is, default 3.5. */
  readonly limit?: number;
}

/** One number from several statements such as `1250`, `'1.2 GiB'` or `'5 %'`, in one unit. Throws where kinds differ. */
export function settleNumbers(statements: readonly (number | string)[], options: NumberOptions = {}): SettledNumber {
  const { weights = [], location = 'hodges-lehmann', limit = 3.5 } = options;
  return JSON.parse(binding().settleNumbers(JSON.stringify(statements), [...weights], location, limit)) as SettledNumber;
}
