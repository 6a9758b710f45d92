import { type LabelValues, Series } from './series.ts';
import { formatNumber, headerLines, sampleLine } from './text-format.ts';

export interface MetricOptions<L extends string> {
  /** `[a-zA-Z_:][a-zA-Z0-9_:]*`, with the unit and, for a counter, `_total` at its end. */
  name: string;
  help: string;
  labels?: readonly L[] | undefined;
  /** Instead of the registry's own bound. */
  maxSeries?: number | undefined;
}

export interface Counter<L extends string> {
  /** Adds `amount` (default 1). A counter only goes up: a negative or non-finite amount is ignored. */
  add(labels?: LabelValues<L>, amount?: number): void;
}

export interface Gauge<L extends string> {
  set(value: number, labels?: LabelValues<L>): void;
  add(amount: number, labels?: LabelValues<L>): void;
}

export interface Histogram<L extends string> {
  /** In the unit of the name. A value that is not a number is ignored. */
  observe(value: number, labels?: LabelValues<L>): void;
}

export interface HistogramOptions<L extends string> extends MetricOptions<L> {
  /** Upper bounds, ascending; +Inf is added. Default: seconds from 5 ms to 60 s. */
  buckets?: readonly number[] | undefined;
}

export interface GaugeOptions<L extends string> extends MetricOptions<L> {
  /** Asked at each rendering, for values that exist elsewhere. */
  collect?: ((gauge: Gauge<L>) => void) | undefined;
}

/**
 * Counts of this process. Asking again for a metric of the same kind, labels and buckets gives the one that is there; anything else under a
 * taken name, and a name that Prometheus would refuse, throws a RangeError: a mistake of whoever writes the metric.
 */
export interface Metrics {
  counter<const L extends string = never>(options: MetricOptions<L>): Counter<L>;
  gauge<const L extends string = never>(options: GaugeOptions<L>): Gauge<L>;
  histogram<const L extends string = never>(options: HistogramOptions<L>): Histogram<L>;
  /** Everything in the text format of Prometheus. */
  render(): string;
}

interface Registered {
  shape: string;
  metric: unknown;
  lines(): string;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const;

const checkNames = (name: string, labels: readonly string[], reserved: string): void => {
  if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)) throw new RangeError(`${name} is not a metric name`);
  for (const label of labels)
    if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label) || label.startsWith('__') || label === reserved)
      throw new RangeError(`${label} is not a label name for ${name}`);
};

const checkBuckets = (name: string, buckets: readonly number[]): void => {
  const ascending = buckets.every((bound, index) => Number.isFinite(bound) && (index === 0 || bound > (buckets[index - 1] as number)));
  if (buckets.length === 0 || !ascending) throw new RangeError(`the buckets of ${name} do not ascend`);
};

interface Distribution {
  /** By bucket, not cumulative; the last one is +Inf. */
  counts: number[];
  sum: number;
}

/** Opens an empty registry; `maxSeries` (default 500) bounds each metric. */
export const createMetrics = ({ maxSeries = 500 }: { maxSeries?: number | undefined } = {}): Metrics => {
  const registered = new Map<string, Registered>();

  const register = <M>(name: string, shape: string, build: () => { metric: M; lines: () => string }): M => {
    const known = registered.get(name);
    if (known !== undefined) {
      if (known.shape !== shape) throw new RangeError(`the metric ${name} is registered with another kind, other labels or buckets`);
      return known.metric as M;
    }
    const made = build();
    registered.set(name, { shape, ...made });
    return made.metric;
  };

  const plainLines = <L extends string>(name: string, series: Series<L, { value: number }>): string => {
    let lines = '';
    for (const { labels, state } of series.entries()) lines += sampleLine(name, labels, state.value);
    return lines;
  };

  return {
    counter<const L extends string = never>({ name, help, labels = [], maxSeries: max = maxSeries }: MetricOptions<L>): Counter<L> {
      checkNames(name, labels, '');
      return register<Counter<L>>(name, `counter ${labels.join()}`, () => {
        const series = new Series<L, { value: number }>(labels, max, () => ({ value: 0 }));
        const metric: Counter<L> = {
          add(values, amount = 1) {
            if (amount >= 0 && amount < Infinity) series.of(values).value += amount;
          },
        };
        return { metric, lines: () => headerLines(name, help, 'counter') + plainLines(name, series) };
      });
    },

    gauge<const L extends string = never>({ name, help, labels = [], maxSeries: max = maxSeries, collect }: GaugeOptions<L>): Gauge<L> {
      checkNames(name, labels, '');
      return register<Gauge<L>>(name, `gauge ${labels.join()}`, () => {
        const series = new Series<L, { value: number }>(labels, max, () => ({ value: 0 }));
        const metric: Gauge<L> = {
          set(value, values) {
            series.of(values).value = value;
          },
          add(amount, values) {
            series.of(values).value += amount;
          },
        };
        const lines = (): string => {
          collect?.(metric);
          return headerLines(name, help, 'gauge') + plainLines(name, series);
        };
        return { metric, lines };
      });
    },

    histogram<const L extends string = never>({
      name,
      help,
      labels = [],
      maxSeries: max = maxSeries,
      buckets = SECONDS,
    }: HistogramOptions<L>): Histogram<L> {
      checkNames(name, labels, 'le');
      checkBuckets(name, buckets);
      return register<Histogram<L>>(name, `histogram ${labels.join()} ${buckets.join()}`, () => {
        const series = new Series<L, Distribution>(labels, max, () => ({
          counts: Array.from({ length: buckets.length + 1 }, () => 0),
          sum: 0,
        }));
        const metric: Histogram<L> = {
          observe(value, values) {
            if (Number.isNaN(value)) return;
            const distribution = series.of(values);
            const at = buckets.findIndex((bound) => value <= bound);
            const index = at === -1 ? buckets.length : at;
            distribution.counts[index] = (distribution.counts[index] ?? 0) + 1;
            distribution.sum += value;
          },
        };
        const lines = (): string => {
          let text = headerLines(name, help, 'histogram');
          for (const { labels: pairs, state } of series.entries()) {
            let count = 0;
            for (const [index, own] of state.counts.entries()) {
              count += own;
              text += sampleLine(`${name}_bucket`, [...pairs, ['le', formatNumber(buckets[index] ?? Infinity)]], count);
            }
            text += sampleLine(`${name}_sum`, pairs, state.sum) + sampleLine(`${name}_count`, pairs, count);
          }
          return text;
        };
        return { metric, lines };
      });
    },

    render: () => [...registered.values()].map(({ lines }) => lines()).join(''),
  };
};
