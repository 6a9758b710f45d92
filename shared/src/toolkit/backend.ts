import type { AskCapabilities, InputRequest } from './ask.ts';
import type { Caller, ResultBody } from './call.ts';
import type { ListedResource, ResourceContent } from './define-resource.ts';
import type { PromptMessage } from './define-prompt.ts';
import type { JsonSchema } from '../contracts/index.ts';

/** A tool as `tools/list` shows it. */
export interface ListedTool {
  name: string;
  title?: string;
  description?: string;
  inputSchema: JsonSchema;
  outputSchema?: JsonSchema;
  annotations?: Record<string, unknown>;
  [key: string]: unknown;
}

export interface ListedTemplate {
  uriTemplate: string;
  name: string;
  title?: string;
  description?: string;
  mimeType?: string;
  [key: string]: unknown;
}

export interface ListedPrompt {
  name: string;
  title?: string;
  description?: string;
  arguments?: { name: string; description?: string; required?: boolean }[];
  [key: string]: unknown;
}

/** How a request that may ask its client ends: with its result, or with what must be asked first. */
export type Outcome<T> =
  /** `missing`: the result is a failure because the client has not declared this capability. */
  { kind: 'result'; value: T; missing?: keyof AskCapabilities } | { kind: 'input'; requests: Record<string, InputRequest>; keep?: unknown };

export type Change = 'tools' | 'prompts' | 'resources' | { uri: string };

export interface BackendInfo {
  name: string;
  title: string;
  version: string;
  description?: string;
  instructions?: string;
}

export interface Completion {
  values: string[];
  total?: number;
  hasMore?: boolean;
}

export type CompletionRef = { type: 'ref/prompt'; name: string } | { type: 'ref/resource'; uri: string };

/** What the protocol layer serves: one of our servers, or the hub. It knows MCP's words, and nothing of the wire. */
export interface McpBackend {
  readonly info: BackendInfo;
  /** What is offered at all; decides the capabilities. */
  readonly offers: {
    tools: boolean;
    resources: boolean;
    subscribe: boolean;
    prompts: boolean;
    completions: boolean;
    logging: boolean;
    /** Whether the lists may change while it runs. */
    listChanged: boolean;
  };
  listTools(caller: Caller): Promise<ListedTool[]>;
  /** Throws {@link UnknownTool} for a tool that the caller cannot see; every other failure is a result. */
  callTool(name: string, args: unknown, caller: Caller): Promise<Outcome<ResultBody>>;
  /** Whether a call of this tool may send requests to its client while it runs (a third-party upstream of the handshake era). */
  mayRequest(name: string): boolean;
  /** The listed input schema of a tool, for header checks; undefined if unknown. */
  inputSchemaOf(name: string): JsonSchema | undefined;
  listResources(caller: Caller): Promise<ListedResource[]>;
  listTemplates(caller: Caller): Promise<ListedTemplate[]>;
  /** Throws a ToolError `not_found` for an unknown URI. */
  readResource(uri: string, caller: Caller): Promise<Outcome<ResourceContent[]>>;
  /** Reports changes of one resource until the returned function is called. */
  watchResource(uri: string, caller: Caller, changed: () => void): Promise<() => void>;
  listPrompts(caller: Caller): Promise<ListedPrompt[]>;
  getPrompt(
    name: string,
    args: Record<string, string>,
    caller: Caller,
  ): Promise<Outcome<{ description?: string; messages: PromptMessage[] }>>;
  complete(
    ref: CompletionRef,
    argument: { name: string; value: string },
    context: Record<string, string>,
    caller: Caller,
  ): Promise<Completion>;
  /** Reports changes of the lists; returns how to stop. */
  onChange(listener: (change: Change) => void): () => void;
  close(): Promise<void>;
}
