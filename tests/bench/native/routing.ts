// The main job of `routing`: BM25 over one field, and once more among the best, here with words that neither side has to stem or guess.
import { deepStrictEqual } from 'node:assert/strict';
import { ToolIndex } from '@deployment-engine/native';
import type { Comparison } from '../native.ts';

const NOUNS = ['container', 'bucket', 'branch', 'alert', 'dashboard', 'queue', 'policy', 'volume', 'secret', 'release'];
const VERBS = ['restart', 'copy', 'audit', 'watch', 'export', 'import', 'compare', 'archive'];
const TOOLS = 2_000;
const QUERY = 'qzx17 qzx170 restart bucket';

const LENGTH = 0.2;
const USUAL = 10;
const SATURATION = 3.5;
/** How many of the best are told apart, and how much being rare among them counts. */
const BEST = 32;
const CONTRAST = 0.8;

function descriptions(): string[] {
  return Array.from(
    { length: TOOLS },
    (_, at) => `${VERBS[at % VERBS.length]} ${NOUNS[(at * 7) % NOUNS.length]} qzx${at} qzx${(at * 3) % 500} area${at % 50}`,
  );
}

/** Words of letters and digits; where both stand together also each by itself. */
function wordsOf(text: string): string[] {
  return (text.toLowerCase().match(/[a-z0-9]+/g) ?? []).flatMap((run) => {
    const parts = run.match(/[a-z]+|[0-9]+/g) ?? [];
    return [...(parts.length > 1 ? parts.filter((part) => part.length > 1) : []), run];
  });
}

/** The same formula in plain TypeScript: an inverted index over words and digits, scores in a map, a full sort. */
function plainIndex(texts: readonly string[]) {
  const postings = new Map<string, { tool: number; amount: number }[]>();
  for (const [tool, text] of texts.entries()) {
    const counts = new Map<string, number>();
    for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
    const length = [...counts.values()].reduce((sum, count) => sum + count, 0);
    for (const [word, count] of counts) {
      const amount = count / (1 - LENGTH + (LENGTH * length) / USUAL);
      const list = postings.get(word) ?? [];
      list.push({ tool, amount: amount / (SATURATION + amount) });
      postings.set(word, list);
    }
  }
  return (query: string, limit: number) => {
    const scores = new Map<number, number>();
    const words = new Set(wordsOf(query));
    const rarity = (all: number, having: number) => Math.log(1 + (all - having + 0.5) / (having + 0.5));
    const lists = [...words].map((word) => postings.get(word) ?? []);
    for (const list of lists) {
      const worth = rarity(texts.length, list.length);
      for (const { tool, amount } of list) scores.set(tool, (scores.get(tool) ?? 0) + worth * amount);
    }
    const least = [...scores.values()].toSorted((one, other) => other - one)[BEST - 1] ?? 0;
    const best = new Set([...scores].filter(([, score]) => score >= least).map(([tool]) => tool));
    for (const list of lists) {
      const found = list.filter(({ tool }) => best.has(tool));
      const worth = CONTRAST * rarity(best.size, found.length);
      for (const { tool, amount } of found) scores.set(tool, (scores.get(tool) ?? 0) + worth * amount);
    }
    return [...scores].toSorted((one, other) => other[1] - one[1]).slice(0, limit);
  };
}

export function comparisons(): Comparison[] {
  const texts = descriptions();
  const index = new ToolIndex();
  index.replaceServer(
    '-',
    texts.map((description, at) => ({ name: String.fromCodePoint(0x1_0000 + at), description })),
  );
  const plain = plainIndex(texts);
  return [
    {
      name: 'routing_search',
      native: () => index.search(QUERY, 10).map(({ name }) => (name.codePointAt(0) ?? 0) - 0x1_0000),
      plain: () => plain(QUERY, 10).map(([tool]) => tool),
      same: (one, other) => deepStrictEqual(one, other),
    },
  ];
}
