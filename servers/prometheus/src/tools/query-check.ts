import { ToolError } from '@deployment-engine/shared/contracts';
import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { isMissingEndpoint, type MetricIndex, type Source } from '../client/index.ts';
import { unknownMetric } from '../promql/explain-empty.ts';
import { fillIntervals } from '../promql/grafana.ts';
import { lint, typeOf } from '../promql/lint.ts';
import { type Selector, selectorsOf, selectorText } from '../promql/selectors.ts';
import { ASSUMED_SCRAPE_INTERVAL } from '../series/step.ts';
import { columns, lines, oneLine } from '../words/text.ts';
import { type Deps, promql, READ, source } from './inputs.ts';

const SelectorView = z.object({
  selector: z.string(),
  metric: z.string().optional(),
  exists: z.boolean().optional().describe('Whether the metric has series now; absent where the source does not tell.'),
  type: z.string().optional(),
  unit: z.string().optional(),
  help: z.string().optional(),
  range: z.string().optional(),
  inside: z.array(z.string()).describe('Functions and aggregations around it, innermost first.'),
});

const Output = z.object({
  source: z.string(),
  valid: z.boolean(),
  formatted: z.string().optional().describe("In PromQL's own layout."),
  error: z
    .object({
      line: z.number().optional(),
      column: z.number().optional(),
      message: z.string(),
      at: z.string().optional().describe('The expression from there on.'),
    })
    .optional(),
  checked_by: z
    .enum(['format_query', 'evaluation'])
    .describe('Servers without the formatting endpoint evaluate the expression where no data lies.'),
  selectors: z.array(SelectorView),
  remarks: z.array(z.string()).describe('Likely mistakes in an expression that is valid.'),
});
type Output = z.output<typeof Output>;

export const queryCheck = defineTool({
  name: 'query_check',
  title: 'Check a PromQL expression',
  description:
    'Validates PromQL without reading data, formats it, explains its selectors (do the metrics exist, their type and help) and points out likely mistakes. Use before query when unsure.',
  scopes: READ,
  annotations: reads({ openWorld: true }),
  inputSchema: z.strictObject({ promql, source }),
  outputSchema: Output,
  async handler(input, { deps, signal }: ToolContext<Deps>) {
    const from = deps.prometheus.get(input.source);
    const filled = fillIntervals(input.promql, { step: 60, scrape: ASSUMED_SCRAPE_INTERVAL, span: 3600 }).promql;
    const verdict = await judge(from, filled, signal);
    if (verdict.error !== undefined) return { source: from.name, valid: false, ...verdict, selectors: [], remarks: [] };
    const [index, scrapeInterval] = await Promise.all([from.metrics(signal).catch(() => undefined), from.scrapeInterval(signal)]);
    signal.throwIfAborted();
    const selectors = selectorsOf(filled).slice(0, 30);
    const unknown = selectors.flatMap(({ metric }) =>
      metric !== undefined && index?.complete === true && !index.names.includes(metric) ? [unknownMetric(metric, index.names)] : [],
    );
    return {
      source: from.name,
      valid: true,
      ...verdict,
      selectors: selectors.map((selector) => viewOf(selector, index)),
      remarks: [...new Set([...unknown, ...lint(filled, { metadata: index?.metadata ?? new Map(), scrapeInterval })])],
    };
  },
  render: (output) => ({ summary: summaryOf(output), data: dataOf(output) }),
});

type Verdict = Pick<Output, 'formatted' | 'error' | 'checked_by'>;

/** The server's own parser decides. At the Unix epoch no series has data, so evaluating there costs no more than parsing. */
async function judge(from: Source, expression: string, signal: AbortSignal): Promise<Verdict> {
  try {
    return { checked_by: 'format_query', formatted: (await from.api.format(expression, { signal })).data };
  } catch (error) {
    if (!isMissingEndpoint(error)) return refused(error, expression, 'format_query');
  }
  try {
    await from.api.query(expression, { signal, time: 0, limit: 1 });
    return { checked_by: 'evaluation' };
  } catch (error) {
    return refused(error, expression, 'evaluation');
  }
}

function refused(error: unknown, expression: string, checkedBy: Verdict['checked_by']): Verdict {
  if (!(error instanceof ToolError) || error.code !== 'invalid_input') throw error;
  const { line, column, message } = (error.details ?? {}) as { line?: number; column?: number; message?: string };
  if (line === undefined || column === undefined) return { checked_by: checkedBy, error: { message: error.message } };
  const rest = (expression.split('\n')[line - 1] ?? '').slice(column - 1);
  return {
    checked_by: checkedBy,
    error: { line, column, message: message ?? error.message, ...(rest === '' ? {} : { at: oneLine(rest, 60) }) },
  };
}

function viewOf(selector: Selector, index: MetricIndex | undefined): z.output<typeof SelectorView> {
  const { metric, range, inside } = selector;
  const meta = metric === undefined ? undefined : index?.metadata.get(metric);
  const type = metric === undefined || index === undefined ? undefined : typeOf(metric, index.metadata);
  const exists =
    metric === undefined || index === undefined ? undefined : index.names.includes(metric) || (index.complete ? false : undefined);
  return {
    selector: selectorText(selector),
    ...(metric === undefined ? {} : { metric }),
    ...(exists === undefined ? {} : { exists }),
    ...(type === undefined ? {} : { type }),
    ...(meta?.unit ? { unit: meta.unit } : {}),
    ...(meta?.help ? { help: oneLine(meta.help, 160) } : {}),
    ...(range === undefined ? {} : { range }),
    inside: inside.map(({ name, grouping }) =>
      grouping === undefined ? name : `${name} ${grouping.mode} (${grouping.labels.join(', ')})`,
    ),
  };
}

function summaryOf({ valid, error, remarks, checked_by: by }: Output): string {
  if (valid) return `The expression is valid (by ${by}).${remarks.length > 0 ? ' Remarks below.' : ''}`;
  return error?.line === undefined
    ? 'The expression is not valid.'
    : `The expression is not valid at line ${error.line}, column ${error.column}.`;
}

function dataOf({ formatted, error, selectors, remarks }: Output): string {
  const rows = selectors.map(({ selector, type, exists, help }) => [selector, type ?? '-', exists === false ? 'no series' : (help ?? '')]);
  return lines(
    error && `${error.message}${error.at === undefined ? '' : ` — at: ${error.at}`}`,
    formatted,
    rows.length > 0 && columns(rows),
    ...remarks.map((one) => `- ${one}`),
  );
}
