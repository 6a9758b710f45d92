import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { nearestNames } from '../words/nearest.ts';
import { lines } from '../words/text.ts';
import { parseSpan, unixNow } from '../words/time.ts';
import {
  countText,
  type Deps,
  holds,
  limit,
  match,
  noticeLines,
  notices,
  noticesOf,
  pick,
  READ,
  search,
  source,
  time,
  wasCut,
} from './inputs.ts';

const FETCHED = 20_000;

export const labelValues = defineTool({
  name: 'label_values',
  title: 'List the values of a label',
  description: 'Values that one label takes, in all series or in those that match. For metric names use metric_search.',
  scopes: READ,
  annotations: reads({ openWorld: true }),
  inputSchema: z.strictObject({
    label: z.string().min(1).max(500).describe('Label name, e.g. job.'),
    match,
    search,
    start: time('Begin of the time looked at').default('-1h'),
    end: time('End').default('now'),
    source,
    limit: limit(100, 2_000, 'values'),
  }),
  outputSchema: z.object({
    source: z.string(),
    label: z.string(),
    values: z.array(z.string()),
    total: z.number(),
    truncated: z.boolean(),
    hints: z.array(z.string()).optional().describe('Nearby label names when there are no values.'),
    ...notices,
  }),
  async handler(input, { deps, signal }: ToolContext<Deps>) {
    const from = deps.prometheus.get(input.source);
    const span = parseSpan(input.start, input.end, unixNow());
    const answer = await from.api.labelValues(input.label, { match: input.match, ...span, limit: FETCHED }, { signal });
    const { shown, total, truncated } = pick(
      answer.data.filter((value) => holds(value, input.search)),
      input.limit,
    );
    const near =
      answer.data.length > 0
        ? []
        : nearestNames(input.label, (await from.api.labelNames({ match: input.match, ...span }, { signal })).data, 5);
    return {
      source: from.name,
      label: input.label,
      values: shown,
      total,
      truncated: truncated || wasCut(answer),
      ...(near.length > 0 ? { hints: [`No values of ${input.label}. Labels of a near name: ${near.join(', ')}.`] } : {}),
      ...noticesOf(answer),
    };
  },
  render: (output) => ({
    summary: `${countText(output.values.length, output.total, 'value')} of the label, from ${output.source}.`,
    data: lines(output.values.join('\n'), noticeLines(output)),
  }),
});
