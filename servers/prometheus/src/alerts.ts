import { z } from 'zod';
import type { Labels, RoutedAlert, Rule, Source } from './client/index.ts';
import { Value, wire } from './series/number.ts';
import { formatDuration } from './words/duration.ts';
import { oneLine } from './words/text.ts';

/** An alert with its rule's expression and what the Alertmanager does with it. */
export const AlertView = z.object({
  name: z.string(),
  state: z.string().describe('pending or firing.'),
  active_since: z.string().optional(),
  value: Value.optional().describe("The rule expression's value."),
  labels: z.record(z.string(), z.string()).describe('Besides alertname.'),
  annotations: z.record(z.string(), z.string()).optional(),
  promql: z.string().optional().describe("The rule's expression."),
  for: z.string().optional(),
  silenced_by: z.array(z.string()).optional().describe('Ids of the silences that cover it.'),
  inhibited: z.boolean().optional(),
  receivers: z.array(z.string()).optional(),
});
export type AlertView = z.output<typeof AlertView>;

export interface AlertsNow {
  alerts: AlertView[];
  warnings: string[];
  infos: string[];
}

const ANNOTATION_LENGTH = 500;
const LATE: Readonly<Record<string, number>> = { firing: 0, pending: 1 };

/** All alerts of a source, firing ones first. Rules and the Alertmanager only add to them: where they do not answer, a warning says so. */
export async function alertsNow(source: Source, signal: AbortSignal): Promise<AlertsNow> {
  const warnings: string[] = [];
  const optional = async <T>(what: string, ask: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      warnings.push(`${what} could not be read: ${error instanceof Error ? oneLine(error.message) : 'unknown fault'}`);
      return otherwise;
    }
  };
  const [answer, rules, routed] = await Promise.all([
    source.api.alerts({ signal }),
    optional('The rules', async () => (await source.api.rules('alert', { signal })).data.flatMap((group) => group.rules), [] as Rule[]),
    source.hasAlertmanager ? optional('The Alertmanager', () => source.alertmanager().alerts({ signal }), [] as RoutedAlert[]) : [],
  ]);
  const views = answer.data.map(({ labels, annotations, state, activeAt, value }): AlertView => {
    const { alertname = '', ...rest } = labels;
    const rule = rules.find((one) => one.name === alertname && includes(labels, one.labels));
    // external labels are added on the way to the Alertmanager
    const route = routed.find((one) => includes(one.labels, labels));
    return {
      name: alertname,
      state,
      ...(activeAt === '' ? {} : { active_since: activeAt }),
      ...(Number.isNaN(value) ? {} : { value: wire(value) }),
      labels: rest,
      ...(Object.keys(annotations).length > 0
        ? { annotations: Object.fromEntries(Object.entries(annotations).map(([name, text]) => [name, oneLine(text, ANNOTATION_LENGTH)])) }
        : {}),
      ...(rule === undefined ? {} : { promql: rule.promql }),
      ...(rule?.forSeconds === undefined || rule.forSeconds === 0 ? {} : { for: formatDuration(rule.forSeconds) }),
      ...(route === undefined || route.silencedBy.length === 0 ? {} : { silenced_by: route.silencedBy }),
      ...(route === undefined || route.inhibitedBy.length === 0 ? {} : { inhibited: true }),
      ...(route === undefined || route.receivers.length === 0 ? {} : { receivers: route.receivers }),
    };
  });
  return {
    alerts: views.toSorted((a, b) => (LATE[a.state] ?? 2) - (LATE[b.state] ?? 2) || (a.name < b.name ? -1 : 1)),
    warnings: [...answer.warnings, ...warnings],
    infos: answer.infos,
  };
}

function includes(labels: Labels, wanted: Labels): boolean {
  // label values of rules can be templates, which an alert has filled in
  return Object.entries(wanted).every(([name, value]) => labels[name] === value || (value.includes('{{') && labels[name] !== undefined));
}
