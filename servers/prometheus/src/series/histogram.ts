import { z } from 'zod';
import type { Histogram } from '../client/index.ts';
import { Value, wire } from './number.ts';

/** A native histogram in few numbers; a record, because a listed schema of every member costs more than it tells. */
export const HistogramSummary = z
  .record(z.string(), Value)
  .describe('count, sum, avg, p50, p90, p99 (interpolated inside a bucket), buckets with observations, lowest and highest bound.');
export type HistogramSummary = z.output<typeof HistogramSummary>;

/** Quantile of a native histogram, linear inside its bucket; undefined if it is empty. */
export function histogramQuantile({ buckets }: Histogram, q: number): number | undefined {
  const total = buckets.reduce((sum, [, , count]) => sum + count, 0);
  if (!(total > 0)) return undefined;
  let seen = 0;
  for (const [lower, upper, count] of buckets) {
    if (seen + count >= q * total && count > 0) {
      if (!Number.isFinite(lower)) return upper;
      if (!Number.isFinite(upper)) return lower;
      return lower + (upper - lower) * ((q * total - seen) / count);
    }
    seen += count;
  }
  return buckets.at(-1)?.[1];
}

export function summariseHistogram(histogram: Histogram): HistogramSummary {
  const { count, sum, buckets } = histogram;
  const filled = buckets.filter(([, , observations]) => observations > 0);
  const quantiles = Object.entries({ p50: 0.5, p90: 0.9, p99: 0.99 }).flatMap(([name, q]) => {
    const value = histogramQuantile(histogram, q);
    return value === undefined ? [] : [[name, wire(value)] as const];
  });
  return {
    count: wire(count),
    sum: wire(sum),
    avg: wire(sum / count),
    ...Object.fromEntries(quantiles),
    buckets: filled.length,
    ...(filled.length === 0 ? {} : { lowest: wire(filled[0]![0]), highest: wire(filled.at(-1)![1]) }),
  };
}
