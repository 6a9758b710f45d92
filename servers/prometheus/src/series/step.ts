import { ToolError } from '@deployment-engine/shared/contracts';
import { formatDuration, parseDuration } from '../words/duration.ts';

/** Prometheus refuses more for one series (source, `web/api/v1`: "exceeded maximum resolution"). */
export const MAX_RESOLUTION = 11_000;

/** Seconds that read well and divide into each other. */
const ROUND_STEPS = [
  1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 1_209_600, 2_592_000,
  7_776_000, 31_536_000,
];

/** What an unknown scrape interval is taken for: most installations scrape every 15 to 60 seconds. */
export const ASSUMED_SCRAPE_INTERVAL = 15;

export interface Step {
  seconds: number;
  /** In one sentence. */
  why: string;
}

/**
 * The step of a range query: the one asked for, or the smallest round one that gives at most `points` and is not below the scrape interval.
 * Throws `invalid_input` for one that the server would refuse.
 */
export function chooseStep(
  span: { start: number; end: number },
  points: number,
  asked: string | undefined,
  scrapeInterval: number | undefined,
): Step {
  const length = span.end - span.start;
  if (asked !== undefined) {
    const seconds = parseDuration(asked, 'step');
    if (length / seconds >= MAX_RESOLUTION) {
      throw new ToolError(
        'invalid_input',
        `A step of ${formatDuration(seconds)} over ${formatDuration(length)} gives more than ${MAX_RESOLUTION} points for a series.`,
        {
          hint: `Leave step out, or use at least ${formatDuration(rounded(length / (MAX_RESOLUTION - 1)))}.`,
        },
      );
    }
    return { seconds, why: 'As asked.' };
  }
  const needed = length / points;
  const floor = scrapeInterval ?? ASSUMED_SCRAPE_INTERVAL;
  const seconds = Math.max(rounded(needed), floor);
  const arithmetic = `${formatDuration(length)} in at most ${points} points needs a step of ${formatDuration(needed)}`;
  if (seconds === needed) return { seconds, why: `${arithmetic}.` };
  if (rounded(needed) >= floor) return { seconds, why: `${arithmetic}, rounded up to ${formatDuration(seconds)}.` };
  const known = scrapeInterval === undefined ? 'an assumed scrape interval' : 'the scrape interval';
  return { seconds, why: `${arithmetic}, raised to ${known} of ${formatDuration(floor)}.` };
}

function rounded(seconds: number): number {
  const round = ROUND_STEPS.find((one) => one >= seconds);
  // beyond the table: whole days
  return round ?? Math.ceil(seconds / 86_400) * 86_400;
}
