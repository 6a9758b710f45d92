import { afterEach, describe, expect, it } from 'vitest';
import { PrometheusConfig } from '../config.ts';
import { failure, type FakeApi, fakeApi, type Reply, type Seen, success } from '../testing/fake-api.ts';
import { labelSegment } from './prometheus.ts';
import { openSources, type Source, type Sources } from './sources.ts';

const forever = new AbortController().signal;
const empty = success({ resultType: 'vector', result: [] });
const opened: { api: FakeApi; sources: Sources }[] = [];

afterEach(async () => {
  for (const { api, sources } of opened.splice(0)) {
    await sources.close();
    await api[Symbol.asyncDispose]();
  }
});

/** A source whose backend answers as told, and what that backend has seen. */
async function against(
  answer: Reply | ((seen: Seen) => Reply),
  settings: object = {},
  path = '',
): Promise<{ source: Source; seen: Seen[]; url: string }> {
  const api = await fakeApi(typeof answer === 'function' ? answer : () => answer);
  const sources = openSources(PrometheusConfig.parse({ sources: { default: { url: `${api.url}${path}`, ...settings } } }));
  opened.push({ api, sources });
  return { source: sources.get(), seen: api.seen, url: api.url };
}

const failureOf = async (answer: Reply, settings: object = {}): Promise<unknown> =>
  (await against(answer, settings)).source.api.query('up', { signal: forever }).then(
    () => 'no failure',
    (error: unknown) => error,
  );

describe('requests', () => {
  it('asks under the path prefix, by GET when short and by form when long', async () => {
    const { source, seen } = await against(empty, {}, '/prometheus/');
    await source.api.query('up', { signal: forever, time: 1_700_000_000.5, limit: 3, timeoutMs: 2_000 });
    const long = `sum(${'a'.repeat(3_000)})`;
    await source.api.query(long, { signal: forever });
    expect(seen.map(({ method, path }) => [method, path])).toEqual([
      ['GET', '/prometheus/api/v1/query'],
      ['POST', '/prometheus/api/v1/query'],
    ]);
    expect(Object.fromEntries(seen[0]!.parameters)).toEqual({ query: 'up', time: '1700000000.5', limit: '3', timeout: '1900ms' });
    expect(seen[1]!.parameters.get('query')).toBe(long);
  });

  it.each([
    [{ auth: { bearer: 't0ken' } }, { authorization: 'Bearer t0ken' }],
    [{ auth: { username: 'ada', password: 'pass:word' } }, { authorization: `Basic ${Buffer.from('ada:pass:word').toString('base64')}` }],
    [
      { orgId: 'team-a', headers: { 'X-Extra': 'one' } },
      { 'x-scope-orgid': 'team-a', 'x-extra': 'one' },
    ],
  ])('sends the credential of %j', async (settings, headers) => {
    const { source, seen } = await against(empty, settings);
    await source.api.query('up', { signal: forever });
    expect(seen[0]!.headers).toMatchObject(headers);
  });

  it.each([
    ['job', 'job'],
    ['a.b', 'U__a_2e_b'],
    ['../../admin', 'U___2e__2e__2f__2e__2e__2f_admin'],
    ['..', 'U___2e__2e_'],
    ['with space_x', 'U__with_20_space__x'],
    ['日本', 'U___65e5__672c_'],
  ])('keeps the label %j in one path segment', async (label, segment) => {
    expect(labelSegment(label)).toBe(segment);
    const { source, seen } = await against(success([]));
    await source.api.labelValues(label, {}, { signal: forever });
    expect(seen[0]!.path).toBe(`/api/v1/label/${segment}/values`);
  });

  it('refuses a label that is no text', () => expect(() => labelSegment('\ud800')).toThrow('not valid Unicode'));

  it('sends every selector', async () => {
    const { source, seen } = await against(success([]));
    await source.api.series({ match: ['up', 'down{a="b"}'], start: 1, end: 2, limit: 5 }, { signal: forever });
    expect(seen[0]!.parameters.getAll('match[]')).toEqual(['up', 'down{a="b"}']);
  });
});

describe('answers', () => {
  it('reads values that JSON does not have, and both kinds of samples', async () => {
    const buckets = [
      [0, '0.5', '1', '4'],
      [3, '-0.001', '0.001', '1'],
    ];
    const { source } = await against(
      success(
        {
          resultType: 'vector',
          result: [
            { metric: { a: 'nan' }, value: [1, 'NaN'] },
            { metric: { a: 'inf' }, value: [1, '+Inf'] },
            { metric: { a: 'minus' }, value: [1, '-Inf'] },
            { metric: {}, value: [1.5, '1e-3'] },
            { metric: { a: 'h' }, histogram: [1, { count: '5', sum: '3.5', buckets }] },
          ],
        },
        { warnings: ['one\ntwo'], infos: Array.from({ length: 12 }, (_, index) => `info ${index}`) },
      ),
    );
    const answer = await source.api.query('x', { signal: forever });
    expect(answer.data).toEqual({
      type: 'vector',
      samples: [
        { labels: { a: 'nan' }, time: 1, value: Number.NaN },
        { labels: { a: 'inf' }, time: 1, value: Infinity },
        { labels: { a: 'minus' }, time: 1, value: -Infinity },
        { labels: {}, time: 1.5, value: 0.001 },
        {
          labels: { a: 'h' },
          time: 1,
          histogram: {
            count: 5,
            sum: 3.5,
            buckets: [
              [0.5, 1, 4],
              [-0.001, 0.001, 1],
            ],
          },
        },
      ],
    });
    expect(answer.warnings).toEqual(['one two']);
    expect(answer.infos).toHaveLength(11);
    expect(answer.infos.at(-1)).toBe('2 more');
  });

  it('reads a matrix that changes from floats to histograms', async () => {
    const { source } = await against(
      success({
        resultType: 'matrix',
        result: [
          {
            metric: { a: 'b' },
            values: [
              [1, '2'],
              [2, '3'],
            ],
            histograms: [[3, { count: '1', sum: '2' }]],
          },
        ],
      }),
    );
    expect((await source.api.queryRange('x', { start: 1, end: 3, step: 1 }, { signal: forever })).data).toEqual({
      type: 'matrix',
      series: [
        { labels: { a: 'b' }, times: [1, 2], values: [2, 3], histograms: [{ time: 3, histogram: { count: 1, sum: 2, buckets: [] } }] },
      ],
    });
  });

  it('keeps a label called __proto__ a label', async () => {
    const { source } = await against({
      body: '{"status":"success","data":[{"__proto__":"x","a":"b"}]}',
      headers: { 'content-type': 'application/json' },
    });
    const [labels] = (await source.api.series({ match: ['x'] }, { signal: forever })).data;
    expect(Object.keys(labels!)).toContain('a');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it.each([
    ['no list', success({ resultType: 'vector', result: {} })],
    ['no pair', success({ resultType: 'vector', result: [{ metric: {}, value: 7 }] })],
    ['no number', success({ resultType: 'vector', result: [{ metric: {}, value: [1, 'seven'] }] })],
    ['no text', success({ resultType: 'vector', result: [{ metric: {}, value: [1, null] }] })],
    ['no bucket', success({ resultType: 'vector', result: [{ metric: {}, histogram: [1, { count: '1', sum: '1', buckets: [[1]] }] }] })],
    ['no type', success({ resultType: 'tensor', result: [] })],
    ['no data', success(null)],
  ])('refuses a success of another shape: %s', async (_, reply) => {
    expect(await failureOf(reply)).toMatchObject({
      code: 'upstream_error',
      message: expect.stringContaining('does not look like') as string,
    });
  });

  it('takes the empty lists of Go', async () => {
    const { source } = await against(success({ resultType: 'vector', result: null }));
    expect((await source.api.query('x', { signal: forever })).data).toEqual({ type: 'vector', samples: [] });
  });
});

describe('failures', () => {
  it.each<[string, Reply, object]>([
    [
      'a parse error',
      failure(400, 'bad_data', 'invalid parameter "query": 2:6: parse error: unclosed left parenthesis'),
      { code: 'invalid_input', details: { line: 2, column: 6 } },
    ],
    [
      'other bad data',
      failure(400, 'bad_data', 'invalid label name'),
      { code: 'invalid_input', message: expect.stringContaining('"invalid label name"') },
    ],
    [
      'an execution error',
      failure(422, 'execution', 'found duplicate series for the match group'),
      { code: 'invalid_input', message: expect.stringContaining('could not evaluate') },
    ],
    [
      'too many samples',
      failure(422, 'execution', 'query processing would load too many samples into memory in query execution'),
      { code: 'too_large' },
    ],
    [
      'the limits of Mimir',
      failure(422, 'execution', 'the query exceeded the maximum number of series (limit: 100000)'),
      { code: 'too_large' },
    ],
    ['a timeout', failure(503, 'timeout', 'query timed out in expression evaluation'), { code: 'timeout' }],
    ['a server that starts', failure(503, 'unavailable', 'TSDB not ready'), { code: 'unavailable' }],
    ['a broken off query', failure(499, 'canceled', 'query was canceled'), { code: 'unavailable' }],
    ['an inner fault', failure(500, 'internal', 'boom'), { code: 'upstream_error' }],
    ['a rate limit', failure(429, 'too_many_requests', 'slow down'), { code: 'rate_limited' }],
    [
      'the parse error of VictoriaMetrics',
      failure(422, '422', 'error when executing query: cannot parse "sum(("'),
      { code: 'invalid_input', message: expect.stringContaining('could not read') },
    ],
    [
      'the other error of VictoriaMetrics',
      failure(422, '422', 'duplicate time series'),
      { code: 'invalid_input', message: expect.stringContaining('could not evaluate') },
    ],
    ['an error without a type', failure(403, '', 'no'), { code: 'forbidden' }],
    [
      'a missing endpoint',
      { status: 404, body: '404 page not found\n' },
      { code: 'unsupported', message: expect.stringContaining('/api/v1/query') },
    ],
    ['no sign-in', { status: 401, body: 'Unauthorized' }, { code: 'unauthenticated', hint: expect.stringContaining('auth.bearer') }],
    ['no right', { status: 403, body: 'RBAC: access denied' }, { code: 'forbidden' }],
    ['a gateway', { status: 502, body: 'Bad Gateway' }, { code: 'unavailable' }],
    [
      'a web page',
      { body: '<!doctype html><title>Sign in</title>', headers: { 'content-type': 'text/html' } },
      { code: 'upstream_error', message: expect.stringContaining('a web page') },
    ],
    ['a web page that hides', { body: '  <html>' }, { code: 'upstream_error', message: expect.stringContaining('a web page') }],
    [
      'JSON of another kind',
      { body: { hello: 'world' } },
      { code: 'upstream_error', message: expect.stringContaining('JSON of another kind') },
    ],
    ['text', { body: 'hello' }, { code: 'upstream_error', message: expect.stringContaining('something else') }],
  ])('%s', async (_, reply, expected) => expect(await failureOf(reply)).toMatchObject(expected));

  it('does not follow a redirect, wherever it leads, and sends no credential after it', async () => {
    const { source, seen } = await against(
      { status: 302, headers: { location: 'http://169.254.169.254/latest/meta-data/' } },
      { auth: { bearer: 't0ken' } },
    );
    await expect(source.api.query('up', { signal: forever })).rejects.toMatchObject({
      code: 'upstream_error',
      message: expect.stringContaining('redirects to http://169.254.169.254') as string,
    });
    expect(seen).toHaveLength(1);
    expect(await failureOf({ status: 301, headers: { location: '/login?next=secret' } })).toMatchObject({
      message: 'The source redirects instead of answering.',
    });
  });

  it('gives up on an answer that does not end, and says when the caller does', async () => {
    const { source } = await against({ hang: true });
    await expect(source.api.query('up', { signal: forever, timeoutMs: 50 })).rejects.toMatchObject({ code: 'timeout' });
    const stop = new AbortController();
    const { source: other, seen } = await against(() => {
      stop.abort();
      return { hang: true };
    });
    await expect(other.api.query('up', { signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen).toHaveLength(1);
  });

  it('refuses an answer above the limit and says what makes it smaller', async () => {
    const result = Array.from({ length: 500 }, (_, index) => ({ metric: { i: String(index) }, value: [1, '1'] }));
    expect(await failureOf(success({ resultType: 'vector', result }), { maxResponseBytes: 10_000 })).toMatchObject({
      code: 'too_large',
      hint: expect.stringContaining('sum by') as string,
    });
  });

  it('says when nothing listens', async () => {
    const api = await fakeApi(() => empty);
    await api[Symbol.asyncDispose]();
    const sources = openSources(PrometheusConfig.parse({ sources: { gone: { url: api.url } } }));
    await expect(sources.get().api.query('up', { signal: forever })).rejects.toMatchObject({ code: 'unavailable' });
    await sources.close();
  });
});

describe('sources', () => {
  const config = (sources: object, more: object = {}) => PrometheusConfig.safeParse({ sources, ...more });
  const url = 'http://127.0.0.1:9';

  it('chooses the default', () => {
    const of = (names: string[], more: object = {}) =>
      openSources(PrometheusConfig.parse({ sources: Object.fromEntries(names.map((name) => [name, { url }])), ...more }));
    expect(of(['only']).get().name).toBe('only');
    expect(of(['a', 'default']).get().name).toBe('default');
    expect(of(['a', 'b'], { defaultSource: 'b' }).get().name).toBe('b');
    expect(() => of(['a', 'b']).get()).toThrow('none of them is the default');
    expect(() => of([]).get()).toThrow('No Prometheus server is configured');
    expect(() => of(['prod', 'dev']).get('prd')).toThrow(
      expect.objectContaining({ code: 'not_found', hint: 'Did you mean prod? Sources: prod, dev.' }),
    );
    expect(() => of(['a']).get('constructor')).toThrow('no source of that name');
    expect(() => of(['a']).get('a').alertmanager()).toThrow(expect.objectContaining({ code: 'missing_dependency' }));
  });

  it.each([
    ['a password in the URL', { a: { url: 'http://ada:hunter2@127.0.0.1:9090' } }, 'auth.username'],
    ['no URL', { a: { url: '127.0.0.1:9090' } }, 'http or https'],
    ['another scheme', { a: { url: 'file:///etc/passwd' } }, 'http or https'],
    ['a query in the URL', { a: { url: `${url}/?token=abc` } }, 'no query'],
    ['a name of another form', { 'a/b': { url } }, 'lower-case'],
    ['a user without a password', { a: { url, auth: { username: 'ada' } } }, 'both username and password'],
    ['two ways to sign in', { a: { url, auth: { username: 'ada', password: 'x', bearer: 'y' } } }, 'either bearer'],
    ['a colon in the user', { a: { url, auth: { username: 'a:b', password: 'x' } } }, 'colon'],
    ['a scrape interval of another form', { a: { url, scrapeInterval: 'often' } }, 'duration'],
  ])('refuses %s and does not repeat it', (_, sources, message) => {
    const text = JSON.stringify(config(sources).error?.issues);
    expect(text).toContain(message);
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain('token=abc');
  });

  it('refuses a default that is not there', () =>
    expect(JSON.stringify(config({ a: { url } }, { defaultSource: 'b' }).error?.issues)).toContain('names no entry'));

  it('reads the scrape interval of the server, keeps it, and lets the configuration win', async () => {
    const yaml = (text: string) => success({ yaml: text });
    const { source, seen } = await against(
      yaml('global:\n  scrape_interval: 30s\n  evaluation_interval: 5s\nscrape_configs:\n- job_name: a\n  scrape_interval: 1s\n'),
    );
    expect([await source.scrapeInterval(forever), await source.scrapeInterval(forever)]).toEqual([30, 30]);
    expect(seen).toHaveLength(1);
    expect(
      await (
        await against(yaml('global:\n  evaluation_interval: 5s\nscrape_configs:\n- scrape_interval: 1s\n'))
      ).source.scrapeInterval(forever),
    ).toBe(60);
    expect(await (await against(yaml(''))).source.scrapeInterval(forever)).toBeUndefined();
    expect(await (await against({ status: 404, body: 'no' })).source.scrapeInterval(forever)).toBeUndefined();
    expect(await (await against({ status: 404, body: 'no' }, { scrapeInterval: '2m' })).source.scrapeInterval(forever)).toBe(120);
  });

  it('has an index of names also where there is no metadata', async () => {
    const { source } = await against(({ path }) => (path.endsWith('/values') ? success(['b', 'a']) : { status: 404, body: 'no' }));
    const { names, metadata, complete } = await source.metrics(forever);
    expect([names, metadata.size, complete]).toEqual([['b', 'a'], 0, true]);
  });
});
