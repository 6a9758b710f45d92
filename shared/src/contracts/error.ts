/** Every way a call can fail, as the caller sees it. */
export const ERROR_CODES = [
  'invalid_input',
  'not_found',
  'conflict',
  'unauthenticated',
  'forbidden',
  'read_only',
  'confirmation_required',
  'rate_limited',
  'timeout',
  'cancelled',
  'unavailable',
  'missing_dependency',
  'too_large',
  'unsupported',
  'upstream_error',
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface ToolErrorOptions {
  /** What the caller should do next, one sentence. */
  hint?: string | undefined;
  cause?: unknown;
  /** Milliseconds after which the same call may succeed. */
  retryAfterMs?: number | undefined;
  /** Facts for a program: conflicts, problems by path, a plan. JSON values only, never a secret. */
  details?: unknown;
}

/** The body of `structuredContent.error` on the wire. */
export interface WireError {
  code: ErrorCode;
  message: string;
  hint?: string;
  retry_after_ms?: number;
  details?: unknown;
}

/** A failure with a code from {@link ERROR_CODES}. Throw it anywhere below a tool; one place turns it into a result. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly details: unknown;

  constructor(code: ErrorCode, message: string, options: ToolErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.retryAfterMs = options.retryAfterMs;
    this.details = options.details;
  }

  toWire(): WireError {
    return {
      code: this.code,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.retryAfterMs === undefined ? {} : { retry_after_ms: this.retryAfterMs }),
      ...(this.details === undefined ? {} : { details: this.details }),
    };
  }
}
