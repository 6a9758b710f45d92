import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { explainEmpty } from '../promql/explain-empty.ts';
import { fillIntervals } from '../promql/grafana.ts';
import { selectorsOf } from '../promql/selectors.ts';
import { ASSUMED_SCRAPE_INTERVAL, chooseStep } from '../series/step.ts';
import { SeriesSummary } from '../series/summary.ts';
import { matrixTable } from '../series/tables.ts';
import { ORDERS, VIEWS, viewMatrix } from '../series/views.ts';
import { durationSeconds, formatDuration } from '../words/duration.ts';
import { labelText, lines, plural } from '../words/text.ts';
import { iso, parseSpan, unixNow } from '../words/time.ts';
import {
  type Deps,
  limit,
  maxTokens,
  noticeLines,
  notices,
  noticesOf,
  promql,
  QUERY_DEADLINE_MS,
  READ,
  requestOptions,
  source,
  time,
  timeout,
  wasCut,
} from './inputs.ts';

const FETCHED_SERIES = 5_000;

const Output = z.object({
  source: z.string(),
  promql: z.string().describe('The expression as it was evaluated.'),
  start: z.string(),
  end: z.string(),
  step: z.object({ seconds: z.number(), text: z.string(), why: z.string() }),
  common_labels: z.record(z.string(), z.string()).optional().describe('Labels that all series share.'),
  series: z.array(SeriesSummary),
  total: z.number(),
  truncated: z.boolean(),
  downsampled: z.boolean().optional().describe('view full did not fit: points were left out.'),
  hints: z.array(z.string()).optional(),
  ...notices,
});
type Output = z.output<typeof Output>;

export const queryRange = defineTool({
  name: 'query_range',
  title: 'Query a span of time',
  description:
    'Evaluates a PromQL expression over a span of time, as for a graph, and summarises each series: figures, trend, shape, gaps, spikes. The step is chosen unless given. Use query for one instant.',
  scopes: READ,
  annotations: reads({ openWorld: true }),
  deadlineMs: QUERY_DEADLINE_MS,
  inputSchema: z.strictObject({
    promql: promql.describe(
      'PromQL, e.g. sum by (job) (rate(http_requests_total[$__rate_interval])); $__rate_interval and $__interval fit the step.',
    ),
    start: time('Begin').default('-1h'),
    end: time('End').default('now'),
    step: z
      .string()
      .min(1)
      .max(32)
      .optional()
      .describe('Distance of the points, e.g. 30s or 5m. Default: chosen from the span and the scrape interval.'),
    points: z.int().min(2).max(2_000).default(240).describe('Points to evaluate for a series at most when the step is chosen.'),
    source,
    view: z
      .enum(VIEWS)
      .default('summary')
      .describe('summary: figures and shape; points: some points as well; full: every point that fits.'),
    order: z
      .enum(ORDERS)
      .default('max')
      .describe(
        'Which series come first: by their largest, smallest, mean or last value, by how much they changed, or as the server orders them.',
      ),
    limit: limit(20, 500, 'series'),
    timeout,
    max_tokens: maxTokens,
  }),
  outputSchema: Output,
  async handler(input, { deps, signal }: ToolContext<Deps>) {
    const from = deps.prometheus.get(input.source);
    const span = parseSpan(input.start, input.end, unixNow());
    const scrape = await from.scrapeInterval(signal);
    const step = chooseStep(span, input.points, input.step, scrape);
    const filled = fillIntervals(input.promql, {
      step: step.seconds,
      scrape: scrape ?? ASSUMED_SCRAPE_INTERVAL,
      span: span.end - span.start,
    });
    const answer = await from.api.queryRange(
      filled.promql,
      { ...span, step: step.seconds, limit: FETCHED_SERIES },
      requestOptions(signal, input.timeout),
    );
    const series = answer.data.type === 'matrix' ? answer.data.series : [];
    const { common, rows, total, truncated, downsampled } = viewMatrix(series, {
      ...span,
      step: step.seconds,
      view: input.view,
      order: input.order,
      limit: input.limit,
      tokens: input.max_tokens,
    });
    const hints = [
      ...(filled.replaced.length > 0 ? [`Dashboard variables replaced: ${filled.replaced.join(', ')}.`] : []),
      ...windowHints(filled.promql, step.seconds, scrape),
      ...(total === 0 ? await explainEmpty(from, filled.promql, span, signal) : []),
    ];
    return {
      source: from.name,
      promql: filled.promql,
      start: iso(span.start),
      end: iso(span.end),
      step: { seconds: step.seconds, text: formatDuration(step.seconds), why: step.why },
      ...(Object.keys(common).length > 0 ? { common_labels: common } : {}),
      series: rows,
      total,
      truncated: truncated || wasCut(answer),
      ...(downsampled ? { downsampled } : {}),
      ...(hints.length > 0 ? { hints } : {}),
      ...noticesOf(answer),
    };
  },
  render: (output) => ({ summary: summaryOf(output), data: dataOf(output) }),
});

/** A window below the step does not see the samples in between; one below two scrapes sees no pair of samples at all. */
function windowHints(expression: string, step: number, scrape: number | undefined): string[] {
  const windows = new Set(selectorsOf(expression).flatMap(({ range }) => (range === undefined || range.includes(':') ? [] : [range])));
  return [...windows].flatMap((window) => {
    const seconds = durationSeconds(window);
    if (seconds === undefined) return [];
    if (scrape !== undefined && seconds < 2 * scrape)
      return [
        `The window [${window}] is shorter than two scrapes (every ${formatDuration(scrape)}): rate() and the like find no pair of samples in it.`,
      ];
    if (seconds < step)
      return [
        `The window [${window}] is shorter than the step ${formatDuration(step)}: samples in between are not looked at. [$__rate_interval] fits the step.`,
      ];
    return [];
  });
}

function summaryOf({ series, total, truncated, downsampled, start, end, step, source: from }: Output): string {
  const count =
    total === 0
      ? 'No series'
      : truncated
        ? `${series.length} of ${plural(total, 'series', 'series')} (raise limit or max_tokens, or aggregate)`
        : plural(total, 'series', 'series');
  return `${count}, ${start} to ${end}, step ${step.text}, from ${from}. ${step.why}${downsampled === true ? ' Points were left out to fit max_tokens.' : ''}`;
}

function dataOf(output: Output): string {
  const { common_labels: common, series } = output;
  return lines(common && `all: ${labelText(common)}`, series.length > 0 && matrixTable(series), noticeLines(output));
}
