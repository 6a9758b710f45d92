import { defineTool, reads, type ToolContext } from '@deployment-engine/shared/toolkit';
import { z } from 'zod';
import type { Rule, RuleGroup } from '../client/index.ts';
import { formatDuration } from '../words/duration.ts';
import { columns, lines, oneLine } from '../words/text.ts';
import { countText, type Deps, holds, limit, maxTokens, noticeLines, notices, noticesOf, pick, READ, search, source } from './inputs.ts';

const RuleView = z.object({
  group: z.string(),
  file: z.string().optional(),
  type: z.enum(['alerting', 'recording']),
  name: z.string(),
  promql: z.string(),
  health: z.string(),
  last_error: z.string().optional(),
  state: z.string().optional().describe('Of an alerting rule: inactive, pending or firing.'),
  for: z.string().optional(),
  alerts: z.number().optional().describe('Alerts that it has now.'),
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  evaluation_seconds: z.number().optional(),
});
type RuleView = z.output<typeof RuleView>;

const Output = z.object({
  source: z.string(),
  rules: z.array(RuleView).describe('Broken ones first, then firing, then pending.'),
  total: z.number(),
  truncated: z.boolean(),
  groups: z.number(),
  broken: z.number().describe('Rules whose last evaluation failed, before the filters.'),
  ...notices,
});

export const ruleList = defineTool({
  name: 'rule_list',
  title: 'List rules',
  description:
    'Alerting and recording rules with their expression, health and state; broken and firing ones first. Use alert_list for the alerts themselves.',
  scopes: READ,
  annotations: reads({ openWorld: true }),
  inputSchema: z.strictObject({
    type: z.enum(['alerting', 'recording']).optional().describe('Only rules of this type.'),
    state: z.enum(['inactive', 'pending', 'firing']).optional().describe('Only alerting rules in this state.'),
    health: z.enum(['ok', 'err', 'unknown']).optional().describe('Only rules of this health.'),
    group: z.string().min(1).max(200).optional().describe('Only rules of this group.'),
    search: search.describe('Text that must occur in the name or the expression, case ignored.'),
    source,
    limit: limit(50, 500, 'rules'),
    max_tokens: maxTokens,
  }),
  outputSchema: Output,
  async handler(input, { deps, signal }: ToolContext<Deps>) {
    const from = deps.prometheus.get(input.source);
    const answer = await from.api.rules(input.type === undefined ? undefined : input.type === 'alerting' ? 'alert' : 'record', { signal });
    const all = answer.data.flatMap((group) => group.rules.map((rule) => ({ group, rule })));
    const found = all.filter(
      ({ group, rule }) =>
        (input.type === undefined || rule.type === input.type) &&
        (input.state === undefined || rule.state === input.state) &&
        (input.health === undefined || rule.health === input.health) &&
        (input.group === undefined || group.name === input.group) &&
        holds(`${rule.name}\n${rule.promql}`, input.search),
    );
    const views = found.toSorted((a, b) => urgency(a.rule) - urgency(b.rule)).map(({ group, rule }) => viewOf(group, rule));
    const { shown, total, truncated } = pick(views, input.limit, input.max_tokens);
    const broken = all.filter(({ rule }) => rule.health === 'err').length;
    return { source: from.name, rules: shown, total, truncated, groups: answer.data.length, broken, ...noticesOf(answer) };
  },
  render: (output) => ({
    summary: `${countText(output.rules.length, output.total, 'rule')} of ${output.groups} groups, from ${output.source}.${output.broken > 0 ? ` ${output.broken} broken.` : ''}`,
    data: lines(
      columns(
        output.rules.map(({ type, state, health, name, for: wait, promql, last_error: error }) => [
          health === 'ok' ? (state ?? type) : health,
          name,
          wait === undefined ? '' : `for ${wait}`,
          oneLine(promql),
          error ?? '',
        ]),
      ),
      noticeLines(output),
    ),
  }),
});

function urgency({ health, state }: Rule): number {
  if (health === 'err') return 0;
  return { firing: 1, pending: 2 }[state ?? ''] ?? 3;
}

function viewOf(group: RuleGroup, rule: Rule): RuleView {
  const { labels, annotations } = rule;
  return {
    group: group.name,
    ...(group.file === '' ? {} : { file: group.file.replace(/^.*[/\\]/, '') }),
    type: rule.type,
    name: rule.name,
    promql: rule.promql,
    health: rule.health,
    ...(rule.lastError === '' ? {} : { last_error: oneLine(rule.lastError) }),
    ...(rule.state === undefined || rule.state === '' ? {} : { state: rule.state }),
    ...(rule.forSeconds === undefined || rule.forSeconds === 0 ? {} : { for: formatDuration(rule.forSeconds) }),
    ...(rule.type === 'alerting' ? { alerts: rule.alerts.length } : {}),
    ...(Object.keys(labels).length > 0 ? { labels } : {}),
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    ...(rule.evaluationTime === undefined ? {} : { evaluation_seconds: Number(rule.evaluationTime.toPrecision(3)) }),
  };
}
