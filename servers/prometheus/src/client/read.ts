import { ToolError } from '@deployment-engine/shared/contracts';
import type { Histogram, InstantSample, Labels, QueryResult, RangeSeries } from './types.ts';

/** The answer does not have the shape of the Prometheus HTTP API. */
export function unexpected(what: string): ToolError {
  return new ToolError('upstream_error', `The answer does not look like one of the Prometheus HTTP API: ${what}.`, {
    hint: "Check that the source's url is the base of a Prometheus-compatible API.",
  });
}

export function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unexpected(`${what} is not an object`);
  return value as Record<string, unknown>;
}

/** Go marshals an empty slice as null, so null is an empty list. */
export function list(value: unknown, what: string): unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw unexpected(`${what} is not a list`);
  return value;
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function texts(value: unknown, what: string): string[] {
  return list(value, what).filter((one): one is string => typeof one === 'string');
}

/** A finite JSON number, or undefined. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function labels(value: unknown): Labels {
  if (value === undefined || value === null) return {};
  const out: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, one] of Object.entries(record(value, 'a label set'))) if (typeof one === 'string') out[name] = one;
  return { ...out };
}

/** A sample value as the API writes it: a decimal in a string, or NaN, +Inf, -Inf. */
export function sampleValue(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value === '') throw unexpected('a sample value is not text');
  if (value === '+Inf' || value === 'Inf') return Infinity;
  if (value === '-Inf') return -Infinity;
  const number = Number(value);
  if (Number.isNaN(number) && value !== 'NaN') throw unexpected('a sample value is not a number');
  return number;
}

function pair(value: unknown, what: string): [number, unknown] {
  if (!Array.isArray(value) || typeof value[0] !== 'number') throw unexpected(`${what} is not a pair of time and value`);
  return [value[0], value[1]];
}

/** Native histograms: {"count", "sum", "buckets": [[boundary rule, lower, upper, count]]} (Prometheus HTTP API, "Native histograms"). */
export function histogram(value: unknown): Histogram {
  const raw = record(value, 'a histogram');
  const buckets = list(raw['buckets'], 'histogram buckets').map((one) => {
    if (!Array.isArray(one) || one.length < 4) throw unexpected('a histogram bucket is not [rule, lower, upper, count]');
    return [sampleValue(one[1]), sampleValue(one[2]), sampleValue(one[3])] as const;
  });
  return { count: sampleValue(raw['count']), sum: sampleValue(raw['sum']), buckets };
}

function instant(value: unknown): InstantSample {
  const raw = record(value, 'a vector element');
  const own = labels(raw['metric']);
  if (raw['histogram'] !== undefined) {
    const [time, body] = pair(raw['histogram'], 'a histogram sample');
    return { labels: own, time, histogram: histogram(body) };
  }
  const [time, sample] = pair(raw['value'], 'a sample');
  return { labels: own, time, value: sampleValue(sample) };
}

function range(value: unknown): RangeSeries {
  const raw = record(value, 'a matrix element');
  const samples = list(raw['values'], 'values');
  const times = Array.from<number>({ length: samples.length });
  const values = Array.from<number>({ length: samples.length });
  samples.forEach((one, index) => {
    const [time, sample] = pair(one, 'a sample');
    times[index] = time;
    values[index] = sampleValue(sample);
  });
  const histograms = list(raw['histograms'], 'histograms').map((one) => {
    const [time, body] = pair(one, 'a histogram sample');
    return { time, histogram: histogram(body) };
  });
  return { labels: labels(raw['metric']), times, values, histograms };
}

export function queryResult(value: unknown): QueryResult {
  const raw = record(value, 'the data of a query');
  switch (raw['resultType']) {
    case 'vector':
      return { type: 'vector', samples: list(raw['result'], 'result').map(instant) };
    case 'matrix':
      return { type: 'matrix', series: list(raw['result'], 'result').map(range) };
    case 'scalar': {
      const [time, sample] = pair(raw['result'], 'the result');
      return { type: 'scalar', time, value: sampleValue(sample) };
    }
    case 'string': {
      const [time, sample] = pair(raw['result'], 'the result');
      return { type: 'string', time, value: text(sample) };
    }
    default:
      throw unexpected('its result type is unknown');
  }
}
