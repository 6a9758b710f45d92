import { ToolError } from '@deployment-engine/shared/contracts';
import { readAnswer } from './answer.ts';
import type { Door, Parameters } from './door.ts';
import { labels, list, numberOf, queryResult, record, sampleValue, text, texts, unexpected } from './read.ts';
import { readAlert, readHeadStats, readRuleGroup, readTargets } from './read-state.ts';
import type {
  Alert,
  Answer,
  DroppedTarget,
  ExemplarSeries,
  HeadStats,
  Labels,
  Metadata,
  QueryResult,
  RequestOptions,
  RuleGroup,
  Target,
} from './types.ts';

/** A selection of series over an optional span, Unix seconds. */
export interface Selection {
  match?: readonly string[] | undefined;
  start?: number | undefined;
  end?: number | undefined;
  /** Sent along; servers before 2.53 and some others ignore it. */
  limit?: number | undefined;
}

/** The Prometheus HTTP API v1 of one source, as typed values. Every method throws ToolError. */
export interface PrometheusApi {
  query(promql: string, options: RequestOptions & { time?: number | undefined; limit?: number | undefined }): Promise<Answer<QueryResult>>;
  queryRange(
    promql: string,
    span: { start: number; end: number; step: number; limit?: number | undefined },
    options: RequestOptions,
  ): Promise<Answer<QueryResult>>;
  series(selection: Selection, options: RequestOptions): Promise<Answer<Labels[]>>;
  labelNames(selection: Selection, options: RequestOptions): Promise<Answer<string[]>>;
  labelValues(label: string, selection: Selection, options: RequestOptions): Promise<Answer<string[]>>;
  /** One entry for each metric: the first of what its targets say. */
  metadata(metric: string | undefined, options: RequestOptions): Promise<Answer<Map<string, Metadata>>>;
  targets(
    state: 'active' | 'dropped' | 'any',
    options: RequestOptions,
  ): Promise<Answer<{ active: Target[]; dropped: DroppedTarget[]; droppedCount: number }>>;
  rules(type: 'alert' | 'record' | undefined, options: RequestOptions): Promise<Answer<RuleGroup[]>>;
  alerts(options: RequestOptions): Promise<Answer<Alert[]>>;
  headStats(limit: number, options: RequestOptions): Promise<Answer<HeadStats>>;
  exemplars(promql: string, span: { start: number; end: number }, options: RequestOptions): Promise<Answer<ExemplarSeries[]>>;
  /** The expression in PromQL's own layout (`/api/v1/format_query`, since 2.41). */
  format(promql: string, options: RequestOptions): Promise<Answer<string>>;
  status(what: 'buildinfo' | 'runtimeinfo' | 'flags', options: RequestOptions): Promise<Record<string, unknown>>;
  /** The loaded configuration as YAML. */
  configYaml(options: RequestOptions): Promise<string>;
}

const seconds = (value: number | undefined): string | undefined =>
  value === undefined ? undefined : value.toFixed(3).replace(/\.?0+$/, '');

/** The server gives up a little earlier than we do, so that its own words arrive. */
const serverTimeout = (timeoutMs: number | undefined): string | undefined =>
  timeoutMs === undefined ? undefined : `${Math.max(1, Math.round(timeoutMs * 0.95))}ms`;

const selectionParameters = ({ match, start, end, limit }: Selection): Parameters => ({
  'match[]': match,
  start: seconds(start),
  end: seconds(end),
  limit,
});

export function prometheusApi(door: Door): PrometheusApi {
  const ask = async (path: string, parameters: Parameters, options: RequestOptions, form = false): Promise<Answer<unknown>> => {
    const response = await door.read(`/api/v1/${path}`, parameters, { ...options, form }).catch(tooLarge);
    return readAnswer(response, `/api/v1/${path}`);
  };
  const asked = async <T>(answer: Promise<Answer<unknown>>, read: (data: unknown) => T): Promise<Answer<T>> => {
    const { data, warnings, infos } = await answer;
    return { data: read(data), warnings, infos };
  };
  return {
    query: (promql, { time, limit, ...options }) =>
      asked(
        ask('query', { query: promql, time: seconds(time), limit, timeout: serverTimeout(options.timeoutMs) }, options, true),
        queryResult,
      ),
    queryRange: (promql, { start, end, step, limit }, options) =>
      asked(
        ask(
          'query_range',
          {
            query: promql,
            start: seconds(start),
            end: seconds(end),
            step: seconds(step),
            limit,
            timeout: serverTimeout(options.timeoutMs),
          },
          options,
          true,
        ),
        queryResult,
      ),
    series: (selection, options) =>
      asked(ask('series', selectionParameters(selection), options, true), (data) => list(data, 'the series').map(labels)),
    labelNames: (selection, options) =>
      asked(ask('labels', selectionParameters(selection), options, true), (data) => texts(data, 'the labels')),
    labelValues: (label, selection, options) =>
      asked(ask(`label/${labelSegment(label)}/values`, selectionParameters(selection), options), (data) => texts(data, 'the label values')),
    metadata: (metric, options) => asked(ask('metadata', { metric, limit_per_metric: 1 }, options), readMetadata),
    targets: (state, options) => asked(ask('targets', { state }, options), readTargets),
    rules: (type, options) =>
      asked(ask('rules', { type }, options), (data) => list(record(data, 'the rules')['groups'], 'the groups').map(readRuleGroup)),
    alerts: (options) =>
      asked(ask('alerts', {}, options), (data) => list(record(data, 'the alerts')['alerts'], 'the alerts').map(readAlert)),
    headStats: (limit, options) => asked(ask('status/tsdb', { limit, topN: limit }, options), readHeadStats),
    exemplars: (promql, { start, end }, options) =>
      asked(ask('query_exemplars', { query: promql, start: seconds(start), end: seconds(end) }, options, true), (data) =>
        list(data, 'the exemplars').map(readExemplars),
      ),
    format: (promql, options) =>
      asked(ask('format_query', { query: promql }, options, true), (data) => {
        if (typeof data !== 'string') throw unexpected('the formatted query is not text');
        return data;
      }),
    status: async (what, options) => record((await ask(`status/${what}`, {}, options)).data, what),
    configYaml: async (options) => text(record((await ask('status/config', {}, options)).data, 'the configuration')['yaml']),
  };
}

/** Says what makes an answer smaller. */
function tooLarge(error: unknown): never {
  if (!(error instanceof ToolError) || error.code !== 'too_large') throw error;
  throw new ToolError('too_large', error.message, {
    cause: error,
    hint: 'Select fewer series, aggregate with sum by (…) or topk(…), or ask for a shorter span or a larger step. The limit is maxResponseBytes of the source.',
  });
}

/**
 * A label name as one path segment. Names outside [a-zA-Z0-9_] use the Values Escaping of UTF-8 names
 * (Prometheus HTTP API, "Querying label values"), so no name can leave its segment.
 */
export function labelSegment(label: string): string {
  if (/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label)) return label;
  if (label === '' || !label.isWellFormed())
    throw new ToolError('invalid_input', 'The label name is empty or not valid Unicode.', { hint: 'label_list shows the names.' });
  const escaped = Array.from(label, (one) =>
    one === '_' ? '__' : /[a-zA-Z0-9]/.test(one) ? one : `_${one.codePointAt(0)!.toString(16)}_`,
  );
  return `U__${escaped.join('')}`;
}

function readMetadata(data: unknown): Map<string, Metadata> {
  const all = new Map<string, Metadata>();
  for (const [name, entries] of Object.entries(record(data ?? {}, 'the metadata'))) {
    const [first] = list(entries, 'metadata of a metric');
    if (first === undefined) continue;
    const raw = record(first, 'metadata of a metric');
    all.set(name, { type: text(raw['type']) || 'unknown', help: text(raw['help']), unit: text(raw['unit']) });
  }
  return all;
}

function readExemplars(value: unknown): ExemplarSeries {
  const raw = record(value, 'a series of exemplars');
  const exemplars = list(raw['exemplars'], 'exemplars').map((one) => {
    const item = record(one, 'an exemplar');
    return { labels: labels(item['labels']), value: sampleValue(item['value']), time: numberOf(item['timestamp']) ?? 0 };
  });
  return { labels: labels(raw['seriesLabels']), exemplars };
}
