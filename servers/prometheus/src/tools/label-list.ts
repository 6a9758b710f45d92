import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
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

export const labelList = defineTool({
  name: 'label_list',
  title: 'List label names',
  description: 'Names of labels, of all series or of those that match. Use label_values for the values of one.',
  scopes: READ,
  annotations: reads({ openWorld: true }),
  inputSchema: z.strictObject({
    match,
    search,
    start: time('Begin of the time looked at').default('-1h'),
    end: time('End').default('now'),
    source,
    limit: limit(200, 2_000, 'names'),
  }),
  outputSchema: z.object({ source: z.string(), labels: z.array(z.string()), total: z.number(), truncated: z.boolean(), ...notices }),
  async handler(input, { deps, signal }: ToolContext<Deps>) {
    const from = deps.prometheus.get(input.source);
    const span = parseSpan(input.start, input.end, unixNow());
    const answer = await from.api.labelNames({ match: input.match, ...span, limit: FETCHED }, { signal });
    const { shown, total, truncated } = pick(
      answer.data.filter((name) => holds(name, input.search)),
      input.limit,
    );
    return { source: from.name, labels: shown, total, truncated: truncated || wasCut(answer), ...noticesOf(answer) };
  },
  render: (output) => ({
    summary: `${countText(output.labels.length, output.total, 'label')}, from ${output.source}.`,
    data: lines(output.labels.join('\n'), noticeLines(output)),
  }),
});
