import type { z } from 'zod';
import { formatDuration } from '../words/duration.ts';
import { columns, labelText } from '../words/text.ts';
import { iso } from '../words/time.ts';
import type { HistogramSummary } from './histogram.ts';
import { shortNumber } from './number.ts';
import type { Anomalies, SeriesSummary } from './summary.ts';
import type { InstantSeries } from './views.ts';

/** `count=…, avg=…, p50=…` of a native histogram. */
export function histogramText({ count, avg, p50, p90, p99 }: HistogramSummary): string {
  const parts = Object.entries({ count, avg, p50, p90, p99 }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${shortNumber(value)}`],
  );
  return `histogram ${parts.join(' ')}`;
}

export function vectorTable(rows: readonly z.output<typeof InstantSeries>[]): string {
  return columns(
    rows.map(({ labels, value, histogram }) => [labelText(labels), histogram === undefined ? String(value) : histogramText(histogram)]),
  );
}

export function anomalyText(found: z.output<typeof Anomalies> | undefined): string {
  if (found === undefined) return '';
  const { nan, infinite, gaps, missing, appeared_at: appeared, stale_since: stale, resets, spikes } = found;
  return [
    nan !== undefined && `${nan} NaN`,
    infinite !== undefined && `${infinite} infinite`,
    gaps !== undefined && `${missing ?? 0} missing (${gaps[0]!.from} to ${gaps[0]!.to})`,
    appeared !== undefined && `begins ${appeared}`,
    stale !== undefined && `stale since ${stale}`,
    resets !== undefined && `${resets} resets`,
    spikes !== undefined && `spikes ${spikes.map(({ time, value }) => `${shortNumber(value)} at ${time}`).join(', ')}`,
  ]
    .filter(Boolean)
    .join('; ');
}

const cell = (value: number | 'NaN' | '+Inf' | '-Inf' | undefined): string => (value === undefined ? '-' : shortNumber(value));

/** One row a series; the points below it where there are some. */
export function matrixTable(rows: readonly SeriesSummary[]): string {
  const head = ['last', 'min', 'avg', 'max', 'trend', 'shape', 'series'];
  const body = rows.map((row) => [
    cell(row.last),
    cell(row.min),
    cell(row.avg),
    cell(row.max),
    row.trend ?? '-',
    row.sparkline ?? '',
    [labelText(row.labels), row.histogram && histogramText(row.histogram), anomalyText(row.anomalies)].filter(Boolean).join('  | '),
  ]);
  const table = columns([head, ...body]);
  const points = rows.flatMap((row) => (row.points === undefined ? [] : [`${labelText(row.labels)}: ${pointsText(row.points)}`]));
  return [table, ...points].join('\n');
}

/** The first point's time, then distances from it: a whole date at each point would cost more than the values. */
function pointsText(points: NonNullable<SeriesSummary['points']>): string {
  const [begin] = points[0]!;
  return points
    .map(([time, value], index) => `${index === 0 ? iso(time) : `+${formatDuration(time - begin)}`} ${shortNumber(value)}`)
    .join(', ');
}
