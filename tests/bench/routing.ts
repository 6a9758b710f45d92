// Ranked search over any catalogue: `npm run bench:routing -- --tools T.jsonl --queries Q.jsonl [--history H.jsonl] --json [--out F]`.
import { performance } from 'node:perf_hooks';
import { type CatalogueParameter, type CatalogueTool, ToolIndex } from '@deployment-engine/native';
import { benchmark, mean, percentile, readArguments, readJsonLines, rounded, UsageError, writeJsonLines } from './command.ts';

interface ToolLine {
  server: string;
  name: string;
  title?: string;
  description?: string;
  inputSchema?: { properties?: Record<string, { description?: unknown; enum?: unknown[] } | undefined> };
}

interface QueryLine {
  query: string;
  relevant: string[];
}

const DEPTH = 10;

function parametersOf({ inputSchema }: ToolLine): CatalogueParameter[] {
  return Object.entries(inputSchema?.properties ?? {}).map(([name, property]) => ({
    name,
    description: typeof property?.description === 'string' ? property.description : undefined,
    enum: (Array.isArray(property?.enum) ? property.enum : []).filter((value): value is string => typeof value === 'string'),
  }));
}

/** What a prediction is scored by: where in the ranking the relevant ones are. */
function scoresOf(ranked: readonly string[], relevant: ReadonlySet<string>) {
  const found = ranked.map((name) => relevant.has(name));
  const recall = (depth: number) => found.slice(0, depth).filter(Boolean).length / relevant.size;
  const gain = (hits: readonly boolean[]) => hits.reduce((sum, hit, index) => sum + (hit ? 1 / Math.log2(index + 2) : 0), 0);
  const ndcg = (depth: number) => gain(found.slice(0, depth)) / gain(Array.from({ length: Math.min(depth, relevant.size) }, () => true));
  const first = found.indexOf(true);
  return { r1: recall(1), r5: recall(5), r10: recall(10), n5: ndcg(5), n10: ndcg(10), mrr: first < 0 ? 0 : 1 / (first + 1) };
}

await benchmark(() => {
  const args = readArguments({
    tools: { what: 'T.jsonl', required: true },
    queries: { what: 'Q.jsonl', required: true },
    history: { what: 'H.jsonl' },
  });
  const tools = readJsonLines<ToolLine>(args['tools'] ?? '');
  const queries = readJsonLines<QueryLine>(args['queries'] ?? '');
  const history = args['history'] === undefined ? [] : readJsonLines<QueryLine>(args['history']);

  const servers = new Map<string, CatalogueTool[]>();
  const named = new Map<string, readonly [string, string]>();
  for (const tool of tools) {
    if (typeof tool.server !== 'string' || typeof tool.name !== 'string') throw new UsageError('a tool has no server or no name');
    const { server, name, title, description } = tool;
    named.set(`${server}__${name}`, [server, name]);
    const list = servers.get(server) ?? [];
    list.push({ name, title, description, parameters: parametersOf(tool) });
    servers.set(server, list);
  }

  const index = new ToolIndex();
  const start = performance.now();
  for (const [server, list] of servers) index.replaceServer(server, list);
  index.search('warm', 1);
  const buildMs = performance.now() - start;

  let learned = 0;
  for (const { query, relevant } of history) {
    for (const name of relevant) {
      const tool = named.get(name);
      if (tool !== undefined && index.learn(query, tool[0], tool[1], 'ok')) learned += 1;
    }
  }

  // The code that predicts gets the questions alone.
  const questions = queries.map(({ query }) => query);
  for (const question of questions.slice(0, 200)) index.search(question, DEPTH);
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

  const scores = queries.flatMap(({ relevant }, at) => (relevant.length === 0 ? [] : [scoresOf(rankings[at] ?? [], new Set(relevant))]));
  const average = (key: keyof ReturnType<typeof scoresOf>) => rounded(mean(scores.map((score) => score[key])));
  return {
    tools: index.size,
    queries: queries.length,
    learned,
    'recall@1': average('r1'),
    'recall@5': average('r5'),
    'recall@10': average('r10'),
    'ndcg@5': average('n5'),
    'ndcg@10': average('n10'),
    mrr: average('mrr'),
    p50_us: rounded(percentile(times, 50)),
    p99_us: rounded(percentile(times, 99)),
    build_ms: rounded(buildMs),
  };
});
