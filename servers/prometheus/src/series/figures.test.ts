import { describe, expect, it } from 'vitest';
import { downsample, sparkline } from './downsample.ts';
import { gapsOf } from './gaps.ts';
import { histogramQuantile, summariseHistogram } from './histogram.ts';
import { splitCommon } from './labels.ts';
import { shortNumber, wire } from './number.ts';
import { figures, quantile, resets, spikes, trendOf } from './statistics.ts';

const steps = (count: number, step = 10): number[] => Array.from({ length: count }, (_, index) => index * step);
const trend = (values: number[]) => trendOf(steps(values.length), values, figures(values));

describe('figures', () => {
  it('counts what is not finite and looks at the rest', () => {
    expect(figures([1, Number.NaN, 3, Infinity, -Infinity, 2])).toEqual({
      count: 3,
      nan: 1,
      infinite: 2,
      min: 1,
      max: 3,
      avg: 2,
      minIndex: 0,
      maxIndex: 2,
    });
    expect(figures([Number.NaN])).toMatchObject({ count: 0, nan: 1, min: undefined, avg: undefined });
  });

  it('does not overflow', () => expect(figures([1.5e308, 1.5e308]).avg).toBe(1.5e308));

  it('interpolates quantiles', () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(quantile([7], 0.99)).toBe(7);
    expect(quantile([], 0.5)).toBeUndefined();
  });
});

describe('trend', () => {
  it.each([
    ['constant', [5, 5, 5, 5]],
    ['rising', [1, 2, 3, 4, 5]],
    ['falling', [9, 7, 5, 3, 1]],
    ['level', [100, 101, 100, 99, 100]],
    ['varying', [1, 9, 1, 9, 1, 9]],
    ['rising', [1e308, 1.2e308, 1.4e308, 1.6e308]],
    ['rising', [1, Number.NaN, 2, 3, Infinity, 4]],
    ['varying', [1, 2]],
  ] as const)('%s', (name, values) => expect(trend([...values])).toBe(name));

  it('is unknown without finite values', () => expect(trend([Number.NaN, Number.NaN])).toBeUndefined());
});

describe('spikes and resets', () => {
  it('finds values far from the rest', () => {
    const noise = Array.from({ length: 40 }, (_, index) => 10 + (index % 5));
    expect(spikes([...noise, 500, ...noise, -400], 3)).toEqual([40, 81]);
    expect(spikes(noise, 3)).toEqual([]);
  });

  it('says nothing about few points or a series that is mostly equal', () => {
    expect(spikes([1, 2, 900], 3)).toEqual([]);
    expect(spikes([...steps(20).map(() => 1), 2], 3)).toEqual([]);
  });

  it('counts falls', () => expect(resets([1, 5, 2, 3, 0])).toBe(2));
});

describe('downsampling', () => {
  it('keeps the ends and a lone peak', () => {
    const values = steps(1000).map((_, index) => (index === 637 ? 50 : Math.sin(index / 30)));
    const kept = downsample(steps(1000), values, 20);
    expect(kept).toHaveLength(20);
    expect(kept[0]).toBe(0);
    expect(kept.at(-1)).toBe(999);
    expect(kept).toContain(637);
    expect(kept).toEqual(kept.toSorted((a, b) => a - b));
  });

  it('keeps a NaN in view', () => {
    const values = steps(300).map((_, index) => (index === 150 ? Number.NaN : 1));
    expect(downsample(steps(300), values, 10)).toContain(150);
  });

  it.each([
    [5, 10, 5],
    [5, 5, 5],
    [5, 2, 2],
    [5, 1, 1],
    [5, 0, 0],
    [0, 3, 0],
  ])('%i points to %i gives %i', (size, count, kept) => expect(downsample(steps(size), steps(size), count)).toHaveLength(kept));
});

describe('sparkline', () => {
  it('draws height, holes and what is not finite', () => {
    expect(sparkline([0, 10, 20, 30], [0, 1, 2, 7], { start: 0, end: 40 }, 4)).toBe('▁▂▃█');
    expect(sparkline([0, 30], [1, 1], { start: 0, end: 40 }, 4)).toBe('▁  ▁');
    expect(sparkline([0, 10], [Number.NaN, 1], { start: 0, end: 20 }, 2)).toBe('!▁');
    expect(sparkline([0, 10], [-1.7e308, 1.7e308], { start: 0, end: 20 }, 2)).toBe('▁█');
  });
});

describe('gaps', () => {
  const span = { start: 0, end: 100, step: 10 };
  it('finds holes, a late begin and an early end', () => {
    expect(gapsOf([0, 10, 20, 60, 70, 80, 90, 100], span)).toEqual({
      holes: [{ from: 20, to: 60, missing: 3 }],
      appearedAt: undefined,
      staleSince: undefined,
    });
    expect(gapsOf([50, 60], span)).toEqual({ holes: [], appearedAt: 50, staleSince: 60 });
  });
  it('is quiet about a whole series and an empty one', () => {
    expect(gapsOf(steps(11), span)).toEqual({ holes: [], appearedAt: undefined, staleSince: undefined });
    expect(gapsOf([], span)).toEqual({ holes: [], appearedAt: undefined, staleSince: undefined });
  });
});

describe('native histograms', () => {
  const histogram = {
    count: 10,
    sum: 25,
    buckets: [
      [0, 1, 2],
      [1, 2, 3],
      [2, 4, 5],
    ] as const,
  };
  it('interpolates inside a bucket', () => {
    expect(histogramQuantile(histogram, 0.5)).toBe(2);
    expect(histogramQuantile(histogram, 0.75)).toBe(3);
    expect(histogramQuantile({ count: 0, sum: 0, buckets: [] }, 0.5)).toBeUndefined();
    expect(histogramQuantile({ count: 1, sum: 1, buckets: [[-Infinity, 3, 1]] }, 0.5)).toBe(3);
    expect(histogramQuantile({ count: 1, sum: 1, buckets: [[3, Infinity, 1]] }, 0.5)).toBe(3);
  });
  it('summarises', () => {
    expect(summariseHistogram(histogram)).toEqual({
      count: 10,
      sum: 25,
      avg: 2.5,
      p50: 2,
      p90: 3.6,
      p99: 3.96,
      buckets: 3,
      lowest: 0,
      highest: 4,
    });
    expect(summariseHistogram({ count: 0, sum: 0, buckets: [] })).toEqual({ count: 0, sum: 0, avg: 'NaN', buckets: 0 });
  });
});

describe('values and labels', () => {
  it('writes values that JSON can carry', () => {
    expect([Number.NaN, Infinity, -Infinity, 12_345_678_901, 0.123456789, 3].map(wire)).toEqual([
      'NaN',
      '+Inf',
      '-Inf',
      12_345_678_901,
      0.1234568,
      3,
    ]);
    expect(['NaN', 12_345_678, 0.00012345678, 42].map((one) => shortNumber(one as number))).toEqual(['NaN', '12350000', '0.0001235', '42']);
  });
  it('splits common labels off', () => {
    const sets = [
      { job: 'a', instance: '1', zone: 'x' },
      { job: 'a', instance: '2' },
    ];
    const { common, rest } = splitCommon(sets);
    expect(common).toEqual({ job: 'a' });
    expect(sets.map(rest)).toEqual([{ instance: '1', zone: 'x' }, { instance: '2' }]);
    expect(splitCommon([{ job: 'a' }]).common).toEqual({});
    expect(splitCommon([]).common).toEqual({});
  });
});
