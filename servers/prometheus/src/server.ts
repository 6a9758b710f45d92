import { defineServer, type ServerEnv } from '@deployment-engine/shared/toolkit';
import { openSources, type Sources } from './client/index.ts';
import { PrometheusConfig, type PrometheusSettings } from './config.ts';
import { alertInvestigate } from './prompts/alert-investigate.ts';
import { promqlWrite } from './prompts/promql-write.ts';
import { alertsResource } from './resources/alerts.ts';
import { metricResource } from './resources/metric.ts';
import * as tools from './tools/index.ts';
import { stateOf } from './tools/source-list.ts';

export const server = defineServer({
  name: 'prometheus',
  title: 'Prometheus',
  description: 'Metrics of Prometheus and what speaks its API: queries, series and labels, targets, rules, alerts, silences, cardinality.',
  version: '0.1.0',
  port: 8010,
  instructions:
    'Metrics and alerts of Prometheus-compatible servers. Begin with metric_search or alert_list; check an expression with query_check; query answers for one instant, query_range summarises a span of time. Several servers can be configured: source_list names them.',
  config: PrometheusConfig,
  env: {
    PROMETHEUS_URL: 'sources.default.url',
    PROMETHEUS_BEARER_TOKEN: 'sources.default.auth.bearer',
    PROMETHEUS_USERNAME: 'sources.default.auth.username',
    PROMETHEUS_PASSWORD: 'sources.default.auth.password',
    PROMETHEUS_ORG_ID: 'sources.default.orgId',
    ALERTMANAGER_URL: 'sources.default.alertmanager.url',
  },
  deps: { prometheus: ({ config }: ServerEnv<PrometheusSettings>): Sources => openSources(config) },
  tools: [
    tools.query,
    tools.queryRange,
    tools.queryCheck,
    tools.metricSearch,
    tools.metricDescribe,
    tools.seriesSearch,
    tools.labelList,
    tools.labelValues,
    tools.targetList,
    tools.ruleList,
    tools.alertList,
    tools.cardinalityReport,
    tools.exemplarQuery,
    tools.serverInfo,
    tools.sourceList,
    tools.silenceList,
    tools.silenceCreate,
    tools.silenceExpire,
  ],
  resources: [alertsResource, metricResource],
  prompts: [alertInvestigate, promqlWrite],
  async probe({ prometheus }, _env, signal) {
    if (prometheus.names.length === 0)
      return {
        ready: false,
        missing: 'no Prometheus server is configured',
        hint: 'Set PROMETHEUS_URL, for example to http://127.0.0.1:9090.',
      };
    const states = await Promise.all(prometheus.names.map(async (name) => ({ name, ...(await stateOf(prometheus.get(name), signal)) })));
    const away = states.filter(({ reachable }) => !reachable);
    const [first] = away;
    if (first === undefined)
      return { ready: true, detail: states.map(({ name, version }) => `${name}${version === undefined ? '' : ` ${version}`}`).join(', ') };
    return {
      ready: false,
      missing: `${away.map(({ name }) => name).join(', ')} of ${states.length} sources: ${first.error ?? 'no answer'}`,
      hint: 'Check the url and auth of the source, and that it runs.',
    };
  },
});
