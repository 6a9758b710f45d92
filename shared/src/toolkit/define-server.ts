import type { z } from 'zod';
import { DEADLINE_MS, type PromptSurface, type ResourceSurface, type Surface, type ToolSurface } from '../contracts/index.ts';
import type { ServerEnv } from './context.ts';
import type { Tool } from './define-tool.ts';
import { effectiveInputSchema } from './extra-arguments.ts';
import { toJsonSchema } from './json-schema.ts';
import type { Prompt } from './define-prompt.ts';
import type { Resource } from './define-resource.ts';

/** Whether a server can do its work now; for `doctor` and for the start page. */
export type Readiness = { ready: true; detail?: string } | { ready: false; missing: string; hint: string };

type Factories<Config> = Record<string, (env: ServerEnv<Config>) => unknown>;

/** The backends as handlers see them: what each factory returns. */
export type DepsOf<D> = { [K in keyof D]: D[K] extends (env: never) => infer R ? R : never };

interface ServerShape<C extends z.ZodType, D extends Factories<z.output<C>>> {
  /** Lower-case words joined by hyphens; also the folder's name. */
  name: string;
  title: string;
  description: string;
  version: string;
  /** Port in HTTP mode (DESIGN §2). */
  port: number;
  /** For the model: when to use this server, in a few sentences. */
  instructions?: string;
  /** Must accept `{}`: every setting has a default. */
  config: C;
  /** Environment variables that set one setting each, e.g. `{ PROMETHEUS_URL: 'sources.default.url' }`. */
  env?: Record<string, string>;
  /** Backends by name. Each is created on its first use; one with `close()` is closed with the server. */
  deps: D;
  tools: readonly Tool<NoInfer<DepsOf<D>>>[];
  resources?: readonly Resource<NoInfer<DepsOf<D>>>[];
  prompts?: readonly Prompt<NoInfer<DepsOf<D>>>[];
  /** Looks whether the backend can be reached. Never throws for a missing backend. */
  probe?(deps: DepsOf<D>, env: ServerEnv<z.output<C>>, signal: AbortSignal): Promise<Readiness>;
}

/** A server as the toolkit and the hub hold it: types erased. */
export interface ServerDefinition {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly version: string;
  readonly port: number;
  readonly instructions: string | undefined;
  readonly config: z.ZodType;
  readonly env: Readonly<Record<string, string>>;
  readonly deps: Readonly<Record<string, (env: ServerEnv) => unknown>>;
  readonly tools: readonly Tool[];
  readonly resources: readonly Resource[];
  readonly prompts: readonly Prompt[];
  readonly probe: ((deps: Record<string, unknown>, env: ServerEnv, signal: AbortSignal) => Promise<Readiness>) | undefined;
  /** The content of `tools.json`. */
  surface(): Surface;
}

export function defineServer<C extends z.ZodType, D extends Factories<z.output<C>>>(shape: ServerShape<C, D>): ServerDefinition {
  // erasure: the runtime gives every factory, tool and probe exactly what this shape has checked
  const erased = shape as unknown as Omit<ServerDefinition, 'surface'>;
  const names = new Set<string>();
  for (const { name } of erased.tools) {
    if (names.has(name)) throw new Error(`server ${shape.name} has two tools called ${name}`);
    names.add(name);
  }
  const definition: ServerDefinition = {
    name: shape.name,
    title: shape.title,
    description: shape.description,
    version: shape.version,
    port: shape.port,
    instructions: shape.instructions,
    config: shape.config,
    env: shape.env ?? {},
    deps: erased.deps,
    tools: erased.tools,
    resources: erased.resources ?? [],
    prompts: erased.prompts ?? [],
    probe: erased.probe,
    surface: () => surfaceOf(definition),
  };
  return definition;
}

export function toolSurface(tool: Tool): ToolSurface {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    toolset: tool.toolset,
    effect: tool.effect,
    scopes: [...tool.scopes],
    ...(tool.deadlineMs === DEADLINE_MS ? {} : { deadlineMs: tool.deadlineMs }),
    annotations: tool.annotations,
    inputSchema: effectiveInputSchema(tool),
    outputSchema: toJsonSchema(tool.outputSchema, 'output'),
  };
}

function surfaceOf(server: ServerDefinition): Surface {
  return {
    name: server.name,
    title: server.title,
    description: server.description,
    version: server.version,
    port: server.port,
    ...(server.instructions === undefined ? {} : { instructions: server.instructions }),
    tools: server.tools.map(toolSurface),
    ...surfaceBesideTools(server),
  };
}

/** What a surface says of everything but the tools, whose schemas take most of the time to compute. */
export function surfaceBesideTools({
  resources,
  prompts,
}: ServerDefinition): Pick<Surface, 'resources' | 'prompts' | 'subscribe' | 'completions'> {
  return {
    resources: resources.map((resource): ResourceSurface => resource.surface),
    prompts: prompts.map((prompt): PromptSurface => prompt.surface),
    ...(resources.some(({ watch }) => watch !== undefined) ? { subscribe: true } : {}),
    ...([...prompts, ...resources].some(({ complete }) => complete !== undefined) ? { completions: true } : {}),
  };
}
