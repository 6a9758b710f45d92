import type { PlanAnswer, PlanContext, Planner, ToolIndex } from '@deployment-engine/native';
import type { JsonSchema } from '@deployment-engine/shared/contracts';
import type { Store } from '@deployment-engine/shared/platform';
import type { ListedTool } from '@deployment-engine/shared/toolkit';
import { UsageMemory } from './usage-memory.ts';

export interface Hit {
  server: string;
  name: string;
  score: number;
  /** The probability that this tool is the one asked for, 0 to 1. */
  confidence: number;
}

interface Property {
  description?: string;
  enum?: unknown[];
}

/**
 * Ranked search over every known tool, and plans for them. The native part is loaded with the first search and told of changes
 * server by server; what past calls taught is read then, too.
 */
export class ToolSearch {
  readonly #tools = new Map<string, readonly ListedTool[]>();
  readonly #stale = new Set<string>();
  readonly #unplanned = new Set<string>();
  readonly #memory: UsageMemory;
  #index: Promise<ToolIndex> | undefined;
  #planner: Planner | undefined;

  /** Without a store nothing is remembered beyond this process. */
  constructor(store?: Store, onError: (error: unknown) => void = () => undefined) {
    this.#memory = new UsageMemory(store, onError);
  }

  replace(server: string, tools: readonly ListedTool[]): void {
    this.#tools.set(server, tools);
    this.#stale.add(server);
    this.#unplanned.add(server);
  }

  async search(query: string, limit: number): Promise<Hit[]> {
    return (await this.#ready()).search(query, limit);
  }

  /** The plan for a sentence by some of the tools. Nothing is called. */
  async plan(sentence: string, context: PlanContext, among: readonly Pick<Hit, 'server' | 'name'>[]): Promise<PlanAnswer> {
    const { Planner: Native } = await import('@deployment-engine/native');
    const planner = (this.#planner ??= new Native());
    // schemas are compiled for servers whose tools are asked about, when they are
    for (const { server } of among) {
      if (this.#unplanned.delete(server)) planner.replaceServer(server, this.#tools.get(server) ?? []);
    }
    const references = among.map(({ server, name }) => ({ server, name }));
    return planner.plan(sentence, context, references);
  }

  /** What was asked for, which tool was called for it, and whether it did what was wanted. */
  async learn(request: string, server: string, name: string, outcome: 'ok' | 'failed'): Promise<void> {
    this.#memory.learn(await this.#ready(), { request, server, name, outcome });
  }

  /** Writes what was learned. */
  async close(): Promise<void> {
    if (this.#index) await this.#memory.save(await this.#index);
  }

  async #ready(): Promise<ToolIndex> {
    this.#index ??= this.#load();
    const index = await this.#index;
    for (const server of this.#stale) index.replaceServer(server, (this.#tools.get(server) ?? []).map(entryOf));
    this.#stale.clear();
    return index;
  }

  async #load(): Promise<ToolIndex> {
    const { ToolIndex: Native } = await import('@deployment-engine/native');
    const index = new Native();
    await this.#memory.load(index);
    return index;
  }
}

function entryOf({ name, title, description, inputSchema, annotations }: ListedTool) {
  const reads = annotations?.['readOnlyHint'];
  return {
    name,
    ...(title === undefined ? {} : { title }),
    description: description ?? '',
    parameters: parametersOf(inputSchema),
    ...(typeof reads === 'boolean' ? { reads } : {}),
  };
}

function parametersOf(schema: JsonSchema): { name: string; description: string; enum?: string[] }[] {
  const properties = (schema['properties'] ?? {}) as Record<string, Property | undefined>;
  return Object.entries(properties).map(([name, property]) => {
    const values = property?.enum?.filter((value): value is string => typeof value === 'string');
    return {
      name,
      description: typeof property?.description === 'string' ? property.description : '',
      ...(values?.length ? { enum: values } : {}),
    };
  });
}
