import { ToolError } from '@deployment-engine/shared/contracts';
import type { Plan } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { count, size, spanOf } from '../report/words.ts';
import * as fields from './fields.ts';

export const olderThan = z.string().max(40).optional().describe('Only what is older than this span, e.g. 24h or 7d');

/** Something that a prune would take away. */
export interface Candidate {
  id: string;
  /** For a person, with what tells it apart. */
  words: string;
  bytes: number;
}

export const pruneOutput = z.object({
  host: fields.hostOut,
  removed: z.array(z.string()),
  failed: z.array(z.object({ what: z.string(), error: z.string() })),
  reclaimed_bytes: z.number(),
});

/** Whether something made at this time (Unix seconds) is old enough. */
export function isOlder(created: number, span: string | undefined, now = Date.now()): boolean {
  if (span === undefined) return true;
  const seconds = spanOf(span);
  if (seconds === undefined) throw new ToolError('invalid_input', `"${span}" is not a span of time.`, { hint: 'Write it like 24h or 7d.' });
  return created <= now / 1000 - seconds;
}

/** The plan rests on exactly these candidates: one more or less, and its token is refused. */
export function prunePlan(what: string, host: string, candidates: readonly Candidate[]): Plan {
  const bytes = candidates.reduce((sum, one) => sum + one.bytes, 0);
  const shown = candidates.slice(0, 200).map((one) => one.words);
  return {
    summary:
      candidates.length === 0
        ? `No ${what} to remove on ${host}.`
        : `Remove ${count(candidates.length, what)} from ${host}, about ${size(bytes)}.`,
    changes: candidates.length > shown.length ? [...shown, `and ${candidates.length - shown.length} more`] : shown,
    state: candidates.map((one) => one.id).toSorted(),
  };
}

/** Removes candidates one by one; what cannot be removed is reported, not fatal. */
export async function removeAll<C extends Candidate>(
  candidates: readonly C[],
  signal: AbortSignal,
  remove: (candidate: C) => Promise<void>,
): Promise<Omit<z.output<typeof pruneOutput>, 'host'>> {
  const removed: string[] = [];
  const failed: { what: string; error: string }[] = [];
  let reclaimed = 0;
  for (const one of candidates) {
    try {
      await remove(one);
      removed.push(one.words);
      reclaimed += one.bytes;
    } catch (error) {
      if (signal.aborted || !(error instanceof ToolError)) throw error;
      failed.push({ what: one.words, error: `${error.code}: ${error.message}` });
    }
  }
  return { removed, failed, reclaimed_bytes: reclaimed };
}

export function renderPrune({ host, removed, failed, reclaimed_bytes }: z.output<typeof pruneOutput>): { summary: string; data: string } {
  return {
    summary: `Removed ${removed.length} from ${host}, ${size(reclaimed_bytes)}.${failed.length > 0 ? ` ${failed.length} could not be removed.` : ''}`,
    data: [...removed, ...failed.map((one) => `not removed: ${one.what}: ${one.error}`)].join('\n'),
  };
}
