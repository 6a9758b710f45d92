import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import { AlertView, alertsNow } from '../alerts.ts';
import { columns, labelText, lines } from '../words/text.ts';
import { countText, type Deps, holds, limit, maxTokens, noticeLines, notices, noticesOf, pick, READ, search, source } from './inputs.ts';

const Output = z.object({
  source: z.string(),
  alerts: z.array(AlertView).describe('Firing ones first.'),
  total: z.number(),
  truncated: z.boolean(),
  firing: z.number().describe('Before the filters, as pending.'),
  pending: z.number(),
  ...notices,
});

export const alertList = defineTool({
  name: 'alert_list',
  title: 'List alerts',
  description:
    'Alerts that are pending or firing now, with labels, annotations, since when, the rule behind them, and silences where an Alertmanager is configured. Use rule_list for rules without alerts.',
  scopes: READ,
  annotations: reads({ openWorld: true }),
  inputSchema: z.strictObject({
    state: z.enum(['pending', 'firing']).optional().describe('Only alerts in this state.'),
    labels: z.record(z.string(), z.string()).optional().describe('Only alerts with these labels, e.g. {"severity": "critical"}.'),
    search: search.describe('Text that must occur in the name, a label or an annotation, case ignored.'),
    source,
    limit: limit(50, 500, 'alerts'),
    max_tokens: maxTokens,
  }),
  outputSchema: Output,
  async handler(input, { deps, signal }: ToolContext<Deps>) {
    const from = deps.prometheus.get(input.source);
    const now = await alertsNow(from, signal);
    const found = now.alerts.filter(
      ({ name, state, labels, annotations }) =>
        (input.state === undefined || state === input.state) &&
        Object.entries(input.labels ?? {}).every(([label, value]) => (label === 'alertname' ? name : labels[label]) === value) &&
        holds([name, ...Object.values(labels), ...Object.values(annotations ?? {})].join('\n'), input.search),
    );
    const { shown, total, truncated } = pick(found, input.limit, input.max_tokens);
    const count = (state: string): number => now.alerts.filter((one) => one.state === state).length;
    return { source: from.name, alerts: shown, total, truncated, firing: count('firing'), pending: count('pending'), ...noticesOf(now) };
  },
  render: (output) => ({
    summary: `${countText(output.alerts.length, output.total, 'alert')}, from ${output.source}. All: ${output.firing} firing, ${output.pending} pending.`,
    data: lines(
      columns(
        output.alerts.map(({ state, name, labels, active_since: since, value, annotations, silenced_by: silenced, inhibited }) => [
          [state, silenced && '(silenced)', inhibited === true && '(inhibited)'].filter(Boolean).join(' '),
          name,
          since === undefined ? '' : `since ${since}`,
          value === undefined ? '' : `= ${value}`,
          [labelText(labels), annotations?.['summary'] ?? annotations?.['description']].filter(Boolean).join('  '),
        ]),
      ),
      noticeLines(output),
    ),
  }),
});
