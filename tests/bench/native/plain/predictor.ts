// The next command (native/crates/sequence, names.rs, lines.rs, recency.rs, predictor.rs) written plainly, for sessions small
// enough that nothing has to be forgotten. No network, no directories, no exit codes.
import { backed, Contexts, discounted, Mixture, Round, total } from './mixture.ts';

const KEEP = [0.9995, 0.92, 0.99] as const;
const LATEST = 40;
const FREQUENT = 24;
const POSITIONS = 3;
const DISTANCES = 14;
const RUNS = 4;
const LEVELS = 6;
/** The expert each context refines, its first weight and its discount; in the order of the keys. */
const NAMES: readonly (readonly [number | undefined, number, number])[] = [
  [undefined, 0.9, 0.6],
  [0, 0.8, 0.7],
  [1, 0.7, 0.7],
  [2, 0.6, 0.7],
  [3, 0.5, 0.7],
  [undefined, 0.1, 0.6],
  [undefined, 0.1, 0.6],
  [0, 0.2, 0.7],
  [5, 0.1, 0.7],
  [0, 0.3, 0.7],
  [9, 0.3, 0.7],
  [9, 0.3, 0.7],
  [undefined, 0.2, 0.6],
  [0, 0.3, 0.7],
  [0, 0.3, 0.7],
  [undefined, 0.1, 0.6],
  [undefined, 0.5, 0.6],
  [0, 0.5, 0.7],
  [17, 0.5, 0.7],
  [undefined, 0.3, 0.6],
  [0, 0.3, 0.7],
  [1, 0.3, 0.7],
];
const PROPOSED = [4, 3, 18, 2, 17, 21, 10, 1, 13, 11, 14, 20, 16, 9, 0, 7, 8, 12, 19, 5, 6, 15];
const LINES: readonly (readonly [number | undefined, number, number])[] = [
  [undefined, 1, 0.5],
  [0, 0.6, 0.7],
  [1, 0.6, 0.7],
  [2, 0.5, 0.7],
  [0, 0.6, 0.6],
  [0, 0.8, 0.6],
  [5, 0.6, 0.6],
];

interface Past {
  readonly name: string;
  readonly template: string;
  readonly line: string;
}

export interface PlainSuggestion {
  readonly name: string;
  readonly probability: number;
  readonly line: string | undefined;
}

const NOTHING: Past = { name: '', template: '', line: '' };

export class PlainPredictor {
  readonly #contexts = new Contexts();
  readonly #lineContexts = new Contexts();
  readonly #mixture = new Mixture(
    {
      experts: NAMES.length + 4,
      selectors: LEVELS * POSITIONS,
      indicators: DISTANCES + RUNS + 2 + LEVELS,
      rate: 0.03,
      caution: 3,
    },
    [...NAMES.map(([, start]) => start), 0.2, 0.1, 0.3, 0.2],
  );
  readonly #lineMixture = new Mixture(
    { experts: LINES.length, selectors: 1, indicators: 1, rate: 0.03, caution: 1 },
    LINES.map(([, start]) => start),
  );
  readonly #usage = new Map<string, { counts: number[]; at: number }>();
  #latest: string[] = [];
  readonly #frequent: string[] = [];
  #novelty = 0.5;
  #sums = [0, 0, 0];
  #now = 0;
  #past: Past[] = Array.from({ length: 6 }, () => NOTHING);
  #position = 0;
  #run = 0;
  #session = new Set<string>();
  #task = '';
  #words: string[] = [];

  begin(task: string): void {
    this.#past = Array.from({ length: 6 }, () => NOTHING);
    this.#position = 0;
    this.#run = 0;
    this.#session = new Set();
    this.#words = [...new Set(task.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])].slice(0, 24);
    this.#task = this.#words.join(' ');
  }

  predict(count: number): PlainSuggestion[] {
    const { candidates, probabilities } = this.#mixed();
    return candidates
      .map((name, place) => ({ name, probability: probabilities[place] ?? 0 }))
      .toSorted((one, other) => other.probability - one.probability)
      .slice(0, count)
      .map(({ name, probability }) => {
        const round = this.#mixedLines(name);
        const best = round.candidates.reduce<number | undefined>(
          (top, _, place) => (top === undefined || (round.probabilities[place] ?? 0) > (round.probabilities[top] ?? 0) ? place : top),
          undefined,
        );
        return { name, probability, line: best === undefined ? undefined : round.candidates[best] };
      });
  }

  observe(command: string): void {
    const line = command.trim();
    const [name = '', second = ''] = line.split(/\s+/);
    const keys = this.#keys();
    const words = this.#wordKeys();
    const round = this.#mixed();
    const place = round.place(name);
    round.learn(this.#mixture, place ?? round.candidates.length);
    for (const key of keys) if (key !== undefined) this.#contexts.add(key, name, 48);
    for (const key of words) this.#contexts.add(key, name, 0);
    this.#count(name, place !== undefined);
    const lines = this.#mixedLines(name);
    lines.learn(this.#lineMixture, lines.place(line) ?? lines.candidates.length);
    for (const key of this.#lineKeys(name)) if (key !== undefined) this.#lineContexts.add(key, line, 16);
    const template = /^[a-z][a-z0-9-]{0,23}$/.test(second) ? `${name} ${second}` : name;
    this.#run = this.#position > 0 && this.#past[0]?.name === name ? this.#run + 1 : 1;
    this.#past = [{ name, template, line }, ...this.#past.slice(0, 5)];
    this.#position += 1;
    if (this.#session.size < 64) this.#session.add(name);
  }

  #keys(): (string | undefined)[] {
    const [one = NOTHING, two = NOTHING, three = NOTHING] = this.#past;
    const key = (is: boolean, ...parts: (string | number)[]) => (is ? parts.join('\0') : undefined);
    const order = (length: number) =>
      key(length <= this.#position + 1, 'o', length, ...this.#past.slice(0, length).map(({ name }) => name));
    const position = this.#position;
    const task = this.#task !== '';
    return [
      ...[1, 2, 3, 4, 6].map(order),
      key(position >= 2, 11, two.name),
      key(position >= 3, 12, three.name),
      key(position >= 3, 13, one.name, three.name),
      key(position >= 2, 14, two.name, three.name),
      key(one.template !== one.name, 15, one.template),
      key(one.line !== one.name, 16, one.line),
      key(one.template !== one.name || two.template !== two.name, 17, one.template, two.template),
      undefined,
      undefined,
      undefined,
      key(position < 12, 21, position),
      key(task, 22, this.#task),
      key(task, 23, this.#task, one.name),
      key(task, 24, this.#task, one.name, two.name),
      undefined,
      undefined,
      undefined,
    ];
  }

  #wordKeys(): string[] {
    return this.#words.map((word) => `30\0${word}\0${this.#position === 0}`);
  }

  #lineKeys(name: string): (string | undefined)[] {
    const [one = NOTHING, two = NOTHING] = this.#past;
    const task = this.#task !== '';
    return [
      `40\0${name}`,
      `41\0${name}\0${one.template}`,
      `42\0${name}\0${one.line}`,
      `43\0${name}\0${one.line}\0${two.line}`,
      undefined,
      task ? `45\0${name}\0${this.#task}` : undefined,
      task ? `46\0${name}\0${this.#task}\0${one.line}` : undefined,
    ];
  }

  #counts(name: string): number[] {
    const usage = this.#usage.get(name);
    return KEEP.map((keep, kind) => (usage === undefined ? 0 : (usage.counts[kind] ?? 0) * keep ** (this.#now - usage.at)));
  }

  #mixed(): Round {
    const round = new Round();
    const slots = this.#keys().map((key) => this.#contexts.find(key));
    for (const at of PROPOSED) for (const { symbol } of slots[at] ?? []) round.propose(symbol);
    for (const name of [...this.#latest, ...this.#frequent]) round.propose(name);
    const words = this.#wordKeys().map((key) => this.#contexts.find(key));
    for (const slot of words) for (const { symbol } of slot ?? []) round.propose(symbol);
    const novelty = Math.min(0.9, Math.max(0.002, this.#novelty));
    round.setBase(novelty, (name) => ((1 - novelty) * ((this.#counts(name)[0] ?? 0) + 0.05)) / ((this.#sums[0] ?? 0) + 1));
    for (const [at, [below, , discount]] of NAMES.entries()) round.hearSlot(at, slots[at], below, discount);
    for (const [at, kind] of [1, 2].entries()) {
      round.hearShares(NAMES.length + at, (place) => {
        const name = round.candidates[place];
        return ((name === undefined ? 0 : (this.#counts(name)[kind] ?? 0)) + (round.base[place] ?? 0)) / ((this.#sums[kind] ?? 0) + 1);
      });
    }
    this.#hearWords(round, words);
    const level = slots.slice(0, 5).findLastIndex((slot) => slot !== undefined) + 1;
    for (const [place, name] of round.candidates.entries()) {
      round.indicate(place, this.#distance(name));
      if (name === this.#past[0]?.name) round.indicate(place, DISTANCES + Math.min(RUNS, Math.max(1, this.#run)) - 1);
      else if (name === this.#past[1]?.name) round.indicate(place, DISTANCES + RUNS);
      if (this.#session.has(name)) round.indicate(place, DISTANCES + RUNS + 1);
    }
    round.indicate(round.candidates.length, DISTANCES + RUNS + 2 + level);
    round.mix(this.#mixture, level * POSITIONS + Math.min(this.#position, POSITIONS - 1));
    return round;
  }

  #hearWords(round: Round, slots: readonly ReturnType<Contexts['find']>[]): void {
    const heard = slots.filter((slot) => slot !== undefined);
    if (heard.length === 0) return;
    const change = round.base.map(() => 0);
    for (const slot of heard) {
      const sum = total(slot);
      const back = backed(slot, sum, 0.6);
      const told = new Map(slot.map(({ symbol, count }) => [round.place(symbol), discounted(count, 0.6) / sum]));
      for (const [place, value] of change.entries()) {
        const share = told.get(place);
        const log = share === undefined ? undefined : Math.log(back + share / (round.base[place] ?? 1));
        change[place] = value + (log === undefined ? Math.max(-2, Math.log(back)) : Math.min(4, Math.max(-2, log)));
      }
    }
    const scale = 1 / Math.sqrt(heard.length);
    const scaled = change.map((value) => value * scale);
    round.hearChange(NAMES.length + 2, heard.length - 1, scaled);
  }

  #distance(name: string): number {
    const usage = this.#usage.get(name);
    if (usage === undefined) return 13;
    const age = this.#now - usage.at;
    return age <= 4 ? age : Math.min(13, 2 + Math.floor(Math.log2(age)));
  }

  #count(name: string, known: boolean): void {
    this.#now += 1;
    this.#sums = this.#sums.map((sum, kind) => sum * (KEEP[kind] ?? 1) + 1);
    this.#novelty = this.#novelty * 0.98 + (known ? 0 : 0.02);
    this.#usage.set(name, { counts: this.#counts(name).map((count) => count + 1), at: this.#now });
    this.#latest = [name, ...this.#latest.filter((other) => other !== name)].slice(0, LATEST);
    if (this.#frequent.includes(name)) return;
    if (this.#frequent.length < FREQUENT) {
      this.#frequent.push(name);
      return;
    }
    const counts = this.#frequent.map((other) => this.#counts(other)[0] ?? 0);
    const rarest = counts.indexOf(Math.min(...counts));
    if ((counts[rarest] ?? 0) < (this.#counts(name)[0] ?? 0)) this.#frequent[rarest] = name;
  }

  #mixedLines(name: string): Round {
    const round = new Round();
    const slots = this.#lineKeys(name).map((key) => this.#lineContexts.find(key));
    for (const slot of slots.toReversed()) for (const { symbol } of slot ?? []) round.propose(symbol);
    round.setBase(1, () => 1);
    for (const [at, [below, , discount]] of LINES.entries()) round.hearSlot(at, slots[at], below, discount);
    round.indicate(round.candidates.length, 0);
    round.mix(this.#lineMixture, 0);
    return round;
  }
}
