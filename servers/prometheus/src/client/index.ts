export type { AlertmanagerApi, Matcher, RoutedAlert, Silence } from './alertmanager.ts';
export { isMissingEndpoint } from './answer.ts';
export type { PrometheusApi, Selection } from './prometheus.ts';
export { openSources, type MetricIndex, type Source, type Sources } from './sources.ts';
export type * from './types.ts';
