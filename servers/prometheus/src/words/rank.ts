import { editDistance, wordsOf } from './nearest.ts';

/** What can be found: a name, and a sentence about it. */
export interface Findable {
  name: string;
  help: string;
}

const EXACT = 4;
const BEGINS = 2.5;
const CONTAINS = 1.5;
const MISTYPED = 1.5;
const IN_HELP = 1;

/** Everyday words and what metric names say instead. */
const MEANINGS: Readonly<Record<string, readonly string[]>> = {
  ram: ['memory'],
  latency: ['duration', 'seconds'],
  errors: ['failed', 'error', 'failures'],
  error: ['failed', 'errors', 'failures'],
  disk: ['filesystem', 'storage'],
  network: ['net', 'transmit', 'receive'],
  requests: ['request'],
  rps: ['requests', 'total'],
  restarts: ['restart', 'start'],
  uptime: ['start', 'boot'],
};

interface Document<T> {
  entry: T;
  whole: string;
  /** Places in the vocabulary. */
  parts: number[];
  help: ReadonlySet<string>;
}

/** Names to search by words, taken apart once. */
export class WordIndex<T extends Findable> {
  readonly #documents: Document<T>[];
  /** Every word of a name, once: a hundred thousand names share a few thousand of them. */
  readonly #vocabulary: string[] = [];

  constructor(entries: readonly T[]) {
    const places = new Map<string, number>();
    const helps = new Map<string, ReadonlySet<string>>();
    const place = (word: string): number => {
      const known = places.get(word) ?? this.#vocabulary.push(word) - 1;
      places.set(word, known);
      return known;
    };
    const helpOf = (text: string): ReadonlySet<string> => {
      const known = helps.get(text) ?? new Set(wordsOf(text));
      helps.set(text, known);
      return known;
    };
    this.#documents = entries.map((entry) => ({
      entry,
      whole: entry.name.toLowerCase(),
      parts: wordsOf(entry.name).map(place),
      help: helpOf(entry.help),
    }));
  }

  /**
   * Entries by words, best first: a word counts by where it is found (name, help), how exactly, and how rare it is. What lacks more than
   * half of the words is left out, and so is what `accept` refuses.
   */
  rank(query: string, accept: (entry: T) => boolean = () => true): T[] {
    const wanted = [...new Set(wordsOf(query))];
    const documents = this.#documents.filter(({ entry }) => accept(entry));
    const hits = wanted.map((word) => {
      const strengths = this.#vocabulary.map((part) => strength(word, part));
      return documents.map((document) => found(word, document, strengths));
    });
    const rarity = hits.map((one) => Math.log(1 + documents.length / (1 + one.filter((score) => score > 0).length)));
    const ranked = documents.flatMap(({ entry, parts }, index) => {
      const matched = hits.filter((one) => one[index]! > 0).length;
      if (matched * 2 < wanted.length || matched === 0) return [];
      const sum = hits.reduce((total, one, word) => total + one[index]! * rarity[word]!, 0);
      // every word counts more than one word twice; a short name says more
      return [{ entry, score: (sum * (matched / wanted.length)) / (1 + parts.length / 20) }];
    });
    return ranked.toSorted((a, b) => b.score - a.score || (a.entry.name < b.entry.name ? -1 : 1)).map(({ entry }) => entry);
  }
}

function strength(word: string, part: string): number {
  if (part === word) return EXACT;
  if (part.startsWith(word) || MEANINGS[word]?.includes(part) === true) return BEGINS;
  return word.length > 3 && part.length > 3 && editDistance(word, part, 1) <= 1 ? MISTYPED : 0;
}

function found<T>(word: string, { whole, parts, help }: Document<T>, strengths: readonly number[]): number {
  let best = 0;
  for (const part of parts) best = Math.max(best, strengths[part]!);
  if (best < CONTAINS && word.length > 2 && whole.includes(word)) return CONTAINS;
  return best > 0 ? best : help.has(word) ? IN_HELP : 0;
}
