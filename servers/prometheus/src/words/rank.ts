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

/**
 * Ranks names by words, best first: a word counts by where it is found (name, help), how exactly, and how rare it is. What lacks more than
 * half of the words is left out.
 */
export function rankByWords<T extends Findable>(entries: readonly T[], query: string): { entry: T; score: number }[] {
  const wanted = [...new Set(wordsOf(query))];
  if (wanted.length === 0) return [];
  const documents = entries.map((entry) => ({
    entry,
    name: wordsOf(entry.name),
    whole: entry.name.toLowerCase(),
    help: new Set(wordsOf(entry.help)),
  }));
  const hits = wanted.map((word) => documents.map((document) => strength(word, document)));
  const rarity = hits.map((one) => Math.log(1 + documents.length / (1 + one.filter((score) => score > 0).length)));
  const ranked = documents.flatMap(({ entry, name }, index) => {
    const found = hits.filter((one) => one[index]! > 0).length;
    if (found * 2 < wanted.length || found === 0) return [];
    const sum = hits.reduce((total, one, word) => total + one[index]! * rarity[word]!, 0);
    // every word counts more than one word twice; a short name says more
    return [{ entry, score: (sum * (found / wanted.length)) / (1 + name.length / 20) }];
  });
  return ranked.toSorted((a, b) => b.score - a.score || (a.entry.name < b.entry.name ? -1 : 1));
}

function strength(word: string, document: { name: string[]; whole: string; help: ReadonlySet<string> }): number {
  if (document.name.includes(word)) return EXACT;
  if (document.name.some((part) => part.startsWith(word))) return BEGINS;
  if (word.length > 2 && document.whole.includes(word)) return CONTAINS;
  if (MEANINGS[word]?.some((meant) => document.name.includes(meant)) === true) return BEGINS;
  if (word.length > 3 && document.name.some((part) => part.length > 3 && editDistance(word, part, 1) <= 1)) return MISTYPED;
  return document.help.has(word) ? IN_HELP : 0;
}
