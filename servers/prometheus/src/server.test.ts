import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWith, open, type OpenServer } from '@deployment-engine/shared/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { server } from './server.ts';

interface Output {
  [key: string]: unknown;
  series: Record<string, unknown>[];
  hints: string[];
  total: number;
  truncated: boolean;
}

describeWith('prometheus', (backend) => {
  let session: OpenServer;
  beforeAll(async () => {
    session = await open(server, {
      config: {
        sources: { main: { url: backend.url, description: 'the test backend' }, away: { url: 'http://127.0.0.1:1' } },
        defaultSource: 'main',
      },
    });
  });
  afterAll(() => session.close());

  const ok = async (tool: string, args: Record<string, unknown> = {}): Promise<{ output: Output; text: string }> => {
    const result = await session.call<Output>(tool, args);
    if (result.ok !== true) throw new Error(`${tool}: ${JSON.stringify(result)}`);
    return result;
  };
  const failed = async (
    tool: string,
    args: Record<string, unknown>,
  ): Promise<{ code: string; message: string; hint?: string; details?: unknown }> => {
    const result = await session.call(tool, args);
    if (result.ok !== false) throw new Error(`${tool} has not failed: ${JSON.stringify(result)}`);
    return result.error;
  };

  describe('query', () => {
    it('shares what is common and gives values', async () => {
      const { output, text } = await ok('query', { promql: 'up{job=~"prometheus|pushgateway|node|alertmanager"}' });
      expect(output).toMatchObject({ source: 'main', result_type: 'vector', common_labels: { __name__: 'up' }, truncated: false });
      expect(output.series.length).toBe(output.total);
      expect(output.series.find(({ labels }) => (labels as { job: string }).job === 'prometheus')).toMatchObject({ value: 1 });
      expect(text).toMatch(/<untrusted-[0-9a-f]+>\nall: up\n/);
    });

    it.each([
      ['1 / 0', 'scalar', '+Inf'],
      ['0 / 0', 'scalar', 'NaN'],
      ['"text"', 'string', 'text'],
    ])('answers %s with a %s', async (promql, type, value) =>
      expect((await ok('query', { promql })).output).toMatchObject({ result_type: type, value, total: 1 }),
    );

    it('cuts at the limit and tells how many there are, with figures over all', async () => {
      const { output } = await ok('query', { promql: 'prometheus_http_request_duration_seconds_bucket', limit: 3 });
      expect(output.series).toHaveLength(3);
      expect(output.total).toBeGreaterThan(10);
      expect(output).toMatchObject({
        truncated: true,
        distribution: { min: expect.any(Number) as number, max: expect.any(Number) as number },
      });
    });

    it('stays within its tokens', async () => {
      const { output } = await ok('query', { promql: '{__name__=~".+"}', limit: 1000, max_tokens: 1000 });
      expect(output.truncated).toBe(true);
      expect(JSON.stringify(output).length / 4).toBeLessThan(1200);
    });

    it('summarises a range selector', async () => {
      const { output } = await ok('query', { promql: 'up{job="prometheus"}[10s]', view: 'full' });
      expect(output).toMatchObject({ result_type: 'matrix', series: [], ranges: [{ last: 1, trend: 'constant' }] });
      expect((output['ranges'] as { points: unknown[] }[])[0]!.points.length).toBeGreaterThan(3);
    });

    it('looks at the time that is asked for', async () => {
      expect((await ok('query', { promql: 'time()', time: '2026-01-01T00:00:00Z' })).output).toMatchObject({
        value: 1_767_225_600,
        time: '2026-01-01T00:00:00Z',
      });
      expect((await ok('query', { promql: 'up', time: '2020-01-01' })).output).toMatchObject({
        total: 0,
        hints: ['up is known, but has no samples in the time looked at.'],
      });
    });

    it('says where an expression does not parse', async () => {
      expect(await failed('query', { promql: 'sum(up' })).toMatchObject({
        code: 'invalid_input',
        message: expect.stringContaining('line 1, column 7') as string,
        details: { line: 1, column: 7 },
      });
      expect((await failed('query', { promql: 'rate(up)' })).message).toContain('expected type range vector');
      expect(
        (await failed('query', { promql: 'prometheus_http_requests_total * on (job) prometheus_http_requests_total' })).message,
      ).toContain('could not evaluate');
    });

    it('explains why nothing is found', async () => {
      const hints = async (promql: string): Promise<string> => (await ok('query', { promql })).output.hints.join('\n');
      expect(await hints('prometheus_http_request_total')).toContain('Did you mean: prometheus_http_requests_total');
      expect(await hints('up{job="promtheus"}')).toMatch(/No series of up has job="promtheus"\. .*"prometheus"/);
      expect(await hints('up{jobb="prometheus"}')).toContain('up has no label jobb. Did you mean job?');
      expect(await hints('up{job="prometheus", instance!=""} > 5')).toContain('matches all of its label conditions');
      expect(await hints('prometheus_http_requests_total{handler="/nope"}')).toContain(
        'No series of prometheus_http_requests_total has handler="/nope".',
      );
    });

    it('fills in dashboard variables', async () => {
      const { output } = await ok('query', { promql: 'rate(up[$__rate_interval])' });
      expect(output['promql']).toBe('rate(up[1m15s])');
      expect(output.hints[0]).toContain('$__rate_interval = 1m15s');
    });

    it('refuses times, sources and arguments of another form', async () => {
      expect(await failed('query', { promql: 'up', time: 'yesterday' })).toMatchObject({ code: 'invalid_input' });
      expect(await failed('query', { promql: 'up', source: 'mian' })).toMatchObject({
        code: 'not_found',
        hint: 'Did you mean main? Sources: main, away.',
      });
      expect(await failed('query', { promql: 'up', source: 'away' })).toMatchObject({ code: 'unavailable' });
      expect(await failed('query', { promql: '' })).toMatchObject({ code: 'invalid_input' });
      expect((await failed('query', { promq: 'up' })).message).toContain('did you mean "promql"');
    });
  });

  describe('query_range', () => {
    it('chooses a step, explains it, and summarises', async () => {
      const { output, text } = await ok('query_range', {
        promql: 'rate(prometheus_http_requests_total{handler="/metrics"}[$__rate_interval])',
        start: '-6h',
      });
      expect(output).toMatchObject({ step: { seconds: 120, text: '2m' } });
      expect(text).toContain('6h in at most 240 points needs a step of 1m30s, rounded up to 2m.');
    });

    it('finds where a series begins, its figures and its shape', async () => {
      const { output } = await ok('query_range', {
        promql: `time() - ${Math.floor(Date.now() / 1000) - 700}`,
        start: '-10m',
        step: '10s',
        view: 'points',
      });
      expect(output.series[0]).toMatchObject({ samples: 61, trend: 'rising', change: 600 });
      expect((output.series[0]!['points'] as unknown[]).length).toBe(24);
      const since = await ok('query_range', { promql: 'up{job="prometheus"}', start: '-30d', step: '1h' });
      expect(since.output.series[0]).toMatchObject({ anomalies: { appeared_at: expect.stringMatching(/^20/) as string } });
    });

    it('orders and cuts series', async () => {
      const { output } = await ok('query_range', { promql: 'prometheus_http_requests_total', start: '-2m', order: 'last', limit: 2 });
      const [first, second] = output.series as unknown as { last: number }[];
      expect(first!.last).toBeGreaterThanOrEqual(second!.last);
      expect(output.truncated).toBe(true);
    });

    it('gives every point that fits, and says when some do not', async () => {
      const all = (await ok('query_range', { promql: 'time()', start: '-100s', step: '1s', view: 'full' })).output;
      expect((all.series[0] as { points: unknown[] }).points).toHaveLength(101);
      expect(all['downsampled']).toBeUndefined();
      const { output } = await ok('query_range', { promql: 'time()', start: '-1000s', step: '1s', view: 'full', max_tokens: 500 });
      expect(output['downsampled']).toBe(true);
      expect(JSON.stringify(output).length / 4).toBeLessThan(800);
    });

    it('warns about windows that see too little', async () => {
      expect((await ok('query_range', { promql: 'rate(up[1s])' })).output.hints[0]).toContain('shorter than two scrapes (every 1s)');
      expect((await ok('query_range', { promql: 'rate(up[1m])', start: '-30d' })).output.hints[0]).toContain('shorter than the step');
    });

    it('refuses a step that the server would refuse, and a span that runs backwards', async () => {
      expect(await failed('query_range', { promql: 'up', start: '-30d', step: '1s' })).toMatchObject({
        code: 'invalid_input',
        hint: expect.stringContaining('at least 5m') as string,
      });
      expect(await failed('query_range', { promql: 'up', start: 'now', end: '-1h' })).toMatchObject({ code: 'invalid_input' });
    });
  });

  it('query_check judges, formats, explains and remarks', async () => {
    const { output } = await ok('query_check', { promql: 'sum(rate(go_goroutines[5m]))by(job)' });
    expect(output).toMatchObject({
      valid: true,
      checked_by: 'format_query',
      formatted: 'sum by (job) (rate(go_goroutines[5m]))',
      selectors: [{ metric: 'go_goroutines', exists: true, type: 'gauge', range: '5m', inside: ['rate', 'sum by (job)'] }],
      remarks: [expect.stringContaining('is a gauge') as string],
    });
    expect((await ok('query_check', { promql: 'go_gorutines' })).output).toMatchObject({
      valid: true,
      remarks: [expect.stringContaining('Did you mean: go_goroutines') as string],
    });
    expect((await ok('query_check', { promql: 'sum(up) by job' })).output).toMatchObject({
      valid: false,
      error: { line: 1, column: 12, at: 'job' },
    });
  });

  describe('search', () => {
    it('finds metrics by words and describes one', async () => {
      const { output } = await ok('metric_search', { words: 'http request latency', prefix: 'prometheus_' });
      expect((output['metrics'] as { name: string; help: string }[])[0]).toMatchObject({
        name: expect.stringContaining('prometheus_http_request_duration_seconds') as string,
        help: 'Histogram of latencies for HTTP requests.',
      });
      expect((await ok('metric_search', { type: 'summary', limit: 5 })).output['metrics']).toContainEqual(
        expect.objectContaining({ type: 'summary' }),
      );
      expect((await ok('metric_search', { words: 'zzqx' })).output).toMatchObject({ total: 0, hints: [expect.any(String) as string] });
      const described = (await ok('metric_describe', { metric: 'prometheus_http_request_duration_seconds_bucket' })).output;
      expect(described).toMatchObject({ type: 'counter', help: 'Histogram of latencies for HTTP requests.' });
      expect((described['try'] as string[])[0]).toContain('histogram_quantile');
      for (const promql of described['try'] as string[])
        expect((await ok('query_check', { promql })).output).toMatchObject({ valid: true, remarks: [] });
      for (const metric of ['go_goroutines', 'prometheus_http_requests_total', 'go_info', 'prometheus_http_request_duration_seconds'])
        expect((await ok('metric_describe', { metric })).output['metric']).toBe(metric);
      expect(await failed('metric_describe', { metric: 'go_gorutines' })).toMatchObject({
        code: 'not_found',
        hint: expect.stringContaining('go_goroutines') as string,
      });
    });

    it('finds series and what they differ in', async () => {
      const { output } = await ok('series_search', { match: ['prometheus_http_requests_total'], limit: 2 });
      expect(output).toMatchObject({ common_labels: { __name__: 'prometheus_http_requests_total', job: 'prometheus' }, truncated: true });
      expect(output['labels']).toContainEqual(expect.objectContaining({ name: 'handler' }));
      expect((await failed('series_search', { match: ['sum(up)'] })).code).toBe('invalid_input');
      expect((await failed('series_search', { match: [] })).code).toBe('invalid_input');
    });

    it('lists labels and their values', async () => {
      expect((await ok('label_list', { search: 'JO', match: ['up'] })).output).toMatchObject({ labels: ['job'], total: 1 });
      expect((await ok('label_values', { label: 'job', search: 'PROM' })).output).toMatchObject({ values: ['prometheus'] });
      expect((await ok('label_values', { label: 'handlr' })).output).toMatchObject({
        total: 0,
        hints: [expect.stringContaining('handler') as string],
      });
      expect((await ok('label_values', { label: '../../status/config' })).output).toMatchObject({ values: [] });
    });
  });

  it('target_list shows a target that is down, with its error, and the series that it leaves behind is stale', async () => {
    const file = join(backend.fileSdFolder, 'server-test.json');
    const find = async (): Promise<Output> => (await ok('target_list', { job: 'file_sd', search: '127.0.0.1:1', health: 'down' })).output;
    await writeFile(file, JSON.stringify([{ targets: ['127.0.0.1:1'], labels: { made_by: 'server-test' } }]));
    try {
      await expect.poll(async () => (await find()).total, { timeout: 20_000 }).toBe(1);
      expect((await find())['targets']).toMatchObject([
        {
          job: 'file_sd',
          instance: '127.0.0.1:1',
          health: 'down',
          last_error: expect.stringContaining('connection refused') as string,
          labels: { made_by: 'server-test' },
        },
      ]);
      expect((await find())['pools']).toContainEqual(expect.objectContaining({ pool: 'file_sd', down: 1 }));
      await expect
        .poll(async () => (await ok('query', { promql: 'up{made_by="server-test"}' })).output.series[0]?.['value'], { timeout: 20_000 })
        .toBe(0);
    } finally {
      await rm(file, { force: true });
    }
    await expect.poll(async () => (await find()).total, { timeout: 20_000 }).toBe(0);
    const stale = async (): Promise<unknown> =>
      (
        (await ok('query_range', { promql: 'up{made_by="server-test"}', start: '-2m', step: '1s' })).output.series[0] as {
          anomalies?: object;
        }
      ).anomalies;
    await expect.poll(stale, { timeout: 20_000 }).toMatchObject({ stale_since: expect.any(String) as string });
  }, 120_000);

  it('rule_list and alert_list show rules and what they make', async () => {
    const rules = (await ok('rule_list', { search: backend.firingAlert })).output;
    expect(rules['rules']).toMatchObject([
      { type: 'alerting', name: backend.firingAlert, state: 'firing', health: 'ok', promql: 'vector(1)', alerts: 1 },
    ]);
    expect((await ok('rule_list', { type: 'recording', group: 'test' })).output['rules']).toMatchObject([{ name: backend.recordedMetric }]);
    expect((await ok('rule_list', { state: 'pending' })).output['rules']).toMatchObject([{ name: backend.pendingAlert, for: '1d' }]);
    expect((await ok('rule_list', { health: 'err' })).output).toMatchObject({ total: 0, broken: 0 });
    const { output, text } = await ok('alert_list', { labels: { severity: 'test' } });
    expect(output).toMatchObject({ firing: expect.any(Number) as number, pending: expect.any(Number) as number });
    expect((output['alerts'] as unknown[])[0]).toMatchObject({
      name: backend.firingAlert,
      state: 'firing',
      value: 1,
      promql: 'vector(1)',
      annotations: { summary: expect.any(String) as string },
    });
    expect(text).toContain(backend.firingAlert);
    expect((await ok('alert_list', { labels: { alertname: backend.pendingAlert }, state: 'pending' })).output).toMatchObject({ total: 1 });
    expect((await ok('alert_list', { search: 'no such alert' })).output).toMatchObject({ total: 0 });
  });

  it('cardinality_report shows the whole, and the labels of a metric', async () => {
    const { output } = await ok('cardinality_report', { limit: 5 });
    expect(output['series_by_metric']).toHaveLength(5);
    expect(output).toMatchObject({ series: expect.any(Number) as number, churn: { created_per_second: expect.any(Number) as number } });
    const progress: number[] = [];
    const result = await session.call<Output>(
      'cardinality_report',
      { match: 'prometheus_http_requests_total' },
      { onProgress: (one) => progress.push(one.progress) },
    );
    expect(result).toMatchObject({ ok: true, output: { series_by_metric: [{ name: 'prometheus_http_requests_total' }] } });
    expect((result as { output: Output }).output['values_by_label']).toContainEqual(expect.objectContaining({ name: 'handler' }));
    expect(progress.length).toBeGreaterThan(0);
    expect((await failed('cardinality_report', { match: 'up) or (go_info' })).code).toBe('invalid_input');
  });

  it('server_info and source_list tell about servers', async () => {
    const { output } = await ok('server_info', { include: ['build', 'runtime', 'flags', 'config'], search: 'job_name: prometheus' });
    expect(output).toMatchObject({
      build: { version: expect.stringMatching(/^\d/) as string },
      runtime: { reloadConfigSuccess: 'true' },
      not_offered: [],
    });
    expect(output['config']).toMatch(/^scrape_configs:\n- job_name: prometheus\n/);
    expect(output['config']).not.toContain('job_name: node');
    const cut = (await ok('server_info', { include: ['config'], max_tokens: 200 })).output;
    expect(cut['config_truncated']).toBe(true);
    expect((await ok('server_info', { include: ['flags'], search: 'query.timeout' })).output['flags']).toEqual({ 'query.timeout': '2m' });
    expect((await ok('source_list')).output['sources']).toMatchObject([
      {
        name: 'main',
        default: true,
        reachable: true,
        auth: 'none',
        version: expect.any(String) as string,
        description: 'the test backend',
      },
      { name: 'away', default: false, reachable: false, error: expect.stringContaining('unavailable') as string },
    ]);
    expect((await ok('source_list', { check: false })).output['sources']).not.toContainEqual(expect.objectContaining({ reachable: true }));
  });

  it('exemplar_query says why there are none', async () => {
    expect((await ok('exemplar_query', { promql: 'prometheus_http_request_duration_seconds_bucket' })).output).toMatchObject({
      total: 0,
      hints: [expect.stringContaining('exemplar-storage') as string],
    });
  });

  it('probes every source', async () => {
    const { signal } = new AbortController();
    expect(await session.runtime.probe(signal)).toMatchObject({
      ready: false,
      missing: expect.stringContaining('away of 2 sources') as string,
    });
    const alone = await open(server, { config: {}, env: { PROMETHEUS_URL: backend.url } });
    expect(await alone.runtime.probe(signal)).toMatchObject({ ready: true, detail: expect.stringContaining('default') as string });
    await alone.close();
  });

  it('offers resources, completions and prompts', async () => {
    const caller = session.caller();
    const read = async (uri: string): Promise<Record<string, unknown>> => {
      const outcome = await session.runtime.readResource(uri, caller);
      return JSON.parse((outcome as { value: { text: string }[] }).value[0]!.text) as Record<string, unknown>;
    };
    expect((await session.runtime.listResources(caller)).map(({ uri }) => uri)).toEqual([
      'prometheus://main/alerts',
      'prometheus://away/alerts',
    ]);
    expect(await read('prometheus://main/alerts')).toMatchObject({
      source: 'main',
      alerts: expect.arrayContaining([expect.objectContaining({ name: backend.firingAlert })]) as unknown,
    });
    expect(await read('prometheus://main/metrics/go_goroutines')).toMatchObject({ metric: 'go_goroutines', type: 'gauge' });
    await expect(session.runtime.readResource('prometheus://main/metrics/nope_nope', caller)).rejects.toMatchObject({ code: 'not_found' });
    const complete = async (ref: Parameters<typeof session.runtime.complete>[0], name: string, value: string): Promise<string[]> =>
      (await session.runtime.complete(ref, { name, value }, {}, caller)).values;
    const metric = { type: 'ref/resource', uri: 'prometheus://{source}/metrics/{name}' } as const;
    expect(await complete(metric, 'name', 'go_gor')).toContain('go_goroutines');
    expect(await complete(metric, 'name', 'http latency')).toContain('prometheus_http_request_duration_seconds_bucket');
    expect(await complete(metric, 'source', 'ma')).toEqual(['main']);
    expect(await complete({ type: 'ref/resource', uri: 'prometheus://{source}/alerts' }, 'source', '')).toEqual(['main', 'away']);
    expect(await complete({ type: 'ref/prompt', name: 'alert_investigate' }, 'alert', 'always')).toEqual([backend.firingAlert]);
    expect(await complete({ type: 'ref/prompt', name: 'promql_write' }, 'metric', 'go_gor')).toContain('go_goroutines');
    expect(await complete({ type: 'ref/prompt', name: 'promql_write' }, 'source', 'a')).toEqual(['away', 'main']);
    const prompt = async (name: string, args: Record<string, string>): Promise<string> =>
      JSON.stringify(await session.runtime.getPrompt(name, args, caller));
    expect(await prompt('alert_investigate', { alert: 'High"Latency', source: 'main' })).toContain('High');
    expect(await prompt('promql_write', { question: 'what is slow?', metric: 'up' })).toContain('metric_describe for up');
    expect(await prompt('promql_write', { question: 'what is slow?', source: 'away' })).toContain('metric_search with the words');
  });
});
