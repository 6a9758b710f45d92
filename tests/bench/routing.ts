// Ranked search over any catalogue: `npm run bench:routing -- --tools T.jsonl --queries Q.jsonl [--history H.jsonl] --json [--out F]`;
// with `--folds 5 --past 10` in place of H, cross-validated over Q.
import { performance } from 'node:perf_hooks';
import type { ToolIndex } from '@deployment-engine/native';
import { benchmark, percentile, readArguments, readJsonLines, rounded, UsageError, writeJsonLines } from './command.ts';
import { Catalogue, DEPTH, found, type QueryLine, summaryOf, type ToolLine } from './routing/catalogue.ts';
import { crossValidate } from './routing/folds.ts';

/** How many tools the server has that is replaced, and how often it is. */
const REPLACED = 40;
const REPLACEMENTS = 100;

/** Another server's tools in place of those of one, and the first search after it, in microseconds. */
function timeReplacements(catalogue: Catalogue, index: ToolIndex, questions: readonly string[]) {
  const all = [...catalogue.servers.values()].flat();
  const parts = Array.from({ length: REPLACEMENTS + 1 }, (_, at) =>
    Array.from({ length: REPLACED }, (_unused, place) => {
      const tool = all[(at * REPLACED + place) % all.length];
      return { ...tool, name: `${tool?.name ?? ''}_${place}` };
    }),
  );
  const times = new Float64Array(REPLACEMENTS);
  index.replaceServer('replaced', parts[REPLACEMENTS] ?? []);
  for (let at = 0; at < REPLACEMENTS; at += 1) {
    const before = performance.now();
    index.replaceServer('replaced', parts[at] ?? []);
    found(index, questions[at % questions.length] ?? '');
    times[at] = (performance.now() - before) * 1_000;
  }
  return { tools: REPLACED, p50: rounded(percentile(times, 50)), p99: rounded(percentile(times, 99)) };
}

/** What it costs to keep what was learned. */
function timeMemory(index: ToolIndex) {
  const start = performance.now();
  const bytes = index.exportMemory();
  const exported = performance.now();
  index.importMemory(bytes);
  return { bytes: bytes.length, export_ms: rounded(exported - start), import_ms: rounded(performance.now() - exported) };
}

await benchmark(() => {
  const args = readArguments({
    tools: { what: 'T.jsonl', required: true },
    queries: { what: 'Q.jsonl', required: true },
    history: { what: 'H.jsonl' },
    folds: { what: 'number of folds' },
    past: { what: 'past requests a tool' },
  });
  const catalogue = new Catalogue(readJsonLines<ToolLine>(args['tools'] ?? ''));
  const queries = readJsonLines<QueryLine>(args['queries'] ?? '');
  if (args['folds'] !== undefined) {
    if (args['history'] !== undefined) throw new UsageError('--folds takes the past calls from the other folds: leave --history out');
    return crossValidate(catalogue, queries, Number(args['folds']), Number(args['past'] ?? 0), args['out']);
  }
  const history = args['history'] === undefined ? [] : readJsonLines<QueryLine>(args['history']);

  const start = performance.now();
  const index = catalogue.index();
  found(index, 'warm');
  const buildMs = performance.now() - start;
  const learned = history.reduce((sum, call) => sum + catalogue.learn(index, call), 0);

  // The code that predicts gets the questions alone.
  const questions = queries.map(({ query }) => query);
  for (const question of questions.slice(0, 200)) found(index, question);
  const times = new Float64Array(questions.length);
  const rankings = questions.map((question, at) => {
    const before = performance.now();
    const hits = index.search(question, DEPTH);
    times[at] = (performance.now() - before) * 1_000;
    return hits.map(({ server, name }) => `${server}__${name}`);
  });
  writeJsonLines(
    args['out'],
    rankings.map((ranked, at) => ({ query: questions[at], ranked })),
  );
  return {
    tools: index.size,
    queries: queries.length,
    learned,
    ...summaryOf(queries, rankings),
    p50_us: rounded(percentile(times, 50)),
    p99_us: rounded(percentile(times, 99)),
    build_ms: rounded(buildMs),
    ...(learned > 0 ? { memory: timeMemory(index) } : {}),
    replace_us: timeReplacements(catalogue, index, questions),
  };
});
