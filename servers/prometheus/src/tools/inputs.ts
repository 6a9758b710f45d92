import { z } from 'zod';
import type { Notices, RequestOptions, Sources } from '../client/index.ts';
import { DEFAULT_TOKENS, fit, MAX_TOKENS } from '../series/budget.ts';
import { plural } from '../words/text.ts';
import { TIME_FORMS } from '../words/time.ts';

/** What the tools of this server work on. */
export interface Deps {
  prometheus: Sources;
}

export const READ = ['metrics:read'] as const;

/** A call's own time limit may be this long; its deadline lies a little behind. */
export const MAX_TIMEOUT_SECONDS = 120;
export const QUERY_DEADLINE_MS = (MAX_TIMEOUT_SECONDS + 10) * 1000;

export const source = z
  .string()
  .min(1)
  .max(63)
  .optional()
  .describe('Name of a configured source; source_list shows them. Default: the default one.');

export const promql = z.string().min(1).max(50_000).describe('PromQL, e.g. sum by (job) (rate(http_requests_total[5m])).');

const MATCH = 'Series selectors; a series counts if any of them matches, e.g. ["up{job=\\"api\\"}"].';
const selectors = z.array(z.string().min(1).max(5_000)).max(20);

export const match = selectors.optional().describe(MATCH);
export const requiredMatch = selectors.min(1).describe(MATCH);

export const timeout = z
  .number()
  .min(0.1)
  .max(MAX_TIMEOUT_SECONDS)
  .optional()
  .describe('Seconds to wait for the answer. Default: the limit of the source.');

export const maxTokens = z
  .number()
  .int()
  .min(200)
  .max(MAX_TOKENS)
  .default(DEFAULT_TOKENS)
  .describe('What the answer may cost at most, in tokens of about 4 bytes.');

export const search = z.string().min(1).max(200).optional().describe('Text that must occur in it, case ignored.');

export function time(what: string): z.ZodUnion<readonly [z.ZodString, z.ZodNumber]> {
  return z.union([z.string().min(1).max(64), z.number()]).describe(`${what}: ${TIME_FORMS}.`);
}

export function limit(fallback: number, most: number, what: string): z.ZodDefault<z.ZodInt> {
  return z.int().min(1).max(most).default(fallback).describe(`How many ${what} to show at most.`);
}

/** Members of an output that say what the backend remarked. */
export const notices = {
  warnings: z.array(z.string()).optional().describe("The backend's warnings; the data may be incomplete."),
  infos: z.array(z.string()).optional().describe("The backend's remarks on the expression."),
};

export function noticesOf({ warnings, infos }: Notices): { warnings?: string[]; infos?: string[] } {
  return { ...(warnings.length > 0 ? { warnings } : {}), ...(infos.length > 0 ? { infos } : {}) };
}

/** Newer servers cut an answer at the limit they were given, and say so in a warning. */
export function wasCut({ warnings }: Notices): boolean {
  return warnings.some((one) => /results? (?:were )?truncated/i.test(one));
}

export function requestOptions(signal: AbortSignal, seconds: number | undefined): RequestOptions {
  return { signal, timeoutMs: seconds === undefined ? undefined : Math.round(seconds * 1000) };
}

/** The first `count` entries, less where they cost too much, and how many there are. */
export function pick<T>(all: readonly T[], count: number, tokens = DEFAULT_TOKENS): { shown: T[]; total: number; truncated: boolean } {
  const shown = fit(all.slice(0, count), tokens);
  return { shown, total: all.length, truncated: shown.length < all.length };
}

/** `12 of 340 targets`, or `12 targets`. */
export function countText(shown: number, total: number, one: string, many?: string): string {
  return shown < total ? `${shown} of ${plural(total, one, many)}` : plural(total, one, many);
}

export function holds(text: string, part: string | undefined): boolean {
  return part === undefined || text.toLowerCase().includes(part.toLowerCase());
}

export function noticeLines(output: {
  warnings?: string[] | undefined;
  infos?: string[] | undefined;
  hints?: string[] | undefined;
}): string {
  return [
    ...(output.warnings ?? []).map((one) => `warning: ${one}`),
    ...(output.infos ?? []).map((one) => `info: ${one}`),
    ...(output.hints ?? []),
  ].join('\n');
}
