import { ToolError } from '@deployment-engine/shared/contracts';
import type { PrometheusSettings, SourceSettings } from '../config.ts';
import { durationSeconds } from '../words/duration.ts';
import { nearestNames } from '../words/nearest.ts';
import { alertmanagerApi, type AlertmanagerApi } from './alertmanager.ts';
import { type Door, openDoor } from './door.ts';
import { Kept } from './kept.ts';
import { prometheusApi, type PrometheusApi } from './prometheus.ts';
import type { Metadata } from './types.ts';

const INDEX_TTL_MS = 60_000;
const INTERVAL_TTL_MS = 300_000;
/** A name index above this stays cut: it serves search and suggestions, not lists. */
const MAX_NAMES = 100_000;

/** What a source has to search in: every metric's name, and the metadata of those that have some. */
export interface MetricIndex {
  names: string[];
  metadata: ReadonlyMap<string, Metadata>;
  /** False when the server has more names than the index holds. */
  complete: boolean;
}

/** One configured server. */
export interface Source {
  readonly name: string;
  readonly settings: SourceSettings;
  readonly api: PrometheusApi;
  /** Throws `missing_dependency` where none is configured. */
  readonly alertmanager: () => AlertmanagerApi;
  readonly hasAlertmanager: boolean;
  /** At most a minute old. */
  metrics(signal: AbortSignal): Promise<MetricIndex>;
  /** Seconds; undefined where neither the configuration nor the server tells. */
  scrapeInterval(signal: AbortSignal): Promise<number | undefined>;
}

/** The sources of the configuration, by name. */
export interface Sources {
  readonly names: readonly string[];
  readonly defaultName: string | undefined;
  readonly alertPollMs: number;
  /** Throws `not_found` for an unknown name, `missing_dependency` where nothing is configured. */
  get(name?: string): Source;
  close(): Promise<void>;
}

export function openSources(settings: PrometheusSettings): Sources {
  const names = Object.keys(settings.sources);
  const defaultName = settings.defaultSource ?? (names.includes('default') ? 'default' : names.length === 1 ? names[0] : undefined);
  const opened = new Map<string, { source: Source; doors: Door[] }>();
  return {
    names,
    defaultName,
    alertPollMs: settings.alertPollSeconds * 1000,
    get(name = defaultName) {
      if (names.length === 0) {
        throw new ToolError('missing_dependency', 'No Prometheus server is configured.', {
          hint: 'Set PROMETHEUS_URL, or sources.default.url of this server in mcp.config.json, for example to http://127.0.0.1:9090.',
        });
      }
      if (name === undefined) {
        throw new ToolError('invalid_input', 'Several sources are configured and none of them is the default.', {
          hint: `Name one as source: ${names.join(', ')}.`,
        });
      }
      const own = Object.hasOwn(settings.sources, name) ? settings.sources[name] : undefined;
      if (own === undefined) {
        const [guess] = nearestNames(name, names, 1);
        throw new ToolError('not_found', 'There is no source of that name.', {
          hint: `${guess === undefined ? '' : `Did you mean ${guess}? `}Sources: ${names.join(', ')}.`,
        });
      }
      const known = opened.get(name) ?? openSource(name, own);
      opened.set(name, known);
      return known.source;
    },
    async close() {
      await Promise.all([...opened.values()].flatMap(({ doors }) => doors.map((door) => door.close())));
    },
  };
}

function openSource(name: string, settings: SourceSettings): { source: Source; doors: Door[] } {
  const { timeoutMs, maxResponseBytes, orgId } = settings;
  const door = openDoor({ ...settings, orgId });
  const alertDoor = settings.alertmanager && openDoor({ ...settings.alertmanager, orgId, timeoutMs, maxResponseBytes });
  const api = prometheusApi(door);
  const alertApi = alertDoor && alertmanagerApi(alertDoor);
  const index = new Kept(INDEX_TTL_MS, (signal) => fetchIndex(api, signal));
  const configured = settings.scrapeInterval === undefined ? undefined : durationSeconds(settings.scrapeInterval);
  const interval = new Kept(INTERVAL_TTL_MS, (signal) => fetchInterval(api, signal));
  const source: Source = {
    name,
    settings,
    api,
    hasAlertmanager: alertApi !== undefined,
    alertmanager() {
      if (alertApi !== undefined) return alertApi;
      throw new ToolError('missing_dependency', `No Alertmanager is configured for the source ${name}.`, {
        hint: `Set sources.${name}.alertmanager.url in the configuration (or ALERTMANAGER_URL for the source "default").`,
      });
    },
    metrics: (signal) => index.get(signal),
    scrapeInterval: async (signal) => configured ?? interval.get(signal),
  };
  return { source, doors: alertDoor === undefined ? [door] : [door, alertDoor] };
}

async function fetchIndex(api: PrometheusApi, signal: AbortSignal): Promise<MetricIndex> {
  const names = api.labelValues('__name__', { limit: MAX_NAMES }, { signal });
  // metadata is a bonus: many servers have none, or do not have the endpoint
  const metadata = api.metadata(undefined, { signal }).then(
    ({ data }) => data,
    () => new Map<string, Metadata>(),
  );
  const [{ data }, known] = await Promise.all([names, metadata]);
  return { names: data.slice(0, MAX_NAMES), metadata: known, complete: data.length < MAX_NAMES };
}

/** The global scrape interval of the server's own configuration; its default is a minute (Prometheus documentation, "Configuration"). */
async function fetchInterval(api: PrometheusApi, signal: AbortSignal): Promise<number | undefined> {
  try {
    const yaml = await api.configYaml({ signal });
    const global = /^global:\n((?:[ \t]+.*\n)*)/m.exec(yaml)?.[1] ?? '';
    return durationSeconds(/^\s+scrape_interval:\s*(\S+)/m.exec(global)?.[1] ?? '') ?? (yaml === '' ? undefined : 60);
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined;
  }
}
