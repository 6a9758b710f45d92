/** Holes in a series that was evaluated every `step` seconds from `start` to `end`, Unix seconds. */
export interface Gaps {
  /** Where samples are missing between others. */
  holes: { from: number; to: number; missing: number }[];
  /** The first sample, if the series begins later than the span. */
  appearedAt: number | undefined;
  /** The last sample, if the series ends before the span. */
  staleSince: number | undefined;
}

// evaluation times are exact multiples, so anything beyond rounding is a missing one
const TOLERANCE = 1.5;

export function gapsOf(times: readonly number[], { start, end, step }: { start: number; end: number; step: number }): Gaps {
  const holes: Gaps['holes'] = [];
  for (let index = 1; index < times.length; index += 1) {
    const distance = times[index]! - times[index - 1]!;
    if (distance > TOLERANCE * step) holes.push({ from: times[index - 1]!, to: times[index]!, missing: Math.round(distance / step) - 1 });
  }
  const [first, last] = [times[0], times.at(-1)];
  return {
    holes,
    appearedAt: first !== undefined && first - start > TOLERANCE * step ? first : undefined,
    staleSince: last !== undefined && end - last > TOLERANCE * step ? last : undefined,
  };
}
