import type { Effect } from './effect.ts';
import type { ErrorCode } from './error.ts';

/** One record of the audit: a call that was made, refused or cut off. Times are milliseconds since the Unix epoch. */
export interface AuditEvent {
  /** When the call arrived. */
  time: number;
  /** The call's id (UUID), repeated in logs and traces. */
  call: string;
  principal: string;
  transport: 'stdio' | 'http' | 'internal';
  server: string;
  /** The tool's name, `resource` or `prompt` reads by their URI or name. */
  tool: string;
  effect?: Effect;
  /** Redacted and shortened; never a secret. */
  arguments?: unknown;
  /** How the decision fell, and by which rule. */
  decision: 'allowed' | 'refused';
  reason?: string;
  outcome: 'ok' | 'error' | 'input_required';
  code?: ErrorCode | 'unknown_tool';
  /** Wall time of the call in milliseconds. */
  duration_ms: number;
  /** Kinds of what the guard masked in the result. */
  masked?: string[];
  trace?: string;
}
