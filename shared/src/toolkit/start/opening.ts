import { capabilitiesOf, LIST_CACHE } from '../protocol/server-capabilities.ts';
import { serverInfoOf } from '../protocol/server-info.ts';
import type { Listing } from './listing.ts';

/** An answer's `result`; nothing to be said; or a message that the whole server must see. */
export type OpeningAnswer = { id: string | number; result: object } | 'nothing' | 'unsure';

/** The handshake revisions that are answered with the client's own. */
const HANDSHAKE_VERSIONS = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'];
const MODERN_VERSION = '2026-07-28';
const META = 'io.modelcontextprotocol/';

type Words = Record<string, unknown>;

/**
 * Answers the requests with which every client begins (the handshake or `server/discover`, then the lists) from a server's
 * listing alone, so that a server is there before its code is. Only what is certain is answered, and exactly as the server itself
 * answers it; after the first message that is not, everything is `unsure`.
 */
export class Opening {
  readonly #listing: Listing;
  readonly #ids = new Set<string | number>();
  #era: 'legacy' | 'modern' | undefined;
  #over = false;

  constructor(listing: Listing) {
    this.#listing = listing;
  }

  /** Requests that have been answered. */
  get answered(): ReadonlySet<string | number> {
    return this.#ids;
  }

  answer(message: unknown): OpeningAnswer {
    const answer = this.#over ? 'unsure' : this.#answer(message);
    if (answer === 'unsure') this.#over = true;
    else if (answer !== 'nothing') this.#ids.add(answer.id);
    return answer;
  }

  #answer(message: unknown): OpeningAnswer {
    if (!isWords(message) || message['jsonrpc'] !== '2.0' || !onlyKeys(message, 'jsonrpc', 'id', 'method', 'params')) return 'unsure';
    const { id, method, params = {} } = message;
    if (!isWords(params)) return 'unsure';
    if (id === undefined)
      return method === 'notifications/initialized' && this.#era === 'legacy' && onlyKeys(params) ? 'nothing' : 'unsure';
    if ((typeof id !== 'string' && !Number.isSafeInteger(id)) || this.#ids.has(id as string)) return 'unsure';
    const result = params['_meta'] === undefined ? this.#legacy(method, params) : this.#modern(method, params);
    return result === undefined ? 'unsure' : { id: id as string | number, result };
  }

  #legacy(method: unknown, params: Words): object | undefined {
    if (method === 'initialize' && this.#era === undefined) {
      const { protocolVersion, capabilities, clientInfo } = params;
      const certain = HANDSHAKE_VERSIONS.includes(protocolVersion as string) && isWords(capabilities) && isImplementation(clientInfo);
      if (!certain || !onlyKeys(params, 'protocolVersion', 'capabilities', 'clientInfo')) return undefined;
      this.#era = 'legacy';
      const { capabilities: own, instructions } = this.#self();
      return { protocolVersion, capabilities: own, serverInfo: serverInfoOf(this.#listing.info), ...instructions };
    }
    if (this.#era !== 'legacy' || !onlyKeys(params)) return undefined;
    return method === 'ping' ? {} : this.#list(method);
  }

  #modern(method: unknown, params: Words): object | undefined {
    if (this.#era === 'legacy' || !onlyKeys(params, '_meta') || !isPlainEnvelope(params['_meta'])) return undefined;
    const { capabilities, instructions } = this.#self();
    const result =
      method === 'server/discover' ? { supportedVersions: [MODERN_VERSION], capabilities, ...instructions } : this.#list(method);
    if (result === undefined) return undefined;
    // a probe settles nothing: the client may still shake hands
    if (method !== 'server/discover') this.#era = 'modern';
    return { ...result, resultType: 'complete', ...LIST_CACHE, _meta: { [`${META}serverInfo`]: serverInfoOf(this.#listing.info) } };
  }

  #self(): { capabilities: object; instructions: { instructions?: string } } {
    const { offers, info } = this.#listing;
    return {
      capabilities: capabilitiesOf(offers),
      instructions: info.instructions === undefined ? {} : { instructions: info.instructions },
    };
  }

  #list(method: unknown): object | undefined {
    const { tools, prompts, templates } = this.#listing;
    if (method === 'tools/list') return tools && { tools };
    if (method === 'prompts/list') return prompts && { prompts };
    if (method === 'resources/templates/list') return templates && { resourceTemplates: templates };
    return undefined;
  }
}

function isWords(value: unknown): value is Words {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function onlyKeys(value: Words, ...keys: string[]): boolean {
  return Object.keys(value).every((key) => keys.includes(key));
}

function isImplementation(value: unknown): boolean {
  return isWords(value) && typeof value['name'] === 'string' && typeof value['version'] === 'string';
}

/** A 2026-07-28 envelope that asks for nothing beside its answer (no progress, no log messages). */
function isPlainEnvelope(meta: unknown): boolean {
  return (
    isWords(meta) &&
    onlyKeys(meta, `${META}protocolVersion`, `${META}clientInfo`, `${META}clientCapabilities`) &&
    meta[`${META}protocolVersion`] === MODERN_VERSION &&
    isImplementation(meta[`${META}clientInfo`]) &&
    isWords(meta[`${META}clientCapabilities`])
  );
}
