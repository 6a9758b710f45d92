import type { Surface } from '@deployment-engine/shared/contracts';
import { type ListedTool, withErrors } from '@deployment-engine/shared/toolkit';
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
    tools.map(({ name, effect, annotations, scopes }) => [name, { effect, idempotent: annotations.idempotentHint, scopes }]),
  );
  const catalogue: Catalogue = {
    tools: tools.map(({ name, title, description, inputSchema, outputSchema, annotations }): ListedTool => ({
      name,
      title,
      description,
      inputSchema,
      ...(outputSchema === undefined ? {} : { outputSchema: withErrors(outputSchema) }),
      annotations: { ...annotations },
    })),
    resources: surface.resources.flatMap(({ uri, uriTemplate: _template, ...rest }) => (uri === undefined ? [] : [{ uri, ...rest }])),
    templates: surface.resources.flatMap(({ uri: _uri, uriTemplate, ...rest }) =>
      uriTemplate === undefined ? [] : [{ uriTemplate, ...rest }],
    ),
    prompts: surface.prompts.map((prompt) => ({ ...prompt })),
    ...(surface.instructions === undefined ? {} : { instructions: surface.instructions }),
    subscribe: false,
    completions: surface.prompts.length > 0 || surface.resources.some(({ uriTemplate }) => uriTemplate !== undefined),
  };
  return { surface, catalogue, traits };
}
