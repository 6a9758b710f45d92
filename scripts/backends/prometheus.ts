import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AlertmanagerBackend, Backends, ExporterBackend, PrometheusBackend } from '@deployment-engine/shared/testing';
import { ask, isHealthy } from './http.ts';
import { until } from './process.ts';
import { dataFolder, ensure, Missing, type Running } from './service.ts';

const address = ({ port }: { port: number }): string => `127.0.0.1:${port}`;
const url = (run: { port: number }): string => `http://${address(run)}`;

const describe = (running: Running): ExporterBackend => ({
  health: running.health,
  pid: running.pid,
  url: url(running),
});

export async function startNodeExporter(): Promise<ExporterBackend> {
  const collectors = ['cpu', 'filesystem', 'loadavg', 'meminfo', 'netdev', 'uname'];
  return describe(
    await ensure({
      name: 'node-exporter',
      program: 'prometheus-node-exporter',
      port: true,
      health: (run) => `${url(run)}/`,
      args: (run) => [
        `--web.listen-address=${address(run)}`,
        '--collector.disable-defaults',
        ...collectors.map((one) => `--collector.${one}`),
      ],
    }),
  );
}

export async function startBlackbox(): Promise<ExporterBackend> {
  return describe(
    await ensure({
      name: 'blackbox',
      program: 'prometheus-blackbox-exporter',
      port: true,
      health: (run) => `${url(run)}/-/healthy`,
      async args(run) {
        const config = join(run.folder, 'blackbox.yml');
        const modules = { http_2xx: { prober: 'http', timeout: '2s' }, tcp: { prober: 'tcp', timeout: '2s' } };
        await writeFile(config, JSON.stringify({ modules }));
        return [`--config.file=${config}`, `--web.listen-address=${address(run)}`];
      },
    }),
  );
}

export async function startPushgateway(): Promise<ExporterBackend> {
  return describe(
    await ensure({
      name: 'pushgateway',
      program: 'prometheus-pushgateway',
      port: true,
      health: (run) => `${url(run)}/-/ready`,
      args: (run) => [`--web.listen-address=${address(run)}`, '--web.enable-admin-api'],
    }),
  );
}

export async function startAlertmanager(): Promise<AlertmanagerBackend> {
  const configFile = join(dataFolder('alertmanager'), 'alertmanager.yml');
  const running = await ensure({
    name: 'alertmanager',
    program: 'prometheus-alertmanager',
    port: true,
    health: (run) => `${url(run)}/-/ready`,
    async args(run) {
      const route = {
        receiver: 'nobody',
        group_by: ['alertname'],
        group_wait: '1s',
        group_interval: '1s',
        repeat_interval: '1h',
      };
      await writeFile(configFile, JSON.stringify({ route, receivers: [{ name: 'nobody' }] }));
      return [
        `--config.file=${configFile}`,
        `--storage.path=${join(run.folder, 'data')}`,
        // Without a cluster address it stays alone and opens no second port.
        `--web.listen-address=${address(run)}`,
        '--cluster.listen-address=',
      ];
    },
  });
  return { ...describe(running), configFile };
}

const FIRING = 'AlwaysFiring';
const PENDING = 'LongPending';
const RECORDED = 'job:up:sum';

const RULES = {
  groups: [
    {
      name: 'test',
      interval: '1s',
      rules: [
        { record: RECORDED, expr: 'sum by (job) (up)' },
        {
          alert: FIRING,
          expr: 'vector(1)',
          labels: { severity: 'test' },
          annotations: { summary: 'Fires as long as rules are evaluated.' },
        },
        { alert: PENDING, expr: 'vector(1)', for: '24h', labels: { severity: 'test' } },
      ],
    },
  ],
};

type Scraped = Pick<Partial<Backends>, 'nodeExporter' | 'blackbox' | 'pushgateway' | 'alertmanager'>;

function configuration(own: string, folder: string, others: Scraped): unknown {
  const host = (one: ExporterBackend | undefined): string[] => (one ? [new URL(one.url).host] : []);
  const job = (name: string, targets: string[], more: object = {}): object[] =>
    targets.length === 0 ? [] : [{ job_name: name, static_configs: [{ targets }], ...more }];
  const probe = {
    metrics_path: '/probe',
    params: { module: ['http_2xx'] },
    relabel_configs: [
      { source_labels: ['__address__'], target_label: '__param_target' },
      { source_labels: ['__param_target'], target_label: 'instance' },
      { target_label: '__address__', replacement: host(others.blackbox)[0] },
    ],
  };
  return {
    global: {
      scrape_interval: '1s',
      scrape_timeout: '1s',
      evaluation_interval: '1s',
      external_labels: { origin: 'deployment-engine-test' },
    },
    rule_files: [join(folder, 'rules', '*.yml')],
    alerting: { alertmanagers: [{ static_configs: [{ targets: host(others.alertmanager) }] }] },
    scrape_configs: [
      ...job('prometheus', [own]),
      ...job('node', host(others.nodeExporter)),
      ...job('pushgateway', host(others.pushgateway), { honor_labels: true }),
      ...job('alertmanager', host(others.alertmanager)),
      ...job('blackbox', others.blackbox ? [`http://${own}/-/healthy`] : [], probe),
      {
        job_name: 'file_sd',
        file_sd_configs: [{ files: [join(folder, 'targets', '*.json')], refresh_interval: '1s' }],
      },
    ],
  };
}

export async function startPrometheus(others: Scraped): Promise<PrometheusBackend> {
  const folder = dataFolder('prometheus');
  const config = join(folder, 'prometheus.yml');
  const text = (run: { port: number }): string => JSON.stringify(configuration(address(run), folder, others), null, 2);
  const running = await ensure({
    name: 'prometheus',
    program: 'prometheus',
    port: true,
    health: (run) => `${url(run)}/-/ready`,
    async args(run) {
      await mkdir(join(folder, 'rules'), { recursive: true });
      await mkdir(join(folder, 'targets'), { recursive: true });
      await writeFile(join(folder, 'rules', 'test.yml'), JSON.stringify(RULES, null, 2));
      await writeFile(config, text(run));
      return [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=${address(run)}`,
        '--web.enable-lifecycle',
        '--web.enable-remote-write-receiver',
        '--web.enable-admin-api',
        // By default the first alert takes a minute to arrive.
        '--rules.alert.resend-delay=1s',
      ];
    },
  });
  if ((await readFile(config, 'utf8')) !== text(running)) {
    // An exporter came back on another port.
    await writeFile(config, text(running));
    await ask(`${url(running)}/-/reload`, { method: 'POST' });
  }
  await haveScraped(running);
  return {
    ...describe(running),
    fileSdFolder: join(folder, 'targets'),
    rulesFolder: join(folder, 'rules'),
    firingAlert: FIRING,
    pendingAlert: PENDING,
    recordedMetric: RECORDED,
  };
}

/** Ready means to tests that there is something to ask for: samples of a rule over scraped targets. */
async function haveScraped(running: Running): Promise<void> {
  const question = `${url(running)}/api/v1/query?query=${encodeURIComponent(`${RECORDED}{job="prometheus"} == 1`)}`;
  const found = await until(
    async () => (await isHealthy(running.health)) && (await ask(question)).text.includes(`"__name__":"${RECORDED}"`),
    60_000,
    200,
  );
  if (!found) throw new Missing('Prometheus runs but has not scraped itself within a minute');
}
