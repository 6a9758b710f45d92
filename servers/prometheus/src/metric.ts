import { ToolError } from '@deployment-engine/shared/contracts';
import { z } from 'zod';
import type { Source } from './client/index.ts';
import { unknownMetric } from './promql/explain-empty.ts';
import { typeOf } from './promql/lint.ts';
import { selectorText } from './promql/selectors.ts';
import { oneLine } from './words/text.ts';
import { unixNow } from './words/time.ts';

const FETCHED = 20_000;
const LABELS = 30;
const EXAMPLES = 5;
const VALUE_LENGTH = 80;

export const MetricDescription = z.object({
  source: z.string(),
  metric: z.string(),
  type: z.string().optional(),
  unit: z.string().optional(),
  help: z.string().optional(),
  series: z.number().describe('Series in the last hour.'),
  labels: z
    .array(z.object({ name: z.string(), values: z.number(), examples: z.array(z.string()) }))
    .describe('Those with the most values first.'),
  try: z.array(z.string()).describe('Expressions that suit its type.'),
});
export type MetricDescription = z.output<typeof MetricDescription>;

/** What is known of one metric. Throws `not_found` with the nearest names. */
export async function describeMetric(from: Source, metric: string, signal: AbortSignal): Promise<MetricDescription> {
  const now = unixNow();
  const selector = selectorText({ metric, matchers: [] });
  const [index, answer] = await Promise.all([
    from.metrics(signal),
    from.api.series({ match: [selector], start: now - 3600, end: now, limit: FETCHED }, { signal }),
  ]);
  const meta = index.metadata.get(metric) ?? index.metadata.get(metric.replace(/_(?:bucket|count|sum|total)$/, ''));
  if (answer.data.length === 0 && meta === undefined) {
    throw new ToolError('not_found', 'The source has no metric of that name.', { hint: unknownMetric(metric, index.names) });
  }
  const type = typeOf(metric, index.metadata) ?? meta?.type;
  const labels = labelsOf(answer.data);
  return {
    source: from.name,
    metric,
    ...(type === undefined ? {} : { type }),
    ...(meta?.unit ? { unit: meta.unit } : {}),
    ...(meta?.help ? { help: oneLine(meta.help, 500) } : {}),
    series: answer.data.length,
    labels,
    try: suggestions(
      selector,
      type,
      labels.find(({ name: label, values }) => values > 1 && values < 30 && label !== 'le' && label !== 'quantile')?.name,
    ),
  };
}

function labelsOf(sets: readonly Readonly<Record<string, string>>[]): MetricDescription['labels'] {
  const values = new Map<string, Set<string>>();
  for (const set of sets) {
    for (const [name, value] of Object.entries(set))
      if (name !== '__name__') values.set(name, (values.get(name) ?? new Set<string>()).add(value));
  }
  const all = [...values].map(([name, own]) => ({
    name,
    values: own.size,
    examples: [...own].slice(0, EXAMPLES).map((one) => oneLine(one, VALUE_LENGTH)),
  }));
  return all.toSorted((a, b) => b.values - a.values || (a.name < b.name ? -1 : 1)).slice(0, LABELS);
}

function suggestions(selector: string, type: string | undefined, label: string | undefined): string[] {
  const by = label === undefined ? '' : ` by (${label})`;
  if (type === 'counter' && selector.endsWith('_bucket'))
    return [`histogram_quantile(0.95, sum by (le${label === undefined ? '' : `, ${label}`}) (rate(${selector}[5m])))`];
  if (type === 'counter') return [`sum${by} (rate(${selector}[5m]))`, `sum${by} (increase(${selector}[1h]))`];
  if (type === 'histogram') return [`histogram_quantile(0.95, sum${by} (rate(${selector}[5m])))`];
  if (type === 'gauge') return [`avg${by} (${selector})`, `max_over_time(${selector}[1h])`];
  return [`count${by} (${selector})`];
}
