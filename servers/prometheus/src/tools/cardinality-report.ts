import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { ToolError } from '@deployment-engine/shared/contracts';
import { z } from 'zod';
import { isMissingEndpoint, type Count, type PrometheusApi, type Source } from '../client/index.ts';
import { columns, lines, plural } from '../words/text.ts';
import { iso, unixNow } from '../words/time.ts';
import { type Deps, limit, noticeLines, notices, noticesOf, QUERY_DEADLINE_MS, READ, source } from './inputs.ts';

const Counts = z.array(z.object({ name: z.string(), value: z.number() }));

const Output = z.object({
  source: z.string(),
  match: z.string().optional(),
  series: z.number().optional().describe('Series in memory, or that match.'),
  label_pairs: z.number().optional(),
  chunks: z.number().optional(),
  oldest: z.string().optional().describe('Oldest sample in memory.'),
  newest: z.string().optional(),
  series_by_metric: Counts,
  values_by_label: Counts,
  series_by_label_pair: Counts.optional(),
  memory_bytes_by_label: Counts.optional(),
  churn: z
    .object({
      created_per_second: z.number().optional(),
      removed_per_second: z.number().optional(),
      added_by_job: Counts.optional().describe('Series that scrapes added in the last hour.'),
    })
    .optional()
    .describe('Only where the server scrapes itself.'),
  hints: z.array(z.string()),
  ...notices,
});
type Output = z.output<typeof Output>;

export const cardinalityReport = defineTool({
  name: 'cardinality_report',
  title: 'Series, cardinality and memory',
  description:
    'What makes the series many, and with them the memory that Prometheus uses: metrics with the most series, labels with the most values, churn. With match, the same for the series that match, at the cost of a few queries.',
  scopes: READ,
  annotations: reads({ openWorld: true }),
  deadlineMs: QUERY_DEADLINE_MS,
  inputSchema: z.strictObject({
    match: z
      .string()
      .min(1)
      .max(5_000)
      .optional()
      .describe('Series selector to look into, e.g. {job="api"} or http_requests_total. Default: all in memory.'),
    source,
    limit: limit(10, 100, 'entries in each table'),
  }),
  outputSchema: Output,
  async handler(input, { deps, signal, progress }: ToolContext<Deps>) {
    const from = deps.prometheus.get(input.source);
    if (input.match !== undefined)
      return matching(from, input.match, input.limit, signal, (done, total) =>
        progress({ progress: done, total, message: 'counting label values' }),
      );
    return whole(from, input.limit, signal);
  },
  render: (output) => ({
    summary: `${output.series === undefined ? 'Cardinality' : plural(output.series, 'series', 'series')}${output.match === undefined ? ' in memory' : ' that match'}, from ${output.source}.`,
    data: dataOf(output),
  }),
});

async function whole(from: Source, most: number, signal: AbortSignal): Promise<Output> {
  const [answer, churn] = await Promise.all([from.api.headStats(most, { signal }), churnOf(from.api, most, signal)]).catch(
    (error: unknown) => {
      if (!isMissingEndpoint(error)) throw error;
      throw new ToolError('unsupported', 'The source has no head statistics (/api/v1/status/tsdb).', {
        cause: error,
        hint: 'Give match, for example {job="api"}: then it is counted by queries.',
      });
    },
  );
  const { data } = answer;
  const cut = (counts: Count[]): Count[] => counts.slice(0, most);
  const output: Output = {
    source: from.name,
    ...(data.series === undefined ? {} : { series: data.series }),
    ...(data.labelPairs === undefined ? {} : { label_pairs: data.labelPairs }),
    ...(data.chunks === undefined ? {} : { chunks: data.chunks }),
    ...(data.minTime === undefined ? {} : { oldest: iso(data.minTime) }),
    ...(data.maxTime === undefined ? {} : { newest: iso(data.maxTime) }),
    series_by_metric: cut(data.seriesByMetric),
    values_by_label: cut(data.valuesByLabel),
    series_by_label_pair: cut(data.seriesByPair),
    memory_bytes_by_label: cut(data.memoryByLabel),
    ...(churn === undefined ? {} : { churn }),
    hints: [],
    ...noticesOf(answer),
  };
  output.hints = hintsOf(output);
  return output;
}

async function firstValues(
  api: PrometheusApi,
  promql: string,
  signal: AbortSignal,
): Promise<{ labels: Readonly<Record<string, string>>; value: number }[]> {
  const { data } = await api.query(promql, { signal });
  return data.type === 'vector'
    ? data.samples.flatMap(({ labels, value }) => (value === undefined || !Number.isFinite(value) ? [] : [{ labels, value }]))
    : [];
}

/** The server's own metrics, if it scrapes itself; nothing if not. */
async function churnOf(api: PrometheusApi, most: number, signal: AbortSignal): Promise<Output['churn']> {
  const ask = (promql: string) => firstValues(api, promql, signal).catch(() => []);
  const [created, removed, byJob] = await Promise.all([
    ask('sum(rate(prometheus_tsdb_head_series_created_total[10m]))'),
    ask('sum(rate(prometheus_tsdb_head_series_removed_total[10m]))'),
    ask(`topk(${most}, sum by (job) (sum_over_time(scrape_series_added[1h])))`),
  ]);
  signal.throwIfAborted();
  const round = (value: number): number => Number(value.toPrecision(4));
  const churn = {
    ...(created[0] === undefined ? {} : { created_per_second: round(created[0].value) }),
    ...(removed[0] === undefined ? {} : { removed_per_second: round(removed[0].value) }),
    ...(byJob.length === 0
      ? {}
      : {
          added_by_job: byJob
            .map(({ labels, value }) => ({ name: labels['job'] ?? '', value: Math.round(value) }))
            .toSorted((a, b) => b.value - a.value),
        }),
  };
  return Object.keys(churn).length === 0 ? undefined : churn;
}

/** Labels whose values are counted: each costs one query. */
const COUNTED_LABELS = 25;
const AT_ONCE = 4;

async function matching(
  from: Source,
  match: string,
  most: number,
  signal: AbortSignal,
  report: (done: number, total: number) => void,
): Promise<Output> {
  const { api } = from;
  const now = unixNow();
  // first, because this endpoint takes selectors only: an expression is refused before it is put into others
  const names = await api.labelNames({ match: [match], start: now - 300, end: now }, { signal });
  const [total, metrics] = await Promise.all([
    firstValues(api, `count(${match})`, signal),
    firstValues(api, `topk(${most}, count by (__name__) (${match}))`, signal),
  ]);
  const labels = names.data.filter((name) => name !== '__name__' && /^[a-zA-Z_]\w*$/.test(name)).slice(0, COUNTED_LABELS);
  const counts: Count[] = [];
  let done = 0;
  for (let index = 0; index < labels.length; index += AT_ONCE) {
    const batch = labels.slice(index, index + AT_ONCE);
    const found = await Promise.all(batch.map((label) => firstValues(api, `count(count by (${label}) (${match}))`, signal)));
    found.forEach(([first], at) => counts.push({ name: batch[at]!, value: first?.value ?? 0 }));
    done += batch.length;
    report(done, labels.length);
  }
  const output: Output = {
    source: from.name,
    match,
    series: total[0]?.value ?? 0,
    series_by_metric: metrics
      .map(({ labels: own, value }) => ({ name: own['__name__'] ?? '', value }))
      .toSorted((a, b) => b.value - a.value),
    values_by_label: counts.toSorted((a, b) => b.value - a.value).slice(0, most),
    hints: [],
    ...noticesOf(names),
  };
  output.hints = hintsOf(output);
  return output;
}

function hintsOf({ series, series_by_metric: metrics, values_by_label: labels, match }: Output): string[] {
  const [top] = metrics;
  const [label] = labels.filter(({ name }) => name !== '__name__');
  return [
    ...(top !== undefined && metrics.length > 1 && series !== undefined && series > 0 && top.value / series > 0.2
      ? [`${top.name} alone has ${Math.round((100 * top.value) / series)} % of the series.`]
      : []),
    ...(label !== undefined && label.value > 1_000
      ? [`The label ${label.name} has ${label.value} values: ids and addresses in labels make a new series each.`]
      : []),
    ...(match === undefined && top !== undefined
      ? [`cardinality_report with match ${top.name} shows which of its labels multiplies it.`]
      : []),
  ];
}

function dataOf(output: Output): string {
  const table = (title: string, counts: Count[] | undefined): string =>
    counts === undefined || counts.length === 0 ? '' : `${title}:\n${columns(counts.map(({ name, value }) => [`  ${value}`, name]))}`;
  const { churn } = output;
  return lines(
    table('series by metric', output.series_by_metric),
    table('values by label', output.values_by_label),
    table('series by label pair', output.series_by_label_pair),
    table('bytes by label', output.memory_bytes_by_label),
    churn && `churn: ${churn.created_per_second ?? '?'} series/s created, ${churn.removed_per_second ?? '?'} removed`,
    table('series added in the last hour, by job', churn?.added_by_job),
    noticeLines(output),
  );
}
