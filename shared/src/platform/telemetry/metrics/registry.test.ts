import { describe, expect, it } from 'vitest';
import { createMetrics } from './registry.ts';
import { METRICS_CONTENT_TYPE } from './text-format.ts';

describe('createMetrics', () => {
  it('renders counters, gauges and histograms as Prometheus reads them', () => {
    const metrics = createMetrics();
    const calls = metrics.counter({ name: 'calls_total', help: 'Calls.', labels: ['tool', 'outcome'] });
    calls.add({ tool: 'git__status', outcome: 'ok' });
    calls.add({ tool: 'git__status', outcome: 'ok' }, 2.5);
    calls.add({ tool: 'git__log' });
    metrics.counter({ name: 'starts_total', help: 'Starts.' });
    const gauge = metrics.gauge({ name: 'active', help: 'Active calls.' });
    gauge.set(5);
    gauge.add(-7);
    const seconds = metrics.histogram({ name: 'call_seconds', help: 'Time.', labels: ['tool'], buckets: [0.1, 1] });
    for (const value of [0.05, 0.1, 0.5, 99, Number.NaN]) seconds.observe(value, { tool: 'a' });
    expect(metrics.render()).toBe(
      `# HELP calls_total Calls.
# TYPE calls_total counter
calls_total{tool="git__status",outcome="ok"} 3.5
calls_total{tool="git__log",outcome=""} 1
# HELP starts_total Starts.
# TYPE starts_total counter
starts_total 0
# HELP active Active calls.
# TYPE active gauge
active -2
# HELP call_seconds Time.
# TYPE call_seconds histogram
call_seconds_bucket{tool="a",le="0.1"} 2
call_seconds_bucket{tool="a",le="1"} 3
call_seconds_bucket{tool="a",le="+Inf"} 4
call_seconds_sum{tool="a"} 99.65
call_seconds_count{tool="a"} 4
`,
    );
    expect(METRICS_CONTENT_TYPE).toContain('version=0.0.4');
  });

  it('escapes help and label values and writes the numbers that are none', () => {
    const metrics = createMetrics();
    const gauge = metrics.gauge({ name: 'g', help: 'back\\slash\nline', labels: ['l'] });
    gauge.set(Infinity, { l: 'a"b\\c\nd' });
    gauge.set(-Infinity, { l: 'é\u0000' });
    gauge.set(Number.NaN, { l: true });
    expect(metrics.render()).toBe(
      '# HELP g back\\\\slash\\nline\n# TYPE g gauge\ng{l="a\\"b\\\\c\\nd"} +Inf\ng{l="é\ufffd"} -Inf\ng{l="true"} NaN\n',
    );
  });

  it('bounds the series of a metric and the length of a value; totals stay right', () => {
    const metrics = createMetrics({ maxSeries: 3 });
    const counter = metrics.counter({ name: 'c_total', help: 'C.', labels: ['a', 'b'] });
    for (let i = 0; i < 1000; i += 1) counter.add({ a: `${i}`, b: 'x' });
    counter.add({ a: '0', b: 'x' });
    expect(metrics.render().split('\n').slice(2)).toEqual([
      'c_total{a="0",b="x"} 2',
      'c_total{a="1",b="x"} 1',
      'c_total{a="other",b="other"} 998',
      '',
    ]);
    const long = metrics.gauge({ name: 'long', help: 'L.', labels: ['v'], maxSeries: 10 });
    long.set(1, { v: 'y'.repeat(10_000) });
    expect(metrics.render()).toContain(`long{v="${'y'.repeat(128)}"} 1`);
  });

  it('ignores what would make a counter go down', () => {
    const metrics = createMetrics();
    const counter = metrics.counter({ name: 'c_total', help: 'C.' });
    for (const amount of [-1, Infinity, Number.NaN]) counter.add({}, amount);
    expect(metrics.render()).toContain('c_total 0\n');
  });

  it('asks for a gauge when it is read', () => {
    const metrics = createMetrics();
    let size = 1;
    metrics.gauge({ name: 'size', help: 'S.', collect: (gauge) => gauge.set(size) });
    expect(metrics.render()).toContain('size 1\n');
    size = 2;
    expect(metrics.render()).toContain('size 2\n');
  });

  it('gives the same metric for the same name, and refuses another under it', () => {
    const metrics = createMetrics();
    const options = { name: 'h', help: 'H.', labels: ['a'] } as const;
    expect(metrics.histogram(options)).toBe(metrics.histogram(options));
    expect(() => metrics.counter(options)).toThrow(RangeError);
    expect(() => metrics.histogram({ ...options, buckets: [1] })).toThrow(/another kind/);
    expect(() => metrics.histogram({ name: 'h', help: 'H.' })).toThrow(RangeError);
  });

  it('refuses names that Prometheus would refuse', () => {
    const metrics = createMetrics();
    for (const name of ['', '1a', 'a-b', 'a b', 'a\n']) expect(() => metrics.counter({ name, help: '' }), name).toThrow(RangeError);
    for (const label of ['', '1', 'a:b', '__a', 'a-b'])
      expect(() => metrics.gauge({ name: 'ok', help: '', labels: [label] }), label).toThrow(RangeError);
    expect(() => metrics.histogram({ name: 'ok', help: '', labels: ['le'] })).toThrow(RangeError);
    for (const buckets of [[], [2, 1], [1, 1], [Number.NaN], [1, Infinity]])
      expect(() => metrics.histogram({ name: 'ok', help: '', buckets }), String(buckets)).toThrow(/ascend/);
  });
});
