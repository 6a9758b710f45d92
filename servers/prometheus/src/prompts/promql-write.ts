import { definePrompt, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { beginning, metricNames } from '../resources/complete.ts';
import type { Deps } from '../tools/inputs.ts';

export const promqlWrite = definePrompt({
  name: 'promql_write',
  title: 'Write a PromQL query',
  description: 'From a question in words to a checked PromQL expression and its answer.',
  arguments: z.object({
    question: z.string().min(1).max(2_000).describe('What you want to know, e.g. "which endpoints got slower since yesterday".'),
    metric: z.string().max(500).optional().describe('A metric to begin with, if you know one.'),
    source: z.string().max(63).optional().describe('Source to ask; the default one if left out.'),
  }),
  build: ({ question, metric, source }) => {
    const named = source === undefined || source === '' ? '' : `, source "${source}"`;
    return [
      `Answer this with PromQL${named}: ${question}`,
      '',
      metric === undefined || metric === ''
        ? '1. metric_search with the words of the question, then metric_describe for the best match: type, labels.'
        : `1. metric_describe for ${metric}: type, labels.`,
      '2. Write the expression. Counters go through rate() or increase(); classic histograms through histogram_quantile() over sum by (le, …) of rate(); gauges through avg, max or *_over_time. Aggregate to the labels that the question names.',
      '3. query_check: correct what it refuses or remarks.',
      '4. query for one instant, query_range for a development; use [$__rate_interval] as the window in range queries.',
      '',
      'Give the expression, what it means in one sentence, the answer with figures and units, and what it does not show.',
    ].join('\n');
  },
  complete(argument, typed, { deps, signal }: ToolContext<Deps>) {
    if (argument === 'source') return beginning(deps.prometheus.names, typed);
    return argument === 'metric' ? metricNames(deps.prometheus, undefined, typed, signal) : [];
  },
});
