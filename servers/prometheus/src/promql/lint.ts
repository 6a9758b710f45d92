import type { Metadata } from '../client/index.ts';
import { durationSeconds, formatDuration } from '../words/duration.ts';
import { type Selector, selectorsOf } from './selectors.ts';

const RATES = new Set(['rate', 'irate', 'increase']);
/** Functions that take a counter as it is, or for which its value does not matter. */
const COUNTER_SAFE = new Set([
  'rate',
  'irate',
  'increase',
  'resets',
  'changes',
  'absent',
  'absent_over_time',
  'present_over_time',
  'count_over_time',
  'count',
  'group',
  'timestamp',
  'last_over_time',
]);
const KEEPS_LE = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio']);

export interface LintFacts {
  metadata: ReadonlyMap<string, Metadata>;
  /** Seconds, if known. */
  scrapeInterval: number | undefined;
}

/**
 * Likely mistakes of an expression that parses, one sentence each (Prometheus documentation, "Querying: functions" and
 * "Histograms and summaries"): rates of gauges, raw counters, quantiles without `le`, windows below two scrapes.
 */
export function lint(promql: string, facts: LintFacts): string[] {
  const selectors = selectorsOf(promql);
  const found = selectors.flatMap((selector) => [
    ...typeRemarks(selector, facts.metadata),
    ...quantileRemarks(selector),
    ...windowRemarks(selector, facts.scrapeInterval),
  ]);
  return [...new Set(found)];
}

/** The type of a metric, by its metadata, or by the suffix that classic histograms and counters have by convention. */
export function typeOf(metric: string, metadata: ReadonlyMap<string, Metadata>): string | undefined {
  const own = metadata.get(metric)?.type;
  if (own !== undefined && own !== 'unknown') return own;
  const family = metadata.get(metric.replace(/_(?:bucket|count|sum|total)$/, ''))?.type;
  if (/_(?:bucket|count|sum)$/.test(metric) && (family === 'histogram' || family === 'summary')) return 'counter';
  if (metric.endsWith('_total') || metric.endsWith('_bucket')) return 'counter';
  return undefined;
}

function typeRemarks({ metric, inside }: Selector, metadata: ReadonlyMap<string, Metadata>): string[] {
  if (metric === undefined) return [];
  const type = typeOf(metric, metadata);
  const rate = inside.find(({ name }) => RATES.has(name));
  if (type === 'gauge' && rate !== undefined)
    return [`${metric} is a gauge: ${rate.name}() treats every fall as a reset. Use delta(), deriv() or avg_over_time().`];
  if (type === 'counter' && !inside.some(({ name }) => COUNTER_SAFE.has(name))) {
    return [`${metric} is a counter: its value only grows since the process began. Use rate(${metric}[5m]) or increase().`];
  }
  return [];
}

function quantileRemarks({ metric, inside }: Selector): string[] {
  const position = inside.findIndex(({ name }) => name === 'histogram_quantile');
  if (position < 0 || metric === undefined || !metric.endsWith('_bucket')) return [];
  const lost = inside.slice(0, position).find((call) => {
    if (call.grouping?.mode === 'by') return !call.grouping.labels.includes('le');
    if (call.grouping?.mode === 'without') return call.grouping.labels.includes('le');
    return ['sum', 'avg', 'min', 'max'].includes(call.name) && !KEEPS_LE.has(call.name);
  });
  return lost === undefined ? [] : [`${lost.name} drops the label le, which histogram_quantile() needs: use ${lost.name} by (le, …).`];
}

function windowRemarks({ range, inside }: Selector, scrapeInterval: number | undefined): string[] {
  const rate = inside.find(({ name }) => RATES.has(name));
  if (rate !== undefined && range === undefined) return [];
  const seconds = range === undefined || range.includes(':') ? undefined : durationSeconds(range);
  if (seconds === undefined || scrapeInterval === undefined || rate === undefined) return [];
  if (seconds < 2 * scrapeInterval)
    return [
      `[${range}] holds fewer than two scrapes (every ${formatDuration(scrapeInterval)}): ${rate.name}() finds nothing. Use at least [${formatDuration(4 * scrapeInterval)}].`,
    ];
  return [];
}
