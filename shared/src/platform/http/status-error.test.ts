import { describe, expect, it } from 'vitest';
import { retryAfterMs, statusError } from './status-error.ts';

describe('statusError', () => {
  it.each([
    [400, 'invalid_input'],
    [401, 'unauthenticated'],
    [403, 'forbidden'],
    [404, 'not_found'],
    [405, 'unsupported'],
    [408, 'timeout'],
    [409, 'conflict'],
    [410, 'not_found'],
    [412, 'conflict'],
    [413, 'too_large'],
    [418, 'upstream_error'],
    [422, 'invalid_input'],
    [429, 'rate_limited'],
    [500, 'upstream_error'],
    [501, 'unsupported'],
    [502, 'unavailable'],
    [503, 'unavailable'],
    [504, 'timeout'],
    [599, 'upstream_error'],
    [302, 'upstream_error'],
  ])('%i is %s', (status, code) => {
    const error = statusError({ status, headers: {} }, 'Prometheus');
    expect(error.code).toBe(code);
    expect(error.message).toMatch(new RegExp(`^Prometheus .*\\(HTTP ${status}\\)\\.$`));
    expect(error.details).toEqual({ status });
  });

  it('carries Retry-After where waiting helps', () => {
    expect(statusError({ status: 429, headers: { 'retry-after': '7' } }, 'GitHub').retryAfterMs).toBe(7000);
    expect(statusError({ status: 503, headers: { 'retry-after': '1' } }, 'GitHub').retryAfterMs).toBe(1000);
    expect(statusError({ status: 404, headers: { 'retry-after': '1' } }, 'GitHub').retryAfterMs).toBeUndefined();
  });
});

describe('retryAfterMs', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['soon', undefined],
    ['0', 0],
    [' 120 ', 120_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
    ['99999999', 86_400_000],
  ])('%j is %s', (value, ms) => expect(retryAfterMs(value, now)).toBe(ms));
});
