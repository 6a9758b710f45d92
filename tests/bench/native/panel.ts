// A panel of five that sees 400 questions, 40 of them judged, and answers all: native, and the same model plainly.
// `crates/consensus/src/panel` explains the model; the numbers below are its own.
import { Panel, type PanelQuestion } from '@deployment-engine/native';
import type { Comparison } from '../native.ts';

const QUESTIONS = 400;
const JUDGED = 40;
const OPTIONS = 5;
const RATES = [0.8, 0.6, 0.5, 0.45, 0.4];

const SCORES = [-2.4, -1.6, -0.8, 0, 0.8, 1.6, 2.4];
const LETTERS = 26;
const ROUNDS = 15;
const UNJUDGED = 60;
const [SLOPE, SLOPE_SPREAD, TEMPTED, TEMPTED_WEIGHT, HABIT_WEIGHT, LEVEL_WEIGHT] = [1.5, 0.3, 0.4, 1000, 50, 50];
const COEFFICIENTS = [0.557, -0.064, 2.236, -0.716, -0.265, -0.806, 0.034, 0.846, 1.429, 0.564, 0.619, -0.152, -0.294];
const FOLLOWS = [
  [1, 16],
  [10, 32],
  [12, 32],
] as const;
const [STEPS, DEFERENCE, SURE_LEAD, ENOUGH] = [60, 1.5, 0.2, 40];

interface Lesson {
  readonly answers: readonly number[];
  readonly truth: number | undefined;
}

interface Member {
  ability: number;
  slope: number;
  tempted: number;
  habit: number[];
}

interface Reading {
  readonly named: number[];
  readonly marks: { member: number; place: number; guess: number }[];
  /** Of each named option at each level. */
  readonly right: number[][];
  readonly tempting: number[];
  readonly level: number[];
}

interface Plain {
  readonly answer: number | null;
  readonly confidence: number;
}

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const of = (values: readonly number[], at: number) => values[at] ?? 0;
const normal = SCORES.map((score) => Math.exp(-0.5 * score * score));
const usual = normal.map((value) => value / sum(normal));

class PlainPanel {
  readonly members: Member[];
  levels = usual;
  /** How likely each member knows the answer, at each level. */
  knows: number[][] = [];

  readonly #lessons: readonly Lesson[];

  constructor(lessons: readonly Lesson[]) {
    this.#lessons = lessons;
    const judged = lessons.filter((lesson) => lesson.truth !== undefined);
    this.members = RATES.map((_, member) => {
      const right = judged.filter((lesson) => lesson.answers[member] === lesson.truth).length;
      const rate = (right + 2) / (judged.length + 4);
      const ability = 1.3 * Math.log(Math.max(rate - 0.1, 0.05) / (1 - rate));
      return { ability, slope: SLOPE, tempted: TEMPTED, habit: Array.from({ length: LETTERS }, () => 0.1) };
    });
    const unjudged = lessons.length - judged.length;
    const share = unjudged > 0 ? Math.min(UNJUDGED / unjudged, 1) : 0;
    for (let round = 0; round < ROUNDS; round += 1) this.#learn(share);
    this.#tabulate();
  }

  #tabulate(): void {
    this.knows = this.members.map(({ ability, slope }) =>
      SCORES.map((score) => clamp(1 / (1 + Math.exp(-(ability - slope * score))), 1e-4, 1 - 1e-4)),
    );
  }

  #guess(member: Member, option: number): number {
    return Math.max(of(member.habit, option) / sum(member.habit.slice(0, OPTIONS)), 1e-3);
  }

  read({ answers, truth }: Lesson): Reading {
    const named = [...new Set(truth === undefined ? answers : [...answers, truth])].toSorted((a, b) => a - b);
    const ratio = named.map(() => SCORES.map(() => 0));
    const pull = named.map(() => 1);
    const base = this.levels.map(Math.log);
    const marks = answers.map((answer, at) => {
      const place = named.indexOf(answer);
      const member = this.members[at];
      const guess = member === undefined ? 1 : this.#guess(member, answer);
      const tempted = member?.tempted ?? 0;
      const alone = (1 - tempted) * guess;
      pull[place] = (of(pull, place) * (tempted + alone)) / alone;
      const row = ratio[place] ?? [];
      for (const [level, knows] of (this.knows[at] ?? []).entries()) {
        base[level] = of(base, level) + Math.log(1 - knows);
        row[level] = of(row, level) + Math.log(1 + knows / ((1 - knows) * alone));
      }
      return { member: at, place, guess };
    });
    const unnamed = OPTIONS - named.length;
    const pulls = sum(pull) + unnamed;
    const others = (OPTIONS - 1) * OPTIONS;
    const top = Math.max(...base.map((value, level) => value + Math.max(0, ...ratio.map((row) => of(row, level)))));
    const open = truth === undefined;
    const none = base.map((value) => (open ? (unnamed * Math.exp(value - top) * (pulls - 1)) / others : 0));
    const right = named.map((option, place) =>
      base.map((value, level) =>
        open || truth === option ? (Math.exp(value + of(ratio[place] ?? [], level) - top) * (pulls - of(pull, place))) / others : 0,
      ),
    );
    const total = sum(none) + sum(right.map(sum));
    for (const row of right) for (const level of row.keys()) row[level] = of(row, level) / total;
    const level = none.map((value, at) => value / total + sum(right.map((row) => of(row, at))));
    const shares = [sum(none) / total / (pulls - 1), ...right.map((row, place) => sum(row) / (pulls - of(pull, place)))];
    const all = sum(shares);
    const tempting = named.map((_, place) => clamp(of(pull, place) * (all - of(shares, place + 1)), 0, 1));
    return { named, marks, right, tempting, level };
  }

  /** One round of expectation–maximisation. */
  #learn(share: number): void {
    this.#tabulate();
    const zeros = () => SCORES.map(() => 0);
    const counts = this.members.map(() => ({
      knew: zeros(),
      seen: zeros(),
      tempted: 0,
      unsure: 0,
      habit: Array.from({ length: LETTERS }, () => 0),
    }));
    const levels = zeros();
    for (const lesson of this.#lessons) {
      const { named, marks, right, tempting, level } = this.read(lesson);
      for (const [at, value] of level.entries()) levels[at] = of(levels, at) + value;
      const weight = lesson.truth === undefined ? share : 1;
      for (const { member, place, guess } of marks) {
        const into = counts[member];
        const tempted = this.members[member]?.tempted ?? 0;
        if (into === undefined) continue;
        const alone = (1 - tempted) * guess;
        let known = 0;
        for (const [at, knows] of (this.knows[member] ?? []).entries()) {
          const knew = (of(right[place] ?? [], at) * knows) / (knows + (1 - knows) * alone);
          into.knew[at] = of(into.knew, at) + weight * knew;
          into.seen[at] = of(into.seen, at) + weight * of(level, at);
          known += knew;
        }
        const fell = (of(tempting, place) * tempted) / (tempted + alone);
        const unsure = Math.max(1 - known, 0);
        into.tempted += fell;
        into.unsure += unsure;
        const option = of(named, place);
        into.habit[option] = of(into.habit, option) + Math.max(unsure - fell, 0);
      }
    }
    const total = sum(levels);
    this.levels = levels.map((value, at) => Math.max((value + LEVEL_WEIGHT * of(usual, at)) / (total + LEVEL_WEIGHT), 1e-9));
    const mean = sum(this.members.map(({ ability }) => ability)) / this.members.length;
    for (const [at, member] of this.members.entries()) {
      const own = counts[at];
      if (own === undefined) continue;
      climb(member, own.knew, own.seen, mean);
      member.tempted = clamp((own.tempted + TEMPTED * TEMPTED_WEIGHT) / (own.unsure + TEMPTED_WEIGHT), 0.01, 0.9);
      const habits = sum(own.habit);
      const used = own.habit.filter((value) => value > 0).length;
      if (used > 0) member.habit = own.habit.map((value) => (value + HABIT_WEIGHT / used) / (habits + HABIT_WEIGHT));
    }
  }
}

function climb(member: Member, knew: readonly number[], seen: readonly number[], mean: number): void {
  const hold = 1 / (SLOPE_SPREAD * SLOPE_SPREAD);
  for (let step = 0; step < 3; step += 1) {
    const gradient = [mean - member.ability, hold * (SLOPE - member.slope)];
    let [aa, across, ss] = [1, 0, hold];
    for (const [at, score] of SCORES.entries()) {
      const ease = -score;
      const knows = 1 / (1 + Math.exp(-(member.ability + member.slope * ease)));
      const off = of(knew, at) - of(seen, at) * knows;
      const weight = of(seen, at) * knows * (1 - knows);
      gradient[0] = of(gradient, 0) + off;
      gradient[1] = of(gradient, 1) + off * ease;
      aa += weight;
      across += weight * ease;
      ss += weight * ease * ease;
    }
    const determinant = aa * ss - across * across;
    const [one, other] = [of(gradient, 0), of(gradient, 1)];
    member.ability = clamp(member.ability + clamp((ss * one - across * other) / determinant, -1, 1), -8, 8);
    member.slope = clamp(member.slope + clamp((aa * other - across * one) / determinant, -0.5, 0.5), 0.1, 4);
  }
}

function softmax(rows: readonly (readonly number[])[], coefficients: readonly number[]): number[] {
  const values = rows.map((row) => sum(row.map((signal, at) => signal * of(coefficients, at))));
  const top = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - top));
  const total = sum(powers);
  return powers.map((value) => value / total);
}

/** Learns from the lessons, then judges each question. */
function plainVerdicts(lessons: readonly Lesson[], asked: readonly (readonly number[])[]): Plain[] {
  const panel = new PlainPanel(lessons);
  const knows = panel.knows.map((row) => sum(row.map((value, level) => value * of(panel.levels, level))));
  const worth = knows.map((value) => Math.log(1 + (OPTIONS * value) / (1 - value)));
  const ranked = [...knows].toSorted((a, b) => b - a);
  const best = knows.indexOf(of(ranked, 0));
  const lead = of(ranked, 0) - of(ranked, 1);
  const signals = (answers: readonly number[]) => {
    const { named, marks, right } = panel.read({ answers, truth: undefined });
    const all = sum(worth);
    let none = 1;
    const rows = named.map((_, place) => {
      const own = marks.filter((mark) => mark.place === place);
      const likely = sum(right[place] ?? []);
      none -= likely;
      const sums = sum(own.map(({ member }) => of(worth, member)));
      const first = own.some(({ member }) => member === best) ? 1 : 0;
      const habit = -sum(own.map(({ guess }) => Math.log(OPTIONS * guess))) / own.length;
      const most = Math.max(...own.map(({ member }) => of(worth, member)));
      const share = own.length / marks.length;
      const log = Math.log(Math.max(likely, 1e-4));
      return [log, first, first * lead, most, sums, share, habit, sums / all, Math.sqrt(sums), first * of(knows, best), 0, 0, 0];
    });
    const agreed = named.length === 1 && marks.length > 1 ? 1 : 0;
    return { named, rows: [...rows, [Math.log(Math.max(none, 1e-4)), 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, of(knows, best), agreed]] };
  };
  const coefficients = [...COEFFICIENTS];
  const judged = lessons.flatMap(({ answers, truth }) => {
    const { named, rows } = signals(answers);
    return truth === undefined ? [] : [{ rows, right: named.includes(truth) ? named.indexOf(truth) : named.length }];
  });
  for (let step = 0; step < STEPS; step += 1) {
    const gradient = FOLLOWS.map(([at, hold]) => hold * (of(COEFFICIENTS, at) - of(coefficients, at)));
    for (const { rows, right } of judged) {
      const chances = softmax(rows, coefficients);
      for (const [place, row] of rows.entries()) {
        const off = (place === right ? 1 : 0) - of(chances, place);
        for (const [index, [at]] of FOLLOWS.entries()) gradient[index] = of(gradient, index) + off * of(row, at);
      }
    }
    for (const [index, [at, hold]] of FOLLOWS.entries())
      coefficients[at] = of(coefficients, at) + of(gradient, index) / (hold + 0.75 * judged.length);
  }
  const times = 1 + (DEFERENCE - 1) * Math.min(judged.length / ENOUGH, 1) * Math.min(lead / SURE_LEAD, 1);
  return asked.map((answers) => {
    const { named, rows } = signals(answers);
    const chances = softmax(rows, coefficients).slice(0, named.length);
    const top = Math.max(...chances);
    const said = named.indexOf(of(answers, best));
    const place = of(chances, said) * times >= top ? said : chances.indexOf(top);
    return { answer: named[place] ?? null, confidence: of(chances, place) };
  });
}

/** Members who know by their rate, and else fall for one wrong option or guess. */
function crowd(): { readonly answers: number[]; readonly truth: number }[] {
  // A small generator (Park and Miller), so that the questions are always the same.
  let state = 11;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return Array.from({ length: QUESTIONS }, () => {
    const [truth, shift] = [Math.floor(random() * OPTIONS), 1 + Math.floor(random() * (OPTIONS - 1))];
    const answers = RATES.map((rate) => {
      if (random() < rate) return truth;
      return random() < 0.5 ? (truth + shift) % OPTIONS : Math.floor(random() * OPTIONS);
    });
    return { answers, truth };
  });
}

function same(native: unknown, plain: unknown): void {
  const [one, other] = [native as readonly Plain[], plain as readonly Plain[]];
  if (one.length !== other.length) throw new Error(`${one.length} verdicts, plain ${other.length}`);
  for (const [at, { answer, confidence }] of one.entries()) {
    const expected = other[at];
    if (answer !== expected?.answer || Math.abs(confidence - expected.confidence) > 1e-6)
      throw new Error(`verdict ${at}: ${answer} at ${confidence}, plain ${JSON.stringify(expected)}`);
  }
}

export function comparisons(): Comparison[] {
  const made = crowd();
  const questions: PanelQuestion[] = made.map(({ answers }) => ({ options: OPTIONS, answers }));
  const asked = made.map(({ answers }) => answers);
  // A judged question counts once: with its truth.
  const lessons = made.map(({ answers, truth }, at) => ({ answers, truth: at < JUDGED ? truth : undefined }));
  const names = RATES.map((_, at) => ({ name: `member ${at}` }));
  return [
    {
      name: `panel of ${RATES.length}: learns from ${QUESTIONS} questions and answers them`,
      native: () => {
        const panel = new Panel(names);
        panel.see(questions);
        for (const [at, { truth }] of made.slice(0, JUDGED).entries()) panel.feedback(questions[at] ?? { options: 0, answers: [] }, truth);
        return panel.answers(questions);
      },
      plain: () => plainVerdicts(lessons, asked),
      same,
    },
  ];
}
