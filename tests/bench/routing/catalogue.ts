// The lines of a catalogue and its requests, as the search takes them, and what an answer is scored by.
import { type CatalogueParameter, type CatalogueTool, ToolIndex } from '@deployment-engine/native';
import { mean, rounded, UsageError } from '../command.ts';

/** A tool of T. */
export interface ToolLine {
  server: string;
  name: string;
  title?: string;
  description?: string;
  inputSchema?: { properties?: Record<string, { description?: unknown; enum?: unknown[] } | undefined> };
}

/** A request of Q or H. */
export interface QueryLine {
  query: string;
  relevant: string[];
}

/** How many tools are asked for. */
export const DEPTH = 10;

function parametersOf({ inputSchema }: ToolLine): CatalogueParameter[] {
  return Object.entries(inputSchema?.properties ?? {}).map(([name, property]) => ({
    name,
    description: typeof property?.description === 'string' ? property.description : undefined,
    enum: (Array.isArray(property?.enum) ? property.enum : []).filter((value): value is string => typeof value === 'string'),
  }));
}

/** What a prediction is scored by: where in the ranking the relevant ones are. */
export function scoresOf(ranked: readonly string[], relevant: ReadonlySet<string>) {
  const right = ranked.map((name) => relevant.has(name));
  const recall = (depth: number) => right.slice(0, depth).filter(Boolean).length / relevant.size;
  const gain = (hits: readonly boolean[]) => hits.reduce((sum, hit, index) => sum + (hit ? 1 / Math.log2(index + 2) : 0), 0);
  const ndcg = (depth: number) => gain(right.slice(0, depth)) / gain(Array.from({ length: Math.min(depth, relevant.size) }, () => true));
  const first = right.indexOf(true);
  return { r1: recall(1), r5: recall(5), r10: recall(10), n5: ndcg(5), n10: ndcg(10), mrr: first < 0 ? 0 : 1 / (first + 1) };
}

/** The averages over all requests that have a right answer. */
export function summaryOf(queries: readonly QueryLine[], rankings: readonly (readonly string[])[]): Record<string, number> {
  const scores = queries.flatMap(({ relevant }, at) => (relevant.length === 0 ? [] : [scoresOf(rankings[at] ?? [], new Set(relevant))]));
  const average = (key: keyof ReturnType<typeof scoresOf>) => rounded(mean(scores.map((score) => score[key])));
  return {
    'recall@1': average('r1'),
    'recall@5': average('r5'),
    'recall@10': average('r10'),
    'ndcg@5': average('n5'),
    'ndcg@10': average('n10'),
    mrr: average('mrr'),
  };
}

/** The catalogue by servers. */
export class Catalogue {
  readonly servers = new Map<string, CatalogueTool[]>();
  readonly #named = new Map<string, readonly [string, string]>();

  constructor(tools: readonly ToolLine[]) {
    for (const tool of tools) {
      if (typeof tool.server !== 'string' || typeof tool.name !== 'string') throw new UsageError('a tool has no server or no name');
      const { server, name, title, description } = tool;
      this.#named.set(`${server}__${name}`, [server, name]);
      const list = this.servers.get(server) ?? [];
      list.push({ name, title, description, parameters: parametersOf(tool) });
      this.servers.set(server, list);
    }
  }

  /** A new index that holds it. */
  index(): ToolIndex {
    const index = new ToolIndex();
    for (const [server, list] of this.servers) index.replaceServer(server, list);
    return index;
  }

  /** Feeds a past call for each tool that a request needed; how many were learned. */
  learn(index: ToolIndex, { query, relevant }: QueryLine): number {
    let learned = 0;
    for (const name of relevant) {
      const tool = this.#named.get(name);
      if (tool !== undefined && index.learn(query, tool[0], tool[1], 'ok')) learned += 1;
    }
    return learned;
  }
}

/** The names of what was found, as the requests name tools. */
export function found(index: ToolIndex, query: string): string[] {
  return index.search(query, DEPTH).map(({ server, name }) => `${server}__${name}`);
}
