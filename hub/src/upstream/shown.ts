import { DEADLINE_MS, type Surface } from '@deployment-engine/shared/contracts';
import { listedPrompts, listedTemplates, listedTool } from '@deployment-engine/shared/toolkit';
import type { Catalogue, ToolTraits } from './upstream.ts';

/** The committed surface of a server of ours, as the toolsets that are on let it be seen: known before the server runs. */
export interface Shown {
  surface: Surface;
  catalogue: Catalogue;
  traits: ReadonlyMap<string, ToolTraits>;
}

export function shownOf(surface: Surface, toolsets: readonly string[] | undefined): Shown {
  const tools = surface.tools.filter(({ toolset }) => toolsets === undefined || toolsets.includes(toolset));
  const traits = new Map(
    tools.map(({ name, effect, annotations, scopes, deadlineMs = DEADLINE_MS }) => [
      name,
      { effect, idempotent: annotations.idempotentHint, scopes, deadlineMs },
    ]),
  );
  const catalogue: Catalogue = {
    tools: tools.map(listedTool),
    resources: surface.resources.flatMap(({ uri, uriTemplate: _template, ...rest }) => (uri === undefined ? [] : [{ uri, ...rest }])),
    templates: listedTemplates(surface),
    prompts: listedPrompts(surface),
    ...(surface.instructions === undefined ? {} : { instructions: surface.instructions }),
    subscribe: surface.subscribe ?? false,
    completions: surface.completions ?? false,
  };
  return { surface, catalogue, traits };
}
