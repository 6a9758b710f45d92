import type { Surface } from '../contracts/index.ts';
import type { McpBackend } from './backend.ts';

/** What a server of ours offers at all, by its surface. */
export function offersOf({
  resources,
  prompts,
  subscribe = false,
  completions = false,
}: Pick<Surface, 'resources' | 'prompts' | 'subscribe' | 'completions'>): McpBackend['offers'] {
  return {
    tools: true,
    resources: resources.length > 0,
    subscribe,
    prompts: prompts.length > 0,
    completions,
    logging: true,
    // the surface of a server is fixed at start
    listChanged: false,
  };
}
