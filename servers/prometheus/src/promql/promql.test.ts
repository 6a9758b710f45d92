import { describe, expect, it } from 'vitest';
import { fillIntervals } from './grafana.ts';
import { tokensOf } from './lexer.ts';
import { lint, typeOf } from './lint.ts';
import { metricsOf, selectorsOf, selectorText } from './selectors.ts';

describe('selectors', () => {
  it.each([
    ['up', ['up']],
    ['sum by (job) (rate(http_requests_total{code=~"5.."}[5m])) / sum by (job) (rate(http_requests_total[5m]))', ['http_requests_total']],
    ['sum(a) without (b) + on (c) group_left (d) e', ['a', 'e']],
    ['sum without(x) (a) and ignoring(y) b unless c or d', ['a', 'b', 'c', 'd']],
    ['{__name__="some_metric", job="x"}', ['some_metric']],
    ['{"http.server.duration", job="x"}', ['http.server.duration']],
    ['histogram_quantile(0.9, sum(rate(b_bucket[5m])) by (le))', ['b_bucket']],
    ['topk(3, job:up:sum offset 5m)', ['job:up:sum']],
    ['a > bool 1e3 atan2 0x1F', ['a']],
    ['label_replace(up, "a", "$1", "b", "(.*)")', ['up']],
    ['up # and_not_this\n + down', ['up', 'down']],
    ["x{a='it\\'s'} + y{b=`raw\\`}", ['x', 'y']],
    ['1 + 2', []],
    ['"text"', []],
    ['((((', []],
    ['a{b="c"', ['a']],
    ['sum by', []],
  ])('%s', (promql, metrics) => expect(metricsOf(promql)).toEqual(metrics));

  it('keeps matchers, range and what stands around', () => {
    expect(selectorsOf('sum by (le) (rate(x_bucket{job="a", code!~"5..", "dotted.label"="v"}[5m:30s]))')).toEqual([
      {
        metric: 'x_bucket',
        matchers: [
          { name: 'job', operator: '=', value: 'a' },
          { name: 'code', operator: '!~', value: '5..' },
          { name: 'dotted.label', operator: '=', value: 'v' },
        ],
        range: '5m:30s',
        inside: [{ name: 'rate' }, { name: 'sum', grouping: { mode: 'by', labels: ['le'] } }],
      },
    ]);
  });

  it('gives a grouping behind the parentheses to its aggregation', () => {
    const [first] = selectorsOf('histogram_quantile(0.9, sum(rate(x[1m])) by (le, job))');
    expect(first?.inside.map(({ name, grouping }) => [name, grouping?.labels])).toEqual([
      ['rate', undefined],
      ['sum', ['le', 'job']],
      ['histogram_quantile', undefined],
    ]);
  });

  it('writes selectors', () => {
    const text = (promql: string): string => selectorText(selectorsOf(promql)[0]!);
    expect(text('up{job="a\\"b"}[5m]')).toBe('up{job="a\\"b"}');
    expect(text('{__name__="up"}')).toBe('up');
    expect(text('{"a.b", c="d"}')).toBe('{"a.b", c="d"}');
    expect(text('{job="x"}')).toBe('{job="x"}');
  });

  it('unescapes strings', () => {
    expect(tokensOf(String.raw`"a\n\x41\u00e9\q"`)).toEqual([{ kind: 'string', text: 'a\nAéq', at: 0 }]);
  });

  it('ends on anything', () => {
    // a lexer that stands still would hang here
    for (const text of ['{{{', '"open', "'", '\\', '$', '$__x', '[[[', ')))', 'a[', 'by(', '\u{1F600}', 'a{b=', 'a{="c"}'])
      expect(Array.isArray(selectorsOf(text)), text).toBe(true);
  });
});

describe('dashboard variables', () => {
  const intervals = { step: 120, scrape: 15, span: 21_600 };
  it('are filled in and named', () => {
    const filled = fillIntervals(
      'rate(a[$__rate_interval]) + avg_over_time(b[${__interval}]) + increase(c[$__range]) * $__range_s',
      intervals,
    );
    expect(filled.promql).toBe('rate(a[2m15s]) + avg_over_time(b[2m]) + increase(c[6h]) * 21600');
    expect(filled.replaced).toHaveLength(4);
  });
  it('never fall below four scrapes', () => expect(fillIntervals('x[$__rate_interval]', { ...intervals, step: 1 }).promql).toBe('x[1m]'));
  it('leave other variables alone', () =>
    expect(fillIntervals('x{job="$job"}', intervals)).toEqual({ promql: 'x{job="$job"}', replaced: [] }));
});

describe('likely mistakes', () => {
  const meta = (type: string) => ({ type, help: '', unit: '' });
  const metadata = new Map([
    ['mem', meta('gauge')],
    ['req_total', meta('counter')],
    ['lat', meta('histogram')],
    ['odd', meta('unknown')],
  ]);
  const remarks = (promql: string): string[] => lint(promql, { metadata, scrapeInterval: 15 });

  it.each([
    ['rate(mem[5m])', 'is a gauge'],
    ['sum(req_total)', 'is a counter'],
    ['lat_sum / lat_count', 'is a counter'],
    ['histogram_quantile(0.9, sum by (job) (rate(lat_bucket[5m])))', 'drops the label le'],
    ['histogram_quantile(0.9, sum(rate(lat_bucket[5m])))', 'drops the label le'],
    ['histogram_quantile(0.9, sum without (le) (rate(lat_bucket[5m])))', 'drops the label le'],
    ['rate(req_total[20s])', 'fewer than two scrapes'],
  ])('%s', (promql, remark) => expect(remarks(promql).join('\n')).toContain(remark));

  it.each([
    'rate(req_total[5m])',
    'sum by (job) (increase(req_total[1h]))',
    'avg_over_time(mem[5m])',
    'count(req_total)',
    'histogram_quantile(0.9, sum by (le, job) (rate(lat_bucket[5m])))',
    'histogram_quantile(0.9, sum(rate(lat_bucket[5m])) by (le))',
    'histogram_quantile(0.9, rate(lat_bucket[5m]))',
    'histogram_quantile(0.9, rate(lat[5m]))',
    'unknown_thing > 3',
  ])('%s is fine', (promql) => expect(remarks(promql)).toEqual([]));

  it('knows types by metadata, then by suffix', () => {
    expect(typeOf('mem', metadata)).toBe('gauge');
    expect(typeOf('lat_bucket', metadata)).toBe('counter');
    expect(typeOf('anything_total', metadata)).toBe('counter');
    expect(typeOf('odd', metadata)).toBeUndefined();
  });
});
