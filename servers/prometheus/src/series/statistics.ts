/** Figures over the finite values of a series; undefined members where there is none. */
export interface Figures {
  /** Finite values. */
  count: number;
  nan: number;
  infinite: number;
  min: number | undefined;
  max: number | undefined;
  avg: number | undefined;
  minIndex: number;
  maxIndex: number;
}

export function figures(values: readonly number[]): Figures {
  const out: Figures = { count: 0, nan: 0, infinite: 0, min: undefined, max: undefined, avg: undefined, minIndex: -1, maxIndex: -1 };
  let mean = 0;
  values.forEach((value, index) => {
    if (Number.isNaN(value)) out.nan += 1;
    else if (!Number.isFinite(value)) out.infinite += 1;
    else {
      out.count += 1;
      // a running mean does not overflow where a sum would
      mean += value / out.count - mean / out.count;
      if (out.min === undefined || value < out.min) [out.min, out.minIndex] = [value, index];
      if (out.max === undefined || value > out.max) [out.max, out.maxIndex] = [value, index];
    }
  });
  if (out.count > 0) out.avg = mean;
  return out;
}

/** The q-quantile of ascending values, by linear interpolation. */
export function quantile(ascending: readonly number[], q: number): number | undefined {
  if (ascending.length === 0) return undefined;
  const position = (ascending.length - 1) * q;
  const low = Math.floor(position);
  const high = Math.ceil(position);
  return ascending[low]! + (ascending[high]! - ascending[low]!) * (position - low);
}

export type Trend = 'constant' | 'rising' | 'falling' | 'level' | 'varying';

const RELEVANT_CHANGE = 0.05;
const EXPLAINED = 0.5;

/**
 * What a least-squares line through the finite points says: it rises or falls if it explains at least half of the variance and changes by
 * at least 5 % of the largest magnitude; `level` if nothing moves by that much; else `varying`.
 */
export function trendOf(
  times: readonly number[],
  values: readonly number[],
  { min, max }: Pick<Figures, 'min' | 'max'>,
): Trend | undefined {
  if (min === undefined || max === undefined) return undefined;
  if (min === max) return 'constant';
  const size = Math.max(Math.abs(min), Math.abs(max));
  let [n, meanT, meanV, covariance, varianceT, varianceV] = [0, 0, 0, 0, 0, 0];
  let first: number | undefined;
  let last = 0;
  values.forEach((raw, index) => {
    if (!Number.isFinite(raw)) return;
    // scaled to at most 1, so that squares of huge values stay finite
    const value = raw / size;
    const time = times[index]!;
    first ??= time;
    last = time;
    n += 1;
    const dt = time - meanT;
    const dv = value - meanV;
    meanT += dt / n;
    meanV += dv / n;
    covariance += dt * (value - meanV);
    varianceT += dt * (time - meanT);
    varianceV += dv * (value - meanV);
  });
  if (n < 3 || varianceT === 0) return 'varying';
  const change = (covariance / varianceT) * (last - first!);
  const explained = (covariance * covariance) / (varianceT * varianceV);
  if (explained >= EXPLAINED && Math.abs(change) >= RELEVANT_CHANGE) return change > 0 ? 'rising' : 'falling';
  return max / size - min / size < RELEVANT_CHANGE ? 'level' : 'varying';
}

const SPIKE_SCORE = 6;
const SPIKE_POINTS = 12;

/**
 * Indices of up to `count` values far from the rest, strongest first: modified z-score 0.6745·|x − median| / MAD above 6
 * (Iglewicz and Hoaglin, "How to Detect and Handle Outliers", 1993, who suggest 3.5; metrics have heavier tails). Too few points give none.
 */
export function spikes(values: readonly number[], count: number): number[] {
  const finite = values.filter((value) => Number.isFinite(value)).toSorted((a, b) => a - b);
  if (finite.length < SPIKE_POINTS) return [];
  const median = quantile(finite, 0.5)!;
  const deviation = quantile(
    finite.map((value) => Math.abs(value - median)).toSorted((a, b) => a - b),
    0.5,
  )!;
  // more than half of the values are equal: whatever differs would count
  if (deviation === 0) return [];
  return values
    .map((value, index) => ({ index, score: Number.isFinite(value) ? (0.6745 * Math.abs(value - median)) / deviation : 0 }))
    .filter(({ score }) => score > SPIKE_SCORE)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, count)
    .map(({ index }) => index);
}

/** How often a value is smaller than the one before: resets, if the series is a counter. */
export function resets(values: readonly number[]): number {
  let count = 0;
  for (let index = 1; index < values.length; index += 1) if (values[index]! < values[index - 1]!) count += 1;
  return count;
}
