import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { type MetricEntry, searchable } from '../metric-search.ts';
import { nearestNames } from '../words/nearest.ts';
import { columns, lines, oneLine } from '../words/text.ts';
import { countText, type Deps, limit, pick, READ, source } from './inputs.ts';

const HELP_LENGTH = 160;

const Metric = z.object({ name: z.string(), type: z.string().optional(), unit: z.string().optional(), help: z.string().optional() });

export const metricSearch = defineTool({
  name: 'metric_search',
  title: 'Search metrics',
  description:
    'Finds metrics by words of their name or help (typing errors allowed), best first, with type, unit and help. Use metric_describe for one of them.',
  scopes: READ,
  annotations: reads({ openWorld: true }),
  inputSchema: z.strictObject({
    words: z.string().max(200).default('').describe('Words such as "http request latency" or a part of a name. Empty: all, by name.'),
    type: z
      .enum(['counter', 'gauge', 'histogram', 'summary', 'gaugehistogram', 'info', 'stateset', 'unknown'])
      .optional()
      .describe('Only metrics of this type.'),
    prefix: z.string().min(1).max(200).optional().describe('Only names that begin so, e.g. node_.'),
    source,
    limit: limit(30, 500, 'metrics'),
  }),
  outputSchema: z.object({
    source: z.string(),
    metrics: z.array(Metric),
    total: z.number(),
    truncated: z.boolean(),
    known: z.number().describe('Metrics that the source has.'),
    hints: z.array(z.string()).optional(),
  }),
  async handler(input, { deps, signal }: ToolContext<Deps>) {
    const from = deps.prometheus.get(input.source);
    const index = await from.metrics(signal);
    const { entries, words } = searchable(index);
    const accept = ({ name, type }: MetricEntry): boolean =>
      (input.prefix === undefined || name.startsWith(input.prefix)) && (input.type === undefined || (type ?? 'unknown') === input.type);
    const found = input.words.trim() === '' ? entries.filter(accept) : words.rank(input.words, accept);
    const { shown } = pick(found.slice(0, input.limit).map(viewOf), input.limit);
    const total = found.length;
    const near = total > 0 ? [] : nearestNames(input.words, index.names, 5);
    return {
      source: from.name,
      metrics: shown,
      total,
      truncated: shown.length < total,
      known: index.names.length,
      ...(total > 0 ? {} : { hints: [near.length > 0 ? `Near names: ${near.join(', ')}.` : 'Try fewer or other words, or prefix.'] }),
    };
  },
  render: ({ source: from, metrics, total, hints }) => ({
    summary: `${countText(metrics.length, total, 'metric')}, from ${from}.`,
    data: lines(
      columns(metrics.map(({ name, type, unit, help }) => [name, type ?? '-', [unit && `[${unit}]`, help].filter(Boolean).join(' ')])),
      ...(hints ?? []),
    ),
  }),
});

function viewOf({ name, help, type, unit }: MetricEntry): z.output<typeof Metric> {
  return {
    name,
    ...(type === undefined ? {} : { type }),
    ...(unit === '' ? {} : { unit }),
    ...(help === '' ? {} : { help: oneLine(help, HELP_LENGTH) }),
  };
}
