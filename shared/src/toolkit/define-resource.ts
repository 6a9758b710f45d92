import type { ResourceSurface } from '../contracts/index.ts';
import type { ToolContext } from './context.ts';

/** A resource's content; `text` and `blob` (base64) exclude each other. Without `uri` it is the one that was read. */
export type ResourceContent = { uri?: string; mimeType?: string } & ({ text: string } | { blob: string });

export interface ListedResource {
  uri: string;
  name: string;
  title?: string;
  description?: string;
  mimeType?: string;
}

interface ResourceShape<Deps> {
  /** A fixed URI, or an RFC 6570 level 1–3 template such as `git://{repo}/{path}`. */
  uri: string;
  name: string;
  title: string;
  description: string;
  mimeType: string;
  scopes?: readonly string[];
  read(
    variables: Record<string, string>,
    context: ToolContext<Deps>,
  ): Promise<ResourceContent | ResourceContent[]> | ResourceContent | ResourceContent[];
  /** Templates: the resources to list. */
  list?(context: ToolContext<NoInfer<Deps>>): Promise<ListedResource[]> | ListedResource[];
  /** Templates: values for a variable that begin with what is typed. `given`: the other variables as far as they are filled in. */
  complete?(
    variable: string,
    typed: string,
    context: ToolContext<NoInfer<Deps>>,
    given: Readonly<Record<string, string>>,
  ): Promise<string[]> | string[];
  /** Calls `changed` whenever the content changes until the signal aborts; without it nobody can subscribe. */
  watch?(uri: string, changed: () => void, context: ToolContext<NoInfer<Deps>>): Promise<void> | void;
}

export interface Resource<Deps = never> {
  readonly surface: ResourceSurface;
  readonly scopes: readonly string[];
  readonly read: (variables: Record<string, string>, context: ToolContext) => Promise<ResourceContent[]>;
  readonly list: ((context: ToolContext) => Promise<ListedResource[]>) | undefined;
  readonly complete:
    | ((variable: string, typed: string, context: ToolContext, given: Readonly<Record<string, string>>) => Promise<string[]>)
    | undefined;
  readonly watch: ((uri: string, changed: () => void, context: ToolContext) => Promise<void>) | undefined;
  readonly '~deps'?: (deps: Deps) => void;
}

export function defineResource<Deps = unknown>(shape: ResourceShape<Deps>): Resource<Deps> {
  const { uri, name, title, description, mimeType } = shape;
  const at = (context: ToolContext): ToolContext<Deps> => context as ToolContext<Deps>;
  return {
    surface: { ...(uri.includes('{') ? { uriTemplate: uri } : { uri }), name, title, description, mimeType },
    scopes: shape.scopes ?? [],
    read: async (variables, context) => {
      const content = await shape.read(variables, at(context));
      return Array.isArray(content) ? content : [content];
    },
    list: shape.list && (async (context) => shape.list!(at(context))),
    complete: shape.complete && (async (variable, typed, context, given) => shape.complete!(variable, typed, at(context), given)),
    watch: shape.watch && (async (watched, changed, context) => shape.watch!(watched, changed, at(context))),
  };
}
