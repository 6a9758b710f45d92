import { z } from 'zod';
import type { InstantSample, RangeSeries } from '../client/index.ts';
import { fit, tokensOf } from './budget.ts';
import { HistogramSummary, summariseHistogram } from './histogram.ts';
import { splitCommon } from './labels.ts';
import { Value, wire } from './number.ts';
import { figures, quantile } from './statistics.ts';
import { type SeriesSummary, summariseSeries } from './summary.ts';

export const VIEWS = ['summary', 'points', 'full'] as const;
export type View = (typeof VIEWS)[number];

export const ORDERS = ['max', 'min', 'avg', 'last', 'change', 'none'] as const;
export type Order = (typeof ORDERS)[number];

/** One element of an instant vector. */
export const InstantSeries = z.object({
  labels: z.record(z.string(), z.string()).describe('Without those in common_labels.'),
  value: Value.optional(),
  histogram: HistogramSummary.optional(),
});

/** Figures over all elements of a vector, also those that are not shown. */
export const Distribution = z
  .record(z.string(), Value)
  .describe('min, p50, p95, max, avg, sum of the finite values; nan, infinite: how many are not.');

interface Rows<T> {
  common: Record<string, string>;
  rows: T[];
  total: number;
  truncated: boolean;
}

export function viewVector(
  samples: readonly InstantSample[],
  limit: number,
  tokens: number,
): Rows<z.output<typeof InstantSeries>> & { distribution: z.output<typeof Distribution> | undefined } {
  const { common, rest } = splitCommon(samples.map(({ labels }) => labels));
  const rows = samples.slice(0, limit).map(({ labels, value, histogram }) => ({
    labels: rest(labels),
    ...(value === undefined ? {} : { value: wire(value) }),
    ...(histogram === undefined ? {} : { histogram: summariseHistogram(histogram) }),
  }));
  const kept = fit(rows, tokens - tokensOf(common));
  return {
    common,
    rows: kept,
    total: samples.length,
    truncated: kept.length < samples.length,
    distribution: samples.length > 3 ? distributionOf(samples) : undefined,
  };
}

function distributionOf(samples: readonly InstantSample[]): z.output<typeof Distribution> | undefined {
  const values = samples.flatMap(({ value }) => value ?? []);
  if (values.length === 0) return undefined;
  const { min, max, avg, nan, infinite, count } = figures(values);
  const ascending = values.filter((value) => Number.isFinite(value)).toSorted((a, b) => a - b);
  const out = Object.entries({
    min,
    p50: quantile(ascending, 0.5),
    p95: quantile(ascending, 0.95),
    max,
    avg,
    sum: count === 0 ? undefined : ascending.reduce((sum, value) => sum + value, 0),
  });
  return {
    ...Object.fromEntries(out.flatMap(([name, value]) => (value === undefined ? [] : [[name, wire(value)] as const]))),
    ...(nan > 0 ? { nan } : {}),
    ...(infinite > 0 ? { infinite } : {}),
  };
}

export interface RangeViewOptions {
  start: number;
  end: number;
  step: number | undefined;
  view: View;
  order: Order;
  limit: number;
  tokens: number;
}

/** Tokens of one point `[time, value]`, and of a row without points, as measured. */
const POINT_TOKENS = 7;
const ROW_TOKENS = 110;
const SHOWN_POINTS = 24;

export function viewMatrix(series: readonly RangeSeries[], options: RangeViewOptions): Rows<SeriesSummary> & { downsampled: boolean } {
  const { common, rest } = splitCommon(series.map(({ labels }) => labels));
  const ordered = inOrder(series, options.order).slice(0, options.limit);
  const points = pointsEach(options, ordered.length);
  const rows = ordered.map((one) =>
    summariseSeries(one, rest(one.labels), { ...options, points, constantPoints: options.view === 'full' }),
  );
  const kept = fit(rows, options.tokens - tokensOf(common));
  const downsampled = options.view === 'full' && kept.some((row, index) => (row.points?.length ?? 0) < ordered[index]!.times.length);
  return { common, rows: kept, total: series.length, truncated: kept.length < series.length, downsampled };
}

function pointsEach({ view, tokens }: RangeViewOptions, rows: number): number {
  if (view === 'summary' || rows === 0) return 0;
  const affordable = Math.max(3, Math.floor((tokens / rows - ROW_TOKENS) / POINT_TOKENS));
  return view === 'points' ? Math.min(SHOWN_POINTS, affordable) : affordable;
}

function inOrder(series: readonly RangeSeries[], order: Order): RangeSeries[] {
  if (order === 'none') return [...series];
  const scored = series.map((one) => ({ one, score: scoreOf(one, order) }));
  // a series without any finite value goes last
  return scored.toSorted((a, b) => b.score - a.score).map(({ one }) => one);
}

function scoreOf({ values }: RangeSeries, order: Exclude<Order, 'none'>): number {
  const { min, max, avg } = figures(values);
  const [first, last] = [values[0] ?? Number.NaN, values.at(-1) ?? Number.NaN];
  const score = { max, avg, last, min: min === undefined ? undefined : -min, change: Math.abs(last - first) }[order];
  return score === undefined || Number.isNaN(score) ? -Infinity : score;
}
