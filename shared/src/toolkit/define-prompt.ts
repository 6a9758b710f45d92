import type { z } from 'zod';
import type { PromptSurface } from '../contracts/index.ts';
import type { ToolContext } from './context.ts';
import type { ContentBlock } from './define-tool.ts';

export interface PromptMessage {
  role: 'user' | 'assistant';
  content: ContentBlock;
}

interface PromptShape<Args extends z.ZodObject, Deps> {
  name: string;
  title: string;
  description: string;
  /** Strings only, each described (MCP prompt arguments). */
  arguments: Args;
  build(args: z.output<Args>, context: ToolContext<Deps>): Promise<string | PromptMessage[]> | string | PromptMessage[];
  /** Values for an argument that begin with what is typed. `given`: the other arguments as far as they are filled in. */
  complete?(
    argument: string,
    typed: string,
    context: ToolContext<NoInfer<Deps>>,
    given: Readonly<Record<string, string>>,
  ): Promise<string[]> | string[];
}

export interface Prompt<Deps = never> {
  readonly surface: PromptSurface;
  readonly arguments: z.ZodObject;
  readonly build: (args: unknown, context: ToolContext) => Promise<PromptMessage[]>;
  readonly complete:
    | ((argument: string, typed: string, context: ToolContext, given: Readonly<Record<string, string>>) => Promise<string[]>)
    | undefined;
  readonly '~deps'?: (deps: Deps) => void;
}

export function definePrompt<Args extends z.ZodObject, Deps = unknown>(shape: PromptShape<Args, Deps>): Prompt<Deps> {
  return {
    surface: {
      name: shape.name,
      title: shape.title,
      description: shape.description,
      arguments: Object.entries(shape.arguments.shape).map(([name, type]) => ({
        name,
        description: (type as z.ZodType).description ?? '',
        required: !(type as z.ZodType).safeParse(undefined).success,
      })),
    },
    arguments: shape.arguments,
    build: async (args, context) => {
      const built = await shape.build(args as z.output<Args>, context as ToolContext<Deps>);
      return typeof built === 'string' ? [{ role: 'user', content: { type: 'text', text: built } }] : built;
    },
    complete:
      shape.complete && (async (argument, typed, context, given) => shape.complete!(argument, typed, context as ToolContext<Deps>, given)),
  };
}
