import type { Effect, ToolHints } from './effect.ts';

/** A JSON Schema (draft 2020-12) as a plain object. */
export type JsonSchema = Record<string, unknown>;

/** Milliseconds that a call may take unless its tool says otherwise. */
export const DEADLINE_MS = 60_000;

export interface ToolSurface {
  name: string;
  title: string;
  description: string;
  toolset: string;
  effect: Effect;
  scopes: string[];
  /** Milliseconds that a call may take; absent: {@link DEADLINE_MS}. */
  deadlineMs?: number;
  annotations: ToolHints;
  inputSchema: JsonSchema;
  outputSchema?: JsonSchema;
}

export interface ResourceSurface {
  /** Exactly one of the two is there. */
  uri?: string;
  uriTemplate?: string;
  name: string;
  title: string;
  description: string;
  mimeType: string;
}

export interface PromptSurface {
  name: string;
  title: string;
  description: string;
  arguments: { name: string; description: string; required: boolean }[];
}

/** What a server shows to the world: the content of its committed `tools.json`. */
export interface Surface {
  name: string;
  title: string;
  description: string;
  version: string;
  port: number;
  instructions?: string;
  tools: ToolSurface[];
  resources: ResourceSurface[];
  prompts: PromptSurface[];
  /** Whether a resource can be subscribed to; absent: no. */
  subscribe?: boolean;
  /** Whether values can be completed; absent: no. */
  completions?: boolean;
}
