import type { Surface } from '../../contracts/index.ts';
import type { BackendInfo, ListedPrompt, ListedTemplate, ListedTool, McpBackend } from '../backend.ts';
import { listedPrompts, listedTemplates, listedTool } from '../listed.ts';
import { offersOf } from '../offers.ts';

/** What a client sees of a server before its first call, as far as that is known without the server; the rest is left to it. */
export interface Listing {
  info: BackendInfo;
  offers: McpBackend['offers'];
  tools?: ListedTool[];
  prompts?: ListedPrompt[];
  templates?: ListedTemplate[];
}

export interface ListingOptions {
  readOnly: boolean;
  /** Undefined: all. */
  toolsets: readonly string[] | undefined;
}

/** What a server of ours lists to its owner. */
export function listingOf(surface: Surface, { readOnly, toolsets }: ListingOptions): Listing {
  const { name, title, version, description, instructions, prompts, resources } = surface;
  const tools = surface.tools.filter(
    ({ toolset, effect }) => (toolsets === undefined || toolsets.includes(toolset)) && (!readOnly || effect === 'read'),
  );
  return {
    info: { name, title, version, description, ...(instructions === undefined ? {} : { instructions }) },
    offers: offersOf(surface),
    tools: tools.map(listedTool),
    ...(prompts.length > 0 ? { prompts: listedPrompts(surface) } : {}),
    ...(resources.length > 0 ? { templates: listedTemplates(surface) } : {}),
  };
}
