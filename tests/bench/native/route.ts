// The main job of `route` over a large catalogue: which tool a sentence asks for, and its arguments. The plain side does
// less: it ranks by the same first pass (weighted stems of name and description, alike or begun alike) and fills a
// quotation and a number by type, where native code also weighs every span for the twelve best tools and checks the schema.
import { deepStrictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Planner } from '@deployment-engine/native';
import type { Comparison } from '../native.ts';

const VERBS = ['restart', 'rename', 'audit', 'watch', 'export', 'import', 'compare', 'archive'];
const NOUNS = ['container', 'bucket', 'branch', 'alert', 'dashboard', 'queue', 'policy', 'volume', 'secret', 'release'];
const TEAMS = ['ant', 'bee', 'cat', 'dog', 'elk', 'fox', 'gnu', 'hen', 'ibis', 'jay', 'koi', 'lark', 'mole', 'newt', 'owl'];
const SENTENCE = 'Archive the volume of the newt team with the name "web one" and 5 replicas';
const RARE = 7;

interface PlainTool {
  readonly name: string;
  readonly named: readonly string[];
  readonly described: readonly string[];
}

function definitions() {
  const inputSchema = {
    type: 'object',
    properties: {
      name: { type: 'string', description: 'The name' },
      replicas: { type: 'integer', description: 'How many replicas' },
    },
    required: ['name', 'replicas'],
  };
  return TEAMS.flatMap((team) =>
    NOUNS.flatMap((noun) =>
      VERBS.map((verb) => ({
        name: `${team}_${noun}_${verb}`,
        description: `${verb} a ${noun} of the ${team} team by its name, with replicas.`,
        inputSchema,
      })),
    ),
  );
}

/** The commonest endings only: the words of this catalogue have no others. */
const stem = (word: string) => {
  const one = word.length > 3 && word.endsWith('s') ? word.slice(0, -1) : word;
  return one.length > 3 ? one.replace(/[eyi]$/u, '') : one;
};
const FUNCTION = new Set(['the', 'of', 'with', 'and', 'a', 'by', 'its', 'to', 'for', 'in']);
const stems = (text: string) => [
  ...new Set((text.toLowerCase().match(/[a-z0-9]+/gu) ?? []).filter((word) => !FUNCTION.has(word)).map((word) => stem(word))),
];

function alike(one: string, other: string): number {
  if (one === other) return 1;
  let shared = 0;
  while (shared < one.length && shared < other.length && one.codePointAt(shared) === other.codePointAt(shared)) shared += 1;
  const [shorter, longer] = [Math.min(one.length, other.length), Math.max(one.length, other.length)];
  return (shared >= 5 && shared * 3 >= longer * 2) || (shared >= 4 && shared + 1 >= longer && shared === shorter) ? 0.6 : 0;
}

function plainPlanner(tools: readonly PlainTool[], weights: ReadonlyMap<string, number>) {
  const weight = (word: string) => weights.get(word) ?? RARE;
  const covered = (own: readonly string[], said: readonly string[]) => {
    let [hit, all] = [0, 0];
    for (const word of own) {
      const value = weight(word);
      let best = 0;
      for (const other of said) best = Math.max(best, alike(word, other));
      hit += value * best;
      all += value;
    }
    return { hit, part: all === 0 ? 0 : hit / all };
  };
  return (sentence: string) => {
    const quoted = /"(?<text>[^"]+)"/u.exec(sentence)?.groups?.['text'];
    const rest = sentence.replaceAll(/"[^"]*"/gu, ' ');
    const number = /\b\d+\b/u.exec(rest)?.[0];
    const said = stems(rest);
    let best: { tool: PlainTool; score: number } | undefined;
    for (const tool of tools) {
      const name = covered(tool.named, said);
      const score = name.hit * (1 + name.part) + 0.5 * covered(tool.described, said).hit;
      if (best === undefined || score > best.score) best = { tool, score };
    }
    return { name: best?.tool.name, arguments: { name: quoted, replicas: Number(number) } };
  };
}

export function comparisons(): Comparison[] {
  const tools = definitions();
  const planner = new Planner();
  planner.replaceServer('team', tools);
  const lines = readFileSync(new URL('../../../native/crates/route/src/background.txt', import.meta.url), 'utf8').split('\n');
  const weights = new Map(lines.flatMap((line, step) => line.split(' ').map((word) => [word, 1 + step * 0.75] as const)));
  const read = tools.map(({ name, description }) => {
    const named = stems(name.replaceAll('_', ' '));
    return { name, named, described: stems(description).filter((word) => !named.includes(word)) };
  });
  const plain = plainPlanner(read, weights);
  return [
    {
      name: 'route_plan',
      native: () => {
        const step = planner.plan(SENTENCE).plan?.steps[0];
        return { name: step?.tool.name, arguments: step?.arguments };
      },
      plain: () => plain(SENTENCE),
      same: (one, other) => deepStrictEqual(one, other),
    },
  ];
}
