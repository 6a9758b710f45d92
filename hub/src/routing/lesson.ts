import type { ResultBody } from '@deployment-engine/shared/toolkit';

/** Failures that say nothing of whether the tool was the right one. */
const TELLS_NOTHING = new Set([
  'unauthenticated',
  'forbidden',
  'read_only',
  'confirmation_required',
  'rate_limited',
  'timeout',
  'cancelled',
  'unavailable',
  'missing_dependency',
  'internal',
]);

/** What a call's result says of the choice of its tool; undefined when it says nothing. */
export function lessonOf(body: ResultBody): 'ok' | 'failed' | undefined {
  const { isError, structuredContent } = body.result;
  if (isError !== true) return 'ok';
  const { error } = (structuredContent ?? {}) as { error?: { code?: unknown } };
  return typeof error?.code === 'string' && TELLS_NOTHING.has(error.code) ? undefined : 'failed';
}
