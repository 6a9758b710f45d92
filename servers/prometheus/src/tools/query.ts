import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { QueryResult } from '../client/index.ts';
import { explainEmpty } from '../promql/explain-empty.ts';
import { fillIntervals } from '../promql/grafana.ts';
import { Value, wire } from '../series/number.ts';
import { ASSUMED_SCRAPE_INTERVAL } from '../series/step.ts';
import { SeriesSummary } from '../series/summary.ts';
import { matrixTable, vectorTable } from '../series/tables.ts';
import { Distribution, InstantSeries, type View, VIEWS, viewMatrix, viewVector } from '../series/views.ts';
import { labelText, lines, plural } from '../words/text.ts';
import { iso, parseTime, unixNow } from '../words/time.ts';
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

/** More series than this are not fetched from servers that know the parameter. */
const FETCHED_SERIES = 10_000;

/** Default lookback of an instant query (Prometheus, `--query.lookback-delta`). */
const LOOKBACK_SECONDS = 300;

const Output = z.object({
  source: z.string(),
  promql: z.string().describe('The expression as it was evaluated.'),
  time: z.string(),
  result_type: z.enum(['vector', 'matrix', 'scalar', 'string']),
  value: z.union([Value, z.string()]).optional().describe('Of a scalar or string.'),
  common_labels: z.record(z.string(), z.string()).optional().describe('Labels that all series share.'),
  series: z.array(InstantSeries),
  ranges: z.array(SeriesSummary).optional().describe('Instead of series, for a range selector such as up[5m].'),
  distribution: Distribution.optional(),
  total: z.number(),
  truncated: z.boolean(),
  hints: z.array(z.string()).optional().describe('Why nothing was found, and nearby names.'),
  ...notices,
});
type Output = z.output<typeof Output>;

export const query = defineTool({
  name: 'query',
  title: 'Query the current value',
  description:
    'Evaluates a PromQL expression at one instant, now unless told otherwise. Use query_range for a span of time, metric_search to find metrics.',
  scopes: READ,
  annotations: reads({ openWorld: true }),
  deadlineMs: QUERY_DEADLINE_MS,
  inputSchema: z.strictObject({
    promql,
    time: time('When to evaluate').optional(),
    source,
    limit: limit(50, 1_000, 'series'),
    view: z
      .enum(VIEWS)
      .default('points')
      .describe('For range selectors such as up[5m]: figures only, some points, or every sample that fits.'),
    timeout,
    max_tokens: maxTokens,
  }),
  outputSchema: Output,
  async handler(input, { deps, signal }: ToolContext<Deps>) {
    const from = deps.prometheus.get(input.source);
    const now = unixNow();
    const at = input.time === undefined ? undefined : parseTime(input.time, 'time', now);
    const filled = fillIntervals(input.promql, { step: 60, scrape: ASSUMED_SCRAPE_INTERVAL, span: 3600 });
    const answer = await from.api.query(filled.promql, { ...requestOptions(signal, input.timeout), time: at, limit: FETCHED_SERIES });
    const output: Output = {
      source: from.name,
      promql: filled.promql,
      time: iso(at ?? now),
      ...viewOf(answer.data, { limit: input.limit, tokens: input.max_tokens, view: input.view }),
      ...noticesOf(answer),
    };
    if (filled.replaced.length > 0) output.hints = [`Dashboard variables replaced: ${filled.replaced.join(', ')}.`];
    if (wasCut(answer)) output.truncated = true;
    if (output.total === 0) {
      const hints = await explainEmpty(from, filled.promql, { start: (at ?? now) - LOOKBACK_SECONDS, end: at ?? now }, signal);
      if (hints.length > 0) output.hints = [...(output.hints ?? []), ...hints];
    }
    return output;
  },
  render: (output) => ({ summary: summaryOf(output), data: dataOf(output) }),
});

type Seen = Pick<Output, 'result_type' | 'value' | 'common_labels' | 'series' | 'ranges' | 'distribution' | 'total' | 'truncated'>;

function viewOf(result: QueryResult, options: { limit: number; tokens: number; view: View }): Seen {
  switch (result.type) {
    case 'scalar':
      return { result_type: 'scalar', value: wire(result.value), series: [], total: 1, truncated: false };
    case 'string':
      return {
        result_type: 'string',
        value: result.value.slice(0, options.tokens),
        series: [],
        total: 1,
        truncated: result.value.length > options.tokens,
      };
    case 'vector': {
      const { common, rows, total, truncated, distribution } = viewVector(result.samples, options.limit, options.tokens);
      return {
        result_type: 'vector',
        ...commonOf(common),
        series: rows,
        ...(distribution === undefined ? {} : { distribution }),
        total,
        truncated,
      };
    }
    case 'matrix': {
      const times = result.series.flatMap(({ times: own }) => [own[0], own.at(-1)].filter((one) => one !== undefined));
      const [start, end] = [Math.min(...times), Math.max(...times)];
      const { common, rows, total, truncated } = viewMatrix(result.series, {
        start,
        end,
        step: undefined,
        view: options.view,
        order: 'none',
        limit: options.limit,
        tokens: options.tokens,
      });
      return { result_type: 'matrix', ...commonOf(common), series: [], ranges: rows, total, truncated };
    }
  }
}

function commonOf(common: Record<string, string>): { common_labels?: Record<string, string> } {
  return Object.keys(common).length > 0 ? { common_labels: common } : {};
}

function summaryOf({ result_type: type, series, ranges, total, truncated, time: at, source: from }: Output): string {
  if (type === 'scalar' || type === 'string') return `A ${type} at ${at}, from ${from}.`;
  const shown = series.length + (ranges?.length ?? 0);
  const count = truncated
    ? `${shown} of ${plural(total, 'series', 'series')} (raise limit or max_tokens, or narrow the expression)`
    : plural(total, 'series', 'series');
  return `${total === 0 ? 'No series' : count} at ${at}, from ${from}.`;
}

function dataOf(output: Output): string {
  const { value, common_labels: common, series, ranges, distribution } = output;
  return lines(
    value !== undefined && String(value),
    common && `all: ${labelText(common)}`,
    series.length > 0 && vectorTable(series),
    ranges && ranges.length > 0 && matrixTable(ranges),
    distribution && output.truncated && `all series: ${JSON.stringify(distribution)}`,
    noticeLines(output),
  );
}
