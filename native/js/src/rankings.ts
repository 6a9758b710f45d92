import { binding } from './binding.ts';

/** What the addon exports for this file. */
export interface RankingsAddon {
  settleRankings(options: number, ballots: string, method: string, silent: boolean): string;
}

/** One voter's ranking: groups of options, best first; options of one group are tied. */
export interface RankedBallot {
  readonly groups: readonly (readonly number[])[];
  /** Default 1. */
  readonly weight?: number;
}

export type RankingMethod = 'borda' | 'schulze' | 'kemeny';

export interface SettledRanking {
  /** Every option once, best first. */
  readonly places: readonly {
    readonly option: number;
    /** 0 to 1; what it counts depends on the method. */
    readonly score: number;
    /** The ballots do not tell it from the one before. */
    readonly tiedWithPrevious: boolean;
  }[];
  readonly reached: RankingMethod;
  /** The share of the pairwise judgements that agree with this order. */
  readonly confidence: number;
  /** The winner's smallest share in pairs. */
  readonly winnerConfidence: number;
  readonly condorcetWinner: number | null;
  /** For each ballot, how much of it agrees: who dissents shows. */
  readonly agreement: readonly number[];
}

export interface RankingOptions {
  /** Default: kemeny up to 8 options, schulze above. */
  readonly method?: RankingMethod;
  /** Options that a ballot leaves out: below all it names (default), or nothing is said of them. */
  readonly unranked?: 'last' | 'silent';
}

/** One ranking of options 0 … `options` − 1 (at most 200) from several, partial and tied ones included. Ties go to the lower number. */
export function settleRankings(options: number, ballots: readonly RankedBallot[], how: RankingOptions = {}): SettledRanking {
  const method = how.method ?? (options <= 8 ? 'kemeny' : 'schulze');
  return JSON.parse(binding().settleRankings(options, JSON.stringify(ballots), method, how.unranked === 'silent')) as SettledRanking;
}
