import { ToolError } from '@deployment-engine/shared/contracts';
import { note, paint, visible } from './print.ts';

export const EXIT = { ok: 0, failure: 1, usage: 2 } as const;

/** The command line itself is wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** Says what failed in a line, and what to do in another. A stack trace only where debugging was asked for. Returns the exit code. */
export function fail(thrown: unknown): number {
  const known = thrown instanceof ToolError || thrown instanceof UsageError;
  const message = known ? thrown.message : 'An unexpected fault.';
  const hint = known ? thrown.hint : 'Run it again with DEPLOYMENT_ENGINE_LOG=debug to see the details, and report them.';
  note(`${paint('red', 'error:', process.stderr)} ${visible(message)}`);
  if (hint) note(visible(hint));
  if (['debug', 'trace'].includes(process.env['DEPLOYMENT_ENGINE_LOG'] ?? '') && thrown instanceof Error) {
    note(visible(thrown.stack ?? ''));
    if (thrown.cause instanceof Error) note(visible(`caused by ${thrown.cause.stack ?? thrown.cause.message}`));
  }
  return thrown instanceof UsageError ? EXIT.usage : EXIT.failure;
}
