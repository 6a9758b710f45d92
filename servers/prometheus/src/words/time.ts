import { ToolError } from '@deployment-engine/shared/contracts';
import { durationSeconds } from './duration.ts';

const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:[Zz]|[+-]\d{2}:\d{2})$/;
const RELATIVE = /^(?:now\s*)?([+-])\s*([\da-z.]+)$/i;
const AGO = /^([\da-z.]+)\s+ago$/i;

/** Above this a number is milliseconds: as seconds it would lie in the year 5138. */
const MILLISECONDS_FROM = 1e11;

/** What the inputs say about times. */
export const TIME_FORMS = 'RFC 3339, Unix seconds, or relative: now, -1h, now-15m, 5m ago';

/**
 * Unix seconds of a point in time: RFC 3339, Unix seconds (milliseconds are recognised), `now`, `-1h`, `now-15m`, `5m ago`.
 * Throws `invalid_input`.
 */
export function parseTime(text: string | number, argument: string, now: number): number {
  const trimmed = String(text).trim();
  if (trimmed.toLowerCase() === 'now') return now;
  if (/^\d+(?:\.\d+)?$/.test(trimmed)) {
    const number = Number(trimmed);
    return number >= MILLISECONDS_FROM ? number / 1000 : number;
  }
  if (RFC3339.test(trimmed)) {
    const ms = Date.parse(trimmed.replace(' ', 'T').toUpperCase());
    if (!Number.isNaN(ms)) return ms / 1000;
  }
  if (/^\d{4}-\d{2}-\d{2}$/.test(trimmed) && !Number.isNaN(Date.parse(trimmed))) return Date.parse(trimmed) / 1000;
  const relative = RELATIVE.exec(trimmed);
  const ago = AGO.exec(trimmed);
  const distance = durationSeconds(relative?.[2] ?? ago?.[1] ?? '');
  if (distance !== undefined) return relative?.[1] === '+' ? now + distance : now - distance;
  throw new ToolError('invalid_input', `${argument} is not a point in time.`, {
    hint: `Give it as ${TIME_FORMS}. A date and time needs its zone, such as Z.`,
  });
}

/** A span in Unix seconds; `start` must lie before `end`. Throws `invalid_input`. */
export function parseSpan(start: string | number, end: string | number, now: number): { start: number; end: number } {
  const span = { start: parseTime(start, 'start', now), end: parseTime(end, 'end', now) };
  if (!(span.start < span.end)) {
    throw new ToolError('invalid_input', `start (${iso(span.start)}) does not lie before end (${iso(span.end)}).`, {
      hint: 'Swap them, or give an earlier start such as -1h.',
    });
  }
  return span;
}

/** RFC 3339 in UTC; whole seconds without a fraction. */
export function iso(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  // ECMAScript's time range; beyond it Date has no text form
  if (!(Math.abs(ms) <= 8.64e15)) return String(seconds);
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

/** The clock, in whole Unix seconds: a fraction only makes answers longer. */
export function unixNow(): number {
  return Math.floor(Date.now() / 1000);
}
