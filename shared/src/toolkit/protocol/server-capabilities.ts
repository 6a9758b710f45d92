import type { McpBackend } from '../backend.ts';

export interface ServerCapabilities {
  tools?: { listChanged?: boolean };
  resources?: { listChanged?: boolean; subscribe?: boolean };
  prompts?: { listChanged?: boolean };
  completions?: Record<string, never>;
  logging?: Record<string, never>;
}

/** What a server declares to its clients (MCP `ServerCapabilities`). */
export function capabilitiesOf(offers: McpBackend['offers']): ServerCapabilities {
  const lists = offers.listChanged ? { listChanged: true } : {};
  return {
    ...(offers.tools ? { tools: lists } : {}),
    ...(offers.resources ? { resources: { ...lists, ...(offers.subscribe ? { subscribe: true } : {}) } } : {}),
    ...(offers.prompts ? { prompts: lists } : {}),
    ...(offers.completions ? { completions: {} } : {}),
    ...(offers.logging ? { logging: {} } : {}),
  };
}

/** How long clients may keep lists (MCP 2026-07-28, `ttlMs` and `cacheScope`); they are told of changes too. */
export const LIST_CACHE = { ttlMs: 5_000, cacheScope: 'private' } as const;
