import { defineResource, type ToolContext } from '@deployment-engine/shared/toolkit';
import { type AlertView, alertsNow } from '../alerts.ts';
import { unixNow, iso } from '../words/time.ts';
import { type Deps, READ } from '../tools/inputs.ts';
import { beginning } from './complete.ts';

const LISTED = 200;

export const alertsResource = defineResource({
  uri: 'prometheus://{source}/alerts',
  name: 'alerts',
  title: 'Alerts of a source',
  description: 'Alerts that are pending or firing now, as JSON. Subscribe to hear when one begins, ends or changes its state.',
  mimeType: 'application/json',
  scopes: READ,
  async read({ source = '' }, { deps, signal }: ToolContext<Deps>) {
    const from = deps.prometheus.get(source);
    const { alerts, warnings } = await alertsNow(from, signal);
    const shown = alerts.slice(0, LISTED);
    return {
      text: JSON.stringify(
        { source: from.name, time: iso(unixNow()), total: alerts.length, alerts: shown, ...(warnings.length > 0 ? { warnings } : {}) },
        null,
        2,
      ),
    };
  },
  list: ({ deps }) =>
    deps.prometheus.names.map((name) => ({
      uri: `prometheus://${name}/alerts`,
      name: `${name}/alerts`,
      title: `Alerts of ${name}`,
      mimeType: 'application/json',
    })),
  complete: (variable, typed, { deps }) => (variable === 'source' ? beginning(deps.prometheus.names, typed) : []),
  async watch(uri, changed, { deps, signal, log }) {
    const from = deps.prometheus.get(/^prometheus:\/\/([^/]+)\/alerts$/.exec(uri)?.[1]);
    let known = digest((await alertsNow(from, signal)).alerts);
    const look = async (): Promise<void> => {
      try {
        const now = digest((await alertsNow(from, signal)).alerts);
        if (now === known) return;
        known = now;
        changed();
      } catch (error) {
        // a source that is away has no news; the next look may find it
        if (!signal.aborted) log.debug({ err: error, source: from.name }, 'the alerts could not be read');
      }
    };
    const next = (): void => {
      const timer = setTimeout(() => void look().then(() => signal.aborted || next()), deps.prometheus.alertPollMs);
      timer.unref();
      signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
    };
    next();
  },
});

/** Values move all the time: news is which alerts there are, and their state. */
function digest(alerts: readonly AlertView[]): string {
  return JSON.stringify(
    alerts.map(({ name, state, labels, silenced_by: silenced, active_since: since }) => [name, state, labels, silenced, since]).toSorted(),
  );
}
