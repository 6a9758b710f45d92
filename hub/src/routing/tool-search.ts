import type { ToolIndex } from '@deployment-engine/native';
import type { JsonSchema } from '@deployment-engine/shared/contracts';
import type { ListedTool } from '@deployment-engine/shared/toolkit';

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

/** Ranked search over every known tool. The native index is loaded with the first search and told of changes server by server. */
export class ToolSearch {
  readonly #stale = new Map<string, readonly ListedTool[]>();
  #index: ToolIndex | undefined;

  replace(server: string, tools: readonly ListedTool[]): void {
    this.#stale.set(server, tools);
  }

  async search(query: string, limit: number): Promise<Hit[]> {
    const { ToolIndex: Index } = await import('@deployment-engine/native');
    this.#index ??= new Index();
    for (const [server, tools] of this.#stale)
      this.#index.replaceServer(
        server,
        tools.map((tool) => entryOf(server, tool)),
      );
    this.#stale.clear();
    return this.#index.search(query, limit);
  }
}

function entryOf(server: string, { name, title, description, inputSchema }: ListedTool) {
  return { server, name, ...(title === undefined ? {} : { title }), description: description ?? '', parameters: parametersOf(inputSchema) };
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
