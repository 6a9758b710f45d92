import type { Client } from '@modelcontextprotocol/client';
import type { ListedPrompt, ListedResource, ListedTemplate, ListedTool } from '@deployment-engine/shared/toolkit';
import type { Catalogue } from './upstream.ts';

/** A hostile server must not make us read for ever. */
const MAX_PAGES = 50;
const MAX_ITEMS = 10_000;
const MAX_MS = 60_000;

/** Reads everything an upstream lists. A part that it does not offer is empty. */
export async function readCatalogue(client: Client): Promise<Catalogue> {
  const offers = client.getServerCapabilities() ?? {};
  const options = { signal: AbortSignal.timeout(MAX_MS) };
  const [tools, resources, templates, prompts] = await Promise.all([
    offers.tools ? pages(async (cursor) => client.listTools(cursor, options), 'tools') : [],
    offers.resources ? pages(async (cursor) => client.listResources(cursor, options), 'resources') : [],
    offers.resources ? pages(async (cursor) => client.listResourceTemplates(cursor, options), 'resourceTemplates').catch(() => []) : [],
    offers.prompts ? pages(async (cursor) => client.listPrompts(cursor, options), 'prompts') : [],
  ]);
  const instructions = client.getInstructions();
  return {
    tools: tools as ListedTool[],
    resources: resources as ListedResource[],
    templates: templates as ListedTemplate[],
    prompts: prompts as ListedPrompt[],
    ...(instructions === undefined ? {} : { instructions }),
    subscribe: offers.resources?.subscribe === true,
    completions: offers.completions !== undefined,
  };
}

async function pages<K extends string>(
  read: (params: { cursor?: string }) => Promise<{ nextCursor?: string | undefined } & { [key in K]: unknown[] }>,
  key: K,
): Promise<unknown[]> {
  const all: unknown[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES && all.length < MAX_ITEMS; page += 1) {
    const result = await read(cursor === undefined ? {} : { cursor });
    all.push(...result[key]);
    if (result.nextCursor === undefined || result.nextCursor === cursor) break;
    cursor = result.nextCursor;
  }
  return all.slice(0, MAX_ITEMS);
}
