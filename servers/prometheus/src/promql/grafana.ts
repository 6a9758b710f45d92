import { formatDuration } from '../words/duration.ts';

/** Seconds that stand for the interval variables of dashboards. */
export interface Intervals {
  /** Step of the evaluation, or of the panel. */
  step: number;
  scrape: number;
  /** Span of the evaluation. */
  span: number;
}

const VARIABLE = /\$(?:\{(__\w+)\}|(__\w+))/g;

/**
 * Replaces `$__interval`, `$__rate_interval`, `$__range` and their `_s` and `_ms` forms, as people copy them from Grafana dashboards.
 * `$__rate_interval` is max(step + scrape interval, 4 × scrape interval) (Grafana documentation, "Prometheus template variables").
 */
export function fillIntervals(promql: string, { step, scrape, span }: Intervals): { promql: string; replaced: string[] } {
  const rate = Math.max(step + scrape, 4 * scrape);
  const whole = (seconds: number): string => String(Math.max(1, Math.round(seconds)));
  const values: Readonly<Record<string, string>> = {
    __interval: formatDuration(step),
    __interval_ms: String(Math.round(step * 1000)),
    __rate_interval: formatDuration(rate),
    __range: formatDuration(span),
    __range_s: whole(span),
    __range_ms: String(Math.round(span * 1000)),
  };
  const replaced = new Set<string>();
  const filled = promql.replace(VARIABLE, (whole_: string, braced?: string, bare?: string) => {
    const value = values[(braced ?? bare)!];
    if (value === undefined) return whole_;
    replaced.add(`${whole_} = ${value}`);
    return value;
  });
  return { promql: filled, replaced: [...replaced] };
}
