import type { Surface, ToolSurface } from '../contracts/index.ts';
import type { ListedPrompt, ListedTemplate, ListedTool } from './backend.ts';
import { withErrors } from './output-schema.ts';

/** A tool of a surface as `tools/list` shows it. */
export function listedTool({ name, title, description, inputSchema, outputSchema, annotations }: ToolSurface): ListedTool {
  return {
    name,
    title,
    description,
    inputSchema,
    ...(outputSchema === undefined ? {} : { outputSchema: withErrors(outputSchema) }),
    annotations: { ...annotations },
  };
}

/** The templates among a surface's resources as `resources/templates/list` shows them. */
export function listedTemplates({ resources }: Pick<Surface, 'resources'>): ListedTemplate[] {
  return resources.flatMap(({ uriTemplate, name, title, description, mimeType }) =>
    uriTemplate === undefined ? [] : [{ uriTemplate, name, title, description, mimeType }],
  );
}

/** A surface's prompts as `prompts/list` shows them. */
export function listedPrompts({ prompts }: Pick<Surface, 'prompts'>): ListedPrompt[] {
  return prompts.map((prompt) => ({ ...prompt }));
}
