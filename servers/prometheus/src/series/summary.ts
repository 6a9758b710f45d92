import { z } from 'zod';
import type { RangeSeries } from '../client/index.ts';
import { iso } from '../words/time.ts';
import { downsample, sparkline } from './downsample.ts';
import { gapsOf } from './gaps.ts';
import { HistogramSummary, summariseHistogram } from './histogram.ts';
import { Value, wire } from './number.ts';
import { figures, resets, spikes, trendOf } from './statistics.ts';

const At = z.object({ time: z.string(), value: Value });

export const Anomalies = z.object({
  nan: z.number().optional().describe('Samples that are NaN.'),
  infinite: z.number().optional().describe('Samples that are infinite.'),
  gaps: z
    .array(z.object({ from: z.string(), to: z.string(), missing: z.number() }))
    .optional()
    .describe('Longest holes first, at most 3.'),
  missing: z.number().optional().describe('Samples missing in all holes.'),
  appeared_at: z.string().optional().describe('The series begins inside the span.'),
  stale_since: z.string().optional().describe('The series ends inside the span: last sample.'),
  resets: z.number().optional().describe('How often the counter began anew.'),
  spikes: z.array(At).optional().describe('Values far from the median, strongest first.'),
});

/** One series over time. */
export const SeriesSummary = z.object({
  labels: z.record(z.string(), z.string()).describe('Without those in common_labels.'),
  samples: z.number().describe('Samples that were evaluated.'),
  first: Value.optional(),
  last: Value.optional(),
  min: Value.optional(),
  max: Value.optional(),
  avg: Value.optional(),
  min_at: z.string().optional(),
  max_at: z.string().optional(),
  change: Value.optional().describe('last − first.'),
  trend: z.enum(['constant', 'rising', 'falling', 'level', 'varying']).optional(),
  sparkline: z.string().optional().describe('The span from left to right; a space is a slot without samples, ! one without finite ones.'),
  anomalies: Anomalies.optional(),
  histogram: HistogramSummary.optional(),
  histogram_samples: z.number().optional().describe('Native histograms among the samples; histogram is the last one.'),
  points: z
    .array(z.tuple([z.number(), Value]))
    .optional()
    .describe('[Unix seconds, value], ascending.'),
});
export type SeriesSummary = z.output<typeof SeriesSummary>;

export interface SummaryOptions {
  start: number;
  end: number;
  /** Undefined for raw samples, whose distance is not known. */
  step: number | undefined;
  /** Points to give besides the figures; 0 for none. */
  points: number;
  /** Whether a series that never changes gets points too. */
  constantPoints: boolean;
}

const SPARK_WIDTH = 20;
const COUNTER = /_(?:total|count|sum|bucket)$/;

export function summariseSeries(series: RangeSeries, labels: Record<string, string>, options: SummaryOptions): SeriesSummary {
  const { times, values } = series;
  const figure = figures(values);
  const last = series.histograms.at(-1);
  const summary: SeriesSummary = { labels, samples: times.length + series.histograms.length };
  if (times.length > 0) {
    const [first, end] = [values[0]!, values.at(-1)!];
    Object.assign(summary, { first: wire(first), last: wire(end) });
    if (figure.min !== undefined && figure.max !== undefined && figure.avg !== undefined) {
      Object.assign(summary, { min: wire(figure.min), max: wire(figure.max), avg: wire(figure.avg) });
      if (figure.min !== figure.max)
        Object.assign(summary, { min_at: iso(times[figure.minIndex]!), max_at: iso(times[figure.maxIndex]!), change: wire(end - first) });
    }
    const trend = trendOf(times, values, figure);
    if (trend !== undefined) summary.trend = trend;
    if (trend !== 'constant' && times.length > 1) summary.sparkline = sparkline(times, values, options, SPARK_WIDTH);
  }
  const anomalies = anomaliesOf(series, figure, options);
  if (Object.keys(anomalies).length > 0) summary.anomalies = anomalies;
  if (last !== undefined)
    Object.assign(summary, { histogram: summariseHistogram(last.histogram), histogram_samples: series.histograms.length });
  if (options.points > 0 && times.length > 0 && (options.constantPoints || summary.trend !== 'constant'))
    summary.points = downsample(times, values, options.points).map((index) => [times[index]!, wire(values[index]!)]);
  return summary;
}

function anomaliesOf(
  series: RangeSeries,
  { nan, infinite }: { nan: number; infinite: number },
  { start, end, step }: SummaryOptions,
): z.output<typeof Anomalies> {
  const { values } = series;
  const times =
    series.histograms.length === 0
      ? series.times
      : [...series.times, ...series.histograms.map(({ time }) => time)].toSorted((a, b) => a - b);
  const name = series.labels['__name__'] ?? '';
  const counter = COUNTER.test(name);
  const fallen = counter ? resets(values) : 0;
  // a counter only grows: its ends are far from its median by nature
  const far = counter ? [] : spikes(values, 3);
  const found: z.output<typeof Anomalies> = {
    ...(nan > 0 ? { nan } : {}),
    ...(infinite > 0 ? { infinite } : {}),
    ...(fallen > 0 ? { resets: fallen } : {}),
    ...(far.length > 0 ? { spikes: far.map((index) => ({ time: iso(series.times[index]!), value: wire(values[index]!) })) } : {}),
  };
  if (step === undefined) return found;
  const { holes, appearedAt, staleSince } = gapsOf(times, { start, end, step });
  if (holes.length > 0) {
    const longest = holes.toSorted((a, b) => b.missing - a.missing).slice(0, 3);
    found.gaps = longest.map(({ from, to, missing }) => ({ from: iso(from), to: iso(to), missing }));
    found.missing = holes.reduce((sum, hole) => sum + hole.missing, 0);
  }
  if (appearedAt !== undefined) found.appeared_at = iso(appearedAt);
  if (staleSince !== undefined) found.stale_since = iso(staleSince);
  return found;
}
