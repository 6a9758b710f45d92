export {
  type Counter,
  createMetrics,
  type Gauge,
  type GaugeOptions,
  type Histogram,
  type HistogramOptions,
  type MetricOptions,
  type Metrics,
} from './registry.ts';
export type { LabelValues } from './series.ts';
export { METRICS_CONTENT_TYPE } from './text-format.ts';
