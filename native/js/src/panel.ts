import { binding } from './binding.ts';

/** What the addon exports for this file. */
export interface PanelAddon {
  Panel: { new (members: string, decay: number): NativePanel; restore(state: string): NativePanel };
}

interface NativePanel {
  see(questions: string): void;
  feedback(question: string, truth: number): void;
  answers(questions: string): string;
  teach(questions: string, known: number[], count: number, seed: number): number[];
  portrait(): string;
  plan(tolerance: number): string;
  step(plan: string, question: string, abstained: number[]): string;
  rehearse(plan: string, questions: string): string;
  state(): string;
}

/** One member of a panel. */
export interface PanelMember {
  /** Unique in the panel. */
  readonly name: string;
  /** What one answer costs, in any unit; default 1. */
  readonly cost?: number;
  /** How often it was right before, 0 to 1; counts by `pastAnswers`. */
  readonly pastAccuracy?: number;
  /** How many judged answers that is worth; default 0. */
  readonly pastAnswers?: number;
}

/** A question with one answer a member, in the order of the members: an option counted from 0, or null. */
export interface PanelQuestion {
  /** How many options it has, 2 to 1,000. */
  readonly options: number;
  readonly answers: readonly (number | null)[];
}

export interface PanelStanding {
  readonly option: number;
  /** How likely it is right. */
  readonly probability: number;
  /** Who names it, by place. */
  readonly members: readonly number[];
}

export interface PanelVerdict {
  /** The likeliest option that was named, or what the best member says where that is nearly as likely; null where nobody answered. */
  readonly answer: number | null;
  /** How likely it is right, 0 to 1. */
  readonly confidence: number;
  /** How likely it is that nobody named the right one. */
  readonly none: number;
  /** Every option that was named, the answer first, then the likeliest: dissent stands in the later ones. */
  readonly standings: readonly PanelStanding[];
  /** Who did not answer. */
  readonly abstained: readonly number[];
  readonly reached: 'unanimous' | 'weighed' | 'against-majority' | 'no-answer';
}

export interface PanelPortrait {
  readonly members: readonly {
    readonly name: string;
    /** How often it knows the answer, guesses aside; of more than eight, who is not followed keeps what it looked like when left out. */
    readonly knows: number;
    /** How often its answers are right, over what was seen. */
    readonly accuracy: number;
    readonly abstains: number;
    /** What its vote alone is worth against one other of ten options, in logs of the odds. */
    readonly weight: number;
  }[];
  /** How many members with independent errors would be as much. */
  readonly effectiveVotes: number;
  /** The mean correlation of two members being right. */
  readonly correlation: number;
  /** How many judged answers this rests on. */
  readonly judged: number;
}

/** Whom to ask first, and when to stop. */
export interface PanelPlan {
  /** Members by place, the first to ask at the front. */
  readonly order: readonly number[];
  /** It stops at this confidence; above 1 where all in the order are asked. */
  readonly stop: number;
  /** What a question costs in the mean. */
  readonly cost: number;
  /** How many members a question asks in the mean. */
  readonly calls: number;
  /** How often it is expected to be right; 0 where nothing was seen. */
  readonly accuracy: number;
  /** How often the whole panel is. */
  readonly fullAccuracy: number;
}

/** The next step of a plan: a member to ask, by place, or the verdict. */
export type PanelStep = { readonly ask: number; readonly verdict: null } | { readonly ask: null; readonly verdict: PanelVerdict };

/**
 * A panel of language models that answer the same questions: learns whom to believe from a few dozen judged answers,
 * from feedback and from what was known before; allows for errors that members share; says which questions are worth a
 * judgement, whom to ask first and when to stop. Of more than eight members it follows the best five and hears the vote
 * of all as one voice more. Bad input throws an Error that says what is wrong.
 */
export class Panel {
  readonly #panel: NativePanel;

  /** @param options.decay what earlier feedback keeps of its weight when a new one comes, above 0 up to 1 (default: all) */
  constructor(members: readonly PanelMember[], options: { readonly decay?: number; readonly state?: string } = {}) {
    const { Panel: Native } = binding();
    this.#panel = options.state === undefined ? new Native(JSON.stringify(members), options.decay ?? 1) : Native.restore(options.state);
  }

  /** A panel as `state()` gave it. */
  static restore(state: string): Panel {
    return new Panel([], { state });
  }

  /** Everything it has learned, as JSON text. */
  state(): string {
    return this.#panel.state();
  }

  /** Takes note of questions nobody judged: they tell the members' habits and how hard questions are. */
  see(questions: readonly PanelQuestion[]): void {
    this.#panel.see(JSON.stringify(questions));
  }

  /** Learns that option `truth` was right. */
  feedback(question: PanelQuestion, truth: number): void {
    this.#panel.feedback(JSON.stringify(question), truth);
  }

  /** The panel's verdict on one question. */
  answer(question: PanelQuestion): PanelVerdict {
    const [verdict] = this.answers([question]);
    if (verdict === undefined) throw new Error('the panel gave no verdict');
    return verdict;
  }

  /** The panel's verdicts, in the order of the questions. */
  answers(questions: readonly PanelQuestion[]): PanelVerdict[] {
    return JSON.parse(this.#panel.answers(JSON.stringify(questions))) as PanelVerdict[];
  }

  /**
   * Up to `count` questions, by place, whose judgement would teach most; at most one batch, so ask again after the
   * feedback. `known` are places that are judged already.
   */
  teach(questions: readonly PanelQuestion[], known: readonly number[], count: number, seed = 0): number[] {
    return this.#panel.teach(JSON.stringify(questions), [...known], count, seed);
  }

  /** What is believed of the members, and how much of the panel is one voice. */
  portrait(): PanelPortrait {
    return JSON.parse(this.#panel.portrait()) as PanelPortrait;
  }

  /** Plans whom to ask first and when to stop, within `tolerance` of the whole panel's expected accuracy (default 0.005). */
  plan(tolerance = 0.005): PanelPlan {
    return JSON.parse(this.#panel.plan(tolerance)) as PanelPlan;
  }

  /** The next step of a plan. `answers` holds null for who was not asked yet; `abstained` are those asked in vain. */
  step(plan: PanelPlan, question: PanelQuestion, abstained: readonly number[] = []): PanelStep {
    return JSON.parse(this.#panel.step(JSON.stringify(plan), JSON.stringify(question), [...abstained])) as PanelStep;
  }

  /** How a plan fares on questions whose answers are all there: for each, how many it asks, what it answers, how surely. */
  rehearse(plan: PanelPlan, questions: readonly PanelQuestion[]): { asked: number; answer: number | null; confidence: number }[] {
    const rows = JSON.parse(this.#panel.rehearse(JSON.stringify(plan), JSON.stringify(questions))) as [number, number | null, number][];
    return rows.map(([asked, answer, confidence]) => ({ asked, answer, confidence }));
  }
}
