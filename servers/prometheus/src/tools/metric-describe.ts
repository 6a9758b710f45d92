import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { describeMetric, MetricDescription } from '../metric.ts';
import { columns, lines, plural } from '../words/text.ts';
import { type Deps, READ, source } from './inputs.ts';

export const metricDescribe = defineTool({
  name: 'metric_describe',
  title: 'What a metric means',
  description:
    'Type, unit and help of one metric, how many series it has, its labels with examples of values, and expressions to begin with.',
  scopes: READ,
  annotations: reads({ openWorld: true }),
  inputSchema: z.strictObject({ metric: z.string().min(1).max(500).describe('Full name, e.g. node_cpu_seconds_total.'), source }),
  outputSchema: MetricDescription,
  async handler({ metric, source: name }, { deps, signal }: ToolContext<Deps>) {
    return describeMetric(deps.prometheus.get(name), metric, signal);
  },
  render: ({ source: from, series, metric, type, unit, help, labels, try: expressions }) => ({
    summary: `${plural(series, 'series', 'series')} in the last hour, from ${from}.`,
    data: lines(
      `${metric}: ${[type, unit].filter(Boolean).join(', ') || 'type not known'}`,
      help,
      columns(labels.map((label) => [label.name, String(label.values), label.examples.join(', ')])),
      ...expressions.map((one) => `try: ${one}`),
    ),
  }),
});
