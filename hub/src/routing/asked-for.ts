import type { Principal } from '@deployment-engine/shared/contracts';

/** How long a call may come after the search that it answers. */
const MINUTES = 10;
const MAX_QUESTIONS = 8;
const MAX_PRINCIPALS = 1_000;
/** What is remembered of a question. */
const MAX_LENGTH = 500;

interface Question {
  text: string;
  /** Tools that were shown for it and have not been called since. */
  tools: Set<string>;
  until: number;
}

/**
 * What each principal has lately searched for, and which tools it was shown: the call that follows is the answer from which
 * the search learns. In memory only, and small.
 */
export class AskedFor {
  readonly #questions = new Map<string, Question[]>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  remember(principal: Principal, text: string, tools: readonly string[]): void {
    // a stranger must not teach the search what others find
    if (tools.length === 0 || principal.kind === 'anonymous') return;
    const key = principal.id;
    const mine = this.#open(key);
    mine.push({ text: text.slice(0, MAX_LENGTH), tools: new Set(tools), until: this.#now() + MINUTES * 60_000 });
    // the last one to ask is the last one to be forgotten
    this.#questions.delete(key);
    this.#questions.set(key, mine.slice(-MAX_QUESTIONS));
    const [oldest] = this.#questions.keys();
    if (this.#questions.size > MAX_PRINCIPALS && oldest !== undefined) this.#questions.delete(oldest);
  }

  /** The latest question that a tool was shown for; each tool answers a question once. */
  take(principal: Principal, tool: string): string | undefined {
    if (this.#questions.size === 0) return undefined;
    return this.#open(principal.id).findLast(({ tools }) => tools.delete(tool))?.text;
  }

  #open(key: string): Question[] {
    const now = this.#now();
    return (this.#questions.get(key) ?? []).filter(({ until }) => until > now);
  }
}
