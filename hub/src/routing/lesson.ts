import { ERROR_CODES, type ErrorCode } from '@deployment-engine/shared/contracts';
import type { ResultBody } from '@deployment-engine/shared/toolkit';

/** Failures that say the tool or its arguments were the wrong ones; the others say nothing of the choice. */
const TELLING: readonly ErrorCode[] = ['invalid_input', 'not_found', 'conflict', 'too_large', 'unsupported', 'upstream_error'];

/** What a call's result says of the choice of its tool; undefined when it says nothing. */
export function lessonOf(body: ResultBody): 'ok' | 'failed' | undefined {
  const { isError, structuredContent } = body.result;
  if (isError !== true) return 'ok';
  const { error } = (structuredContent ?? {}) as { error?: { code?: unknown } };
  const code = ERROR_CODES.find((known) => known === error?.code);
  // a stranger's failure without a code of ours is one all the same
  return code === undefined || TELLING.includes(code) ? 'failed' : undefined;
}
