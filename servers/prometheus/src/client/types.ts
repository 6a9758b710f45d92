export type Labels = Readonly<Record<string, string>>;

/** A native histogram sample. Buckets are [lower, upper, count], in ascending order. */
export interface Histogram {
  count: number;
  sum: number;
  buckets: readonly (readonly [lower: number, upper: number, count: number])[];
}

/** One sample at one time (Unix seconds): a float, or a native histogram. */
export interface InstantSample {
  labels: Labels;
  time: number;
  value?: number;
  histogram?: Histogram;
}

/** Samples over time, ascending; `times` are Unix seconds. A series can change from floats to histograms and back. */
export interface RangeSeries {
  labels: Labels;
  times: number[];
  values: number[];
  histograms: { time: number; histogram: Histogram }[];
}

export type QueryResult =
  | { type: 'vector'; samples: InstantSample[] }
  | { type: 'matrix'; series: RangeSeries[] }
  | { type: 'scalar'; time: number; value: number }
  | { type: 'string'; time: number; value: string };

/** What an answer of the API carries besides its data. */
export interface Notices {
  warnings: string[];
  infos: string[];
}

export interface Answer<T> extends Notices {
  data: T;
}

/** Limits of one request. */
export interface RequestOptions {
  signal: AbortSignal;
  /** Milliseconds; the source's own limit by default. */
  timeoutMs?: number | undefined;
}

export interface Metadata {
  type: string;
  help: string;
  unit: string;
}

export interface Target {
  labels: Labels;
  pool: string;
  url: string;
  health: string;
  lastError: string;
  /** RFC 3339. */
  lastScrape: string;
  /** Seconds. */
  lastScrapeDuration: number | undefined;
  interval: string;
  timeout: string;
}

export interface DroppedTarget {
  discovered: Labels;
}

export interface Alert {
  labels: Labels;
  annotations: Labels;
  state: string;
  /** RFC 3339. */
  activeAt: string;
  value: number;
}

export interface Rule {
  type: 'alerting' | 'recording';
  name: string;
  promql: string;
  health: string;
  lastError: string;
  /** Seconds. */
  evaluationTime: number | undefined;
  lastEvaluation: string;
  labels: Labels;
  /** Alerting rules only. */
  state: string | undefined;
  /** Seconds of `for`. */
  forSeconds: number | undefined;
  annotations: Labels;
  alerts: Alert[];
}

export interface RuleGroup {
  name: string;
  file: string;
  /** Seconds. */
  interval: number | undefined;
  rules: Rule[];
}

export interface Count {
  name: string;
  value: number;
}

export interface HeadStats {
  series: number | undefined;
  labelPairs: number | undefined;
  chunks: number | undefined;
  /** Unix seconds. */
  minTime: number | undefined;
  maxTime: number | undefined;
  seriesByMetric: Count[];
  valuesByLabel: Count[];
  memoryByLabel: Count[];
  seriesByPair: Count[];
}

export interface ExemplarSeries {
  labels: Labels;
  exemplars: { labels: Labels; value: number; time: number }[];
}
