// The mixture of context models (native/crates/sequence, mixture.rs and contexts.rs) written plainly: maps, arrays, no tricks.

const GRADES = 18;
const KINDS = 3;
const BOUND = 8;
const MAX_CANDIDATES = 128;
const WIDTH = 14;
const ONE = 64;

/** What followed a context, the latest first: name or line, and its count in 64ths. */
export type Slot = { symbol: string; count: number }[];

/** Slots by context. */
export class Contexts {
  readonly #slots = new Map<string, Slot>();

  find(key: string | undefined): Slot | undefined {
    return key === undefined ? undefined : this.#slots.get(key);
  }

  /** Counts a symbol; the others fade by one part in `fade`, 0 for not at all. */
  add(key: string, symbol: string, fade: number): void {
    let slot = this.#slots.get(key);
    if (slot === undefined) this.#slots.set(key, (slot = []));
    const known = slot.findIndex((entry) => entry.symbol === symbol);
    const count = known < 0 ? 0 : (slot[known]?.count ?? 0);
    let at = known < 0 ? slot.length : known;
    if (at === WIDTH) {
      at = WIDTH - 1;
      for (let other = WIDTH - 1; other >= WIDTH / 2; other -= 1) if ((slot[other]?.count ?? 0) < (slot[at]?.count ?? 0)) at = other;
    }
    if (fade > 0) for (const entry of slot) entry.count -= Math.min(Math.floor(entry.count / fade), Math.max(0, entry.count - 1));
    slot.splice(at, 1);
    slot.unshift({ symbol, count: count + ONE });
  }
}

export function total(slot: Slot): number {
  return slot.reduce((sum, { count }) => sum + count, 0) / ONE;
}

export function discounted(count: number, discount: number): number {
  return Math.max(0, count / ONE - discount);
}

export function backed(slot: Slot, sum: number, discount: number): number {
  const kept = slot.reduce((all, { count }) => all + discounted(count, discount), 0);
  return Math.min(1, Math.max(1e-3, (sum - kept) / sum));
}

export interface Shape {
  readonly experts: number;
  readonly selectors: number;
  readonly indicators: number;
  readonly rate: number;
  readonly caution: number;
}

/** Weights with the square sums of their gradients. */
export class Mixture {
  readonly shape: Shape;
  readonly weights: Float32Array;
  readonly #squares: Float32Array;

  constructor(shape: Shape, start: readonly number[]) {
    this.shape = shape;
    const count = 1 + shape.indicators + shape.experts * KINDS * (1 + GRADES + shape.selectors);
    this.weights = new Float32Array(count);
    this.#squares = new Float32Array(count).fill(shape.caution);
    this.weights[0] = 1;
    for (const [expert, weight] of start.entries()) this.weights[this.at(expert, 0, 0)] = weight;
  }

  at(expert: number, kind: number, set: number): number {
    return 1 + this.shape.indicators + (set * this.shape.experts + expert) * KINDS + kind;
  }

  step(at: number, gradient: number): void {
    this.#squares[at] = (this.#squares[at] ?? 0) + gradient * gradient;
    const weight = (this.weights[at] ?? 0) + (this.shape.rate * gradient) / Math.sqrt(this.#squares[at] ?? 1);
    this.weights[at] = Math.min(BOUND, Math.max(-BOUND, weight));
  }
}

interface Opinion {
  readonly speaks: boolean;
  readonly grade: number;
  readonly change: readonly number[];
  readonly share: readonly number[];
  readonly latest: readonly (number | undefined)[];
}

const grade = (sum: number, different: number) =>
  [1.5, 2.5, 4.5, 9, 20].filter((limit) => sum > limit).length * 3 + (different === 1 ? 0 : different <= 3 ? 1 : 2);

/** One prediction. */
export class Round {
  readonly candidates: string[] = [];
  readonly #place = new Map<string, number>();
  base: number[] = [];
  readonly #opinions: (Opinion | undefined)[] = [];
  readonly #indicators: [number, number][] = [];
  #selector = 0;
  probabilities: number[] = [];

  propose(symbol: string): void {
    if (this.#place.has(symbol) || this.candidates.length + 1 >= MAX_CANDIDATES) return;
    this.#place.set(symbol, this.candidates.length);
    this.candidates.push(symbol);
  }

  place(symbol: string): number | undefined {
    return this.#place.get(symbol);
  }

  setBase(other: number, weight: (symbol: string) => number): void {
    const weights = [...this.candidates.map(weight), other];
    const sum = weights.reduce((all, one) => all + one, 0);
    this.base = weights.map((one) => one / sum);
  }

  indicate(place: number, indicator: number): void {
    this.#indicators.push([place, indicator]);
  }

  hearSlot(expert: number, slot: Slot | undefined, below: number | undefined, discount: number): void {
    const lower = below === undefined ? this.base : (this.#opinions[below]?.share ?? this.base);
    if (slot === undefined || slot.length === 0) {
      this.#opinions[expert] = { speaks: false, grade: 0, change: [], share: lower, latest: [] };
      return;
    }
    const sum = total(slot);
    const back = backed(slot, sum, discount);
    const share = lower.map((one) => one * back);
    const change = lower.map(() => Math.log(back));
    const latest: (number | undefined)[] = [];
    for (const [rank, { symbol, count }] of slot.entries()) {
      const place = this.#place.get(symbol);
      if (place === undefined) continue;
      share[place] = (share[place] ?? 0) + discounted(count, discount) / sum;
      change[place] = Math.log((share[place] ?? 0) / (lower[place] ?? 1));
      if (rank < 2) latest[rank] = place;
    }
    this.#opinions[expert] = { speaks: true, grade: grade(sum, slot.length), change, share, latest };
  }

  hearShares(expert: number, share: (place: number) => number): void {
    const change = this.base.map((one, place) => Math.min(12, Math.max(-12, Math.log(share(place) / one))));
    this.hearChange(expert, 0, change);
  }

  hearChange(expert: number, level: number, change: readonly number[]): void {
    this.#opinions[expert] = { speaks: true, grade: Math.min(level, GRADES - 1), change, share: [], latest: [] };
  }

  #sets(opinion: Opinion): number[] {
    return [0, 1 + opinion.grade, 1 + GRADES + this.#selector];
  }

  mix(mixture: Mixture, selector: number): void {
    this.#selector = selector;
    const weigh = (opinion: Opinion, expert: number, kind: number) =>
      this.#sets(opinion).reduce((sum, set) => sum + (mixture.weights[mixture.at(expert, kind, set)] ?? 0), 0);
    const sums = this.base.map((share) => Math.log(share) * (mixture.weights[0] ?? 1));
    for (const [expert, opinion] of this.#opinions.entries()) {
      if (opinion?.speaks !== true) continue;
      const weight = weigh(opinion, expert, 0);
      for (const [place, change] of opinion.change.entries()) sums[place] = (sums[place] ?? 0) + weight * change;
      for (const [rank, place] of opinion.latest.entries()) {
        if (place !== undefined) sums[place] = (sums[place] ?? 0) + weigh(opinion, expert, 1 + rank);
      }
    }
    for (const [place, indicator] of this.#indicators) sums[place] = (sums[place] ?? 0) + (mixture.weights[1 + indicator] ?? 0);
    const top = Math.max(...sums);
    const powers = sums.map((sum) => Math.exp(sum - top));
    const whole = powers.reduce((sum, power) => sum + power, 0);
    this.probabilities = powers.map((power) => power / whole);
  }

  learn(mixture: Mixture, came: number): void {
    const misses = this.probabilities.map((value, place) => Number(place === came) - value);
    const along = (change: readonly number[]) => misses.reduce((sum, miss, place) => sum + miss * (change[place] ?? 0), 0);
    mixture.step(0, along(this.base.map(Math.log)));
    for (const [expert, opinion] of this.#opinions.entries()) {
      if (opinion?.speaks !== true) continue;
      const slopes = [along(opinion.change), 0, 0];
      for (const [rank, place] of opinion.latest.entries()) if (place !== undefined) slopes[1 + rank] = misses[place] ?? 0;
      for (const set of this.#sets(opinion)) {
        for (const [kind, slope] of slopes.entries()) if (slope !== 0) mixture.step(mixture.at(expert, kind, set), slope);
      }
    }
    for (const [place, indicator] of this.#indicators) mixture.step(1 + indicator, misses[place] ?? 0);
  }
}
