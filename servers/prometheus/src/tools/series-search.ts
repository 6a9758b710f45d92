import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { splitCommon } from '../series/labels.ts';
import { labelText, lines } from '../words/text.ts';
import { parseSpan, unixNow } from '../words/time.ts';
import {
  countText,
  type Deps,
  limit,
  maxTokens,
  noticeLines,
  notices,
  noticesOf,
  pick,
  READ,
  requiredMatch,
  source,
  time,
  wasCut,
} from './inputs.ts';

const FETCHED = 20_000;
const SAMPLE_VALUES = 5;

const Output = z.object({
  source: z.string(),
  common_labels: z.record(z.string(), z.string()).optional().describe('Labels that all series share.'),
  labels: z
    .array(z.object({ name: z.string(), values: z.number(), examples: z.array(z.string()) }))
    .describe('Labels in which the series differ, those with the most values first.'),
  series: z.array(z.record(z.string(), z.string())).describe('Without those in common_labels.'),
  total: z.number(),
  truncated: z.boolean(),
  ...notices,
});
type Output = z.output<typeof Output>;

export const seriesSearch = defineTool({
  name: 'series_search',
  title: 'Find series',
  description:
    'Series that match selectors, with what they share and in which labels they differ. No values: use query for those, label_values for the values of one label.',
  scopes: READ,
  annotations: reads({ openWorld: true }),
  inputSchema: z.strictObject({
    match: requiredMatch,
    start: time('Begin of the time looked at').default('-1h'),
    end: time('End').default('now'),
    source,
    limit: limit(50, 1_000, 'series'),
    max_tokens: maxTokens,
  }),
  outputSchema: Output,
  async handler(input, { deps, signal }: ToolContext<Deps>) {
    const from = deps.prometheus.get(input.source);
    const span = parseSpan(input.start, input.end, unixNow());
    const answer = await from.api.series({ match: input.match, ...span, limit: FETCHED }, { signal });
    const { common, rest } = splitCommon(answer.data);
    const differing = differences(answer.data.map(rest));
    const { shown, total, truncated } = pick(answer.data.map(rest), input.limit, input.max_tokens);
    return {
      source: from.name,
      ...(Object.keys(common).length > 0 ? { common_labels: common } : {}),
      labels: differing,
      series: shown,
      total,
      truncated: truncated || wasCut(answer),
      ...noticesOf(answer),
    };
  },
  render: (output) => ({
    summary: `${countText(output.series.length, output.total, 'series', 'series')}, from ${output.source}.`,
    data: dataOf(output),
  }),
});

function differences(sets: readonly Record<string, string>[]): Output['labels'] {
  const values = new Map<string, Set<string>>();
  for (const set of sets) {
    for (const [name, value] of Object.entries(set)) {
      const known = values.get(name) ?? new Set();
      values.set(name, known.add(value));
    }
  }
  const all = [...values].map(([name, own]) => ({ name, values: own.size, examples: [...own].slice(0, SAMPLE_VALUES) }));
  return all.toSorted((a, b) => b.values - a.values || (a.name < b.name ? -1 : 1)).slice(0, 30);
}

function dataOf(output: Output): string {
  const { common_labels: common, labels, series } = output;
  return lines(
    common && `all: ${labelText(common)}`,
    labels.length > 0 && `differ in: ${labels.map(({ name, values }) => `${name} (${values})`).join(', ')}`,
    ...series.map(labelText),
    noticeLines(output),
  );
}
