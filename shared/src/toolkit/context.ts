import type { Principal } from '../contracts/index.ts';
import type { Exec } from '../platform/exec/index.ts';
import type { Log } from '../platform/log/index.ts';
import type { Roots } from '../platform/paths/index.ts';
import type { Ask } from './ask.ts';
import type { Plan } from './define-tool.ts';

/** How far a call has come. `progress` only grows; `total` when it is known. */
export interface Progress {
  progress: number;
  total?: number;
  message?: string;
}

/** Severities of RFC 5424, as MCP logging uses them. */
export type ClientLogLevel = 'debug' | 'info' | 'notice' | 'warning' | 'error' | 'critical' | 'alert' | 'emergency';

/** What a tool, resource or prompt gets besides its input. */
export interface CallContext {
  /** Aborted when the caller cancels or the deadline passes; give it to everything that waits. */
  signal: AbortSignal;
  /** Tells the caller how far the call has come; also extends the call's deadline. */
  progress: (progress: Progress) => void;
  /** Tells the caller something while the call runs (MCP `notifications/message`). */
  tell: (level: ClientLogLevel, message: unknown) => void;
  /** Asks the caller's client: a form, a completion of its model, its roots. */
  ask: Ask;
  log: Log;
  principal: Principal;
  /** The folders that this call may touch. */
  roots: Roots;
  callId: string;
  /**
   * The plan of this very call that a person has agreed to. Only the confirm stage sets it, from an answered question, here or in the
   * hub that this process is a child of: not for a plan's token, which a model may send by itself.
   */
  consented?: Plan;
}

export interface ToolContext<Deps = unknown> extends CallContext {
  /** The server's backends, each created on its first use. */
  deps: Deps;
}

/** What a server gives to the factories of its backends. */
export interface ServerEnv<Config = unknown> {
  config: Config;
  /** The operator's roots. A call's own roots are in its context. */
  roots: Roots;
  exec: Exec;
  log: Log;
  env: Readonly<Record<string, string | undefined>>;
  /** Nothing may be changed, and no credential may leave. */
  readOnly: boolean;
  /** The folder for the server's own state; it need not exist yet. */
  stateDir: string;
}
