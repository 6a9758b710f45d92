import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { isMissingEndpoint } from '../client/index.ts';
import { Value, wire } from '../series/number.ts';
import { columns, labelText, lines } from '../words/text.ts';
import { iso, parseSpan, unixNow } from '../words/time.ts';
import {
  countText,
  type Deps,
  limit,
  maxTokens,
  noticeLines,
  notices,
  noticesOf,
  pick,
  promql,
  QUERY_DEADLINE_MS,
  READ,
  requestOptions,
  source,
  time,
  timeout,
} from './inputs.ts';

const Exemplar = z.object({
  series: z.record(z.string(), z.string()),
  labels: z.record(z.string(), z.string()).describe('Of the exemplar, usually a trace id.'),
  value: Value,
  time: z.string(),
});

const Output = z.object({
  source: z.string(),
  exemplars: z.array(Exemplar).describe('Largest values first.'),
  total: z.number(),
  truncated: z.boolean(),
  hints: z.array(z.string()).optional(),
  ...notices,
});

export const exemplarQuery = defineTool({
  name: 'exemplar_query',
  title: 'Query exemplars',
  description:
    'Exemplars (such as trace ids) of the series that an expression reads in a span of time, the largest values first: the way from a slow bucket to a trace.',
  scopes: READ,
  annotations: reads({ openWorld: true }),
  deadlineMs: QUERY_DEADLINE_MS,
  inputSchema: z.strictObject({
    promql,
    start: time('Begin').default('-1h'),
    end: time('End').default('now'),
    source,
    limit: limit(30, 500, 'exemplars'),
    timeout,
    max_tokens: maxTokens,
  }),
  outputSchema: Output,
  async handler(input, { deps, signal }: ToolContext<Deps>) {
    const from = deps.prometheus.get(input.source);
    const span = parseSpan(input.start, input.end, unixNow());
    const answer = await from.api.exemplars(input.promql, span, requestOptions(signal, input.timeout)).catch((error: unknown) => {
      if (!isMissingEndpoint(error)) throw error;
      throw new ToolError('unsupported', 'The source does not offer exemplars.', {
        cause: error,
        hint: 'Use query_range on the same expression.',
      });
    });
    const all = answer.data.flatMap(({ labels, exemplars }) =>
      exemplars.map((one) => ({ series: labels, labels: one.labels, value: one.value, at: one.time })),
    );
    const ordered = all
      .toSorted((a, b) => b.value - a.value || b.at - a.at)
      .map(({ series, labels, value, at }) => ({ series, labels, value: wire(value), time: iso(at) }));
    const { shown, total, truncated } = pick(ordered, input.limit, input.max_tokens);
    return {
      source: from.name,
      exemplars: shown,
      total,
      truncated,
      ...(total > 0
        ? {}
        : {
            hints: [
              'No exemplars: the server stores them only with --enable-feature=exemplar-storage, and the target must expose them (OpenMetrics).',
            ],
          }),
      ...noticesOf(answer),
    };
  },
  render: (output) => ({
    summary: `${countText(output.exemplars.length, output.total, 'exemplar')}, from ${output.source}.`,
    data: lines(
      columns(output.exemplars.map(({ time: at, value, labels, series }) => [at, String(value), labelText(labels), labelText(series)])),
      noticeLines(output),
    ),
  }),
});
