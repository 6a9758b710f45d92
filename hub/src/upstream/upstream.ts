import type {
  Caller,
  Call,
  CallTarget,
  Change,
  Completion,
  CompletionRef,
  ListedPrompt,
  ListedResource,
  ListedTemplate,
  ListedTool,
  PromptMessage,
  Readiness,
  ResourceContent,
} from '@deployment-engine/shared/toolkit';
import type { Effect } from '@deployment-engine/shared/contracts';

/** What an upstream offers, as it said last. Names and URIs are its own, without our prefix. */
export interface Catalogue {
  tools: ListedTool[];
  resources: ListedResource[];
  templates: ListedTemplate[];
  prompts: ListedPrompt[];
  instructions?: string;
  /** Whether its resources can be subscribed to, and its arguments completed. */
  subscribe: boolean;
  completions: boolean;
}

export const EMPTY_CATALOGUE: Catalogue = { tools: [], resources: [], templates: [], prompts: [], subscribe: false, completions: false };

/** `idle`: not started, because nobody has needed it. */
export type UpstreamState = 'idle' | 'connecting' | 'ready' | 'down';

/** How one of an upstream's tools is treated: settled by config, by pins, or by the server itself if it is ours. */
export interface ToolTraits {
  effect: Effect;
  idempotent: boolean;
  scopes: readonly string[];
  deadlineMs?: number;
}

/** A server as the hub sees it. */
export interface Upstream {
  /** Its name in qualified names. */
  readonly slug: string;
  readonly title: string;
  readonly description: string;
  readonly builtin: boolean;
  readonly state: UpstreamState;
  /** Why it is down, one line without secrets. */
  readonly problem: string | undefined;
  /** The last known catalogue, at once; undefined if it has never been seen. */
  known(): Catalogue | undefined;
  /** The catalogue, asked for if it is not known yet. */
  catalogue(signal: AbortSignal): Promise<Catalogue>;
  traits(tool: ListedTool): ToolTraits;
  /** True if a person has approved this definition (or it is ours): others than the owner see nothing else. */
  isApproved(kind: 'tool' | 'prompt' | 'template', name: string): boolean;
  /** True if it may send requests to the client while a call runs. */
  readonly mayRequest: boolean;
  /** What the hub's pipeline calls; undefined if there is no such tool for this caller. */
  target(tool: string, call: Call): Promise<CallTarget | undefined>;
  readResource(uri: string, caller: Caller): Promise<ResourceContent[]>;
  watchResource(uri: string, caller: Caller, changed: () => void): Promise<() => void>;
  getPrompt(name: string, args: Record<string, string>, caller: Caller): Promise<{ description?: string; messages: PromptMessage[] }>;
  complete(
    ref: CompletionRef,
    argument: { name: string; value: string },
    context: Record<string, string>,
    caller: Caller,
  ): Promise<Completion>;
  onChange(listener: (change: Change) => void): () => void;
  /** Looks whether it can work now; starts it if need be. */
  probe(signal: AbortSignal): Promise<Readiness>;
  /** The last lines of a child's stderr, without secrets. */
  tail?(): string[];
  close(): Promise<void>;
}
