import { binding } from './binding.ts';

/** What the addon exports for this file. */
export interface RoutingAddon {
  ToolIndex: new () => NativeToolIndex;
}

interface NativeToolIndex {
  replaceServer(server: string, tools: string): void;
  removeServer(server: string): boolean;
  search(query: string, limit: number): string;
  readonly size: number;
}

/** What the search reads of a tool. */
export interface CatalogueTool {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly parameters?: readonly CatalogueParameter[] | undefined;
}

export interface CatalogueParameter {
  readonly name: string;
  readonly description?: string | undefined;
  /** The values it may have, when they are few and fixed. */
  readonly enum?: readonly string[] | undefined;
}

export interface ToolHit {
  readonly server: string;
  readonly name: string;
  /** Above 0, greater is better; comparable only within one search. */
  readonly score: number;
}

/**
 * Ranked search over the tools of many servers (BM25F over name, title, server, description and parameters).
 *
 * Words are reduced to stems, identifiers are read as words, and a word that is unknown stands for those it begins or
 * misspells. Equal scores come in byte order of server and name. Bad input throws an Error that names the field.
 */
export class ToolIndex {
  readonly #index: NativeToolIndex;

  constructor() {
    this.#index = new (binding().ToolIndex)();
  }

  /** Puts the tools of one server in place of those it had. Of two tools of one name the later one counts. */
  replaceServer(server: string, tools: readonly CatalogueTool[]): void {
    this.#index.replaceServer(server, JSON.stringify(tools));
  }

  /** Removes a server with its tools. */
  removeServer(server: string): void {
    this.#index.removeServer(server);
  }

  /** The best tools for a question, best first; none when no word of it is known. */
  search(query: string, limit: number): ToolHit[] {
    if (!Number.isInteger(limit) || limit < 0 || limit > 0xffff_ffff)
      throw new RangeError(`limit: expected a whole number, 0 or more, got ${limit}`);
    return JSON.parse(this.#index.search(query, limit)) as ToolHit[];
  }

  /** How many tools there are. */
  get size(): number {
    return this.#index.size;
  }
}
