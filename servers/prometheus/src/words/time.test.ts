import { ToolError } from '@deployment-engine/shared/contracts';
import { describe, expect, it } from 'vitest';
import { iso, parseSpan, parseTime, unixNow } from './time.ts';

const NOW = 1_800_000_000;

describe('points in time', () => {
  it.each([
    ['now', NOW],
    ['-1h', NOW - 3600],
    ['now-15m', NOW - 900],
    ['now - 15m', NOW - 900],
    ['now+5m', NOW + 300],
    ['5m ago', NOW - 300],
    ['1h30m ago', NOW - 5400],
    ['-90', NOW - 90],
    ['1700000000', 1_700_000_000],
    ['1700000000.5', 1_700_000_000.5],
    ['1700000000000', 1_700_000_000],
    ['2026-11-22T10:00:00Z', Date.UTC(2026, 10, 22, 10) / 1000],
    ['2026-11-22 10:00:00+02:00', Date.UTC(2026, 10, 22, 8) / 1000],
    ['2026-11-22t10:00z', Date.UTC(2026, 10, 22, 10) / 1000],
    ['2026-11-22T10:00:00.250Z', Date.UTC(2026, 10, 22, 10) / 1000 + 0.25],
    ['2026-11-22', Date.UTC(2026, 10, 22) / 1000],
  ])('reads %s', (text, seconds) => expect(parseTime(text, 'time', NOW)).toBe(seconds));

  it('takes numbers', () => expect(parseTime(1_700_000_000, 'time', NOW)).toBe(1_700_000_000));

  it.each(['', 'yesterday', '2026-11-22T10:00:00', '2026-13-45T10:00:00Z', '2026-13-45', 'now-', 'ago', '5 minutes ago', '--5m', 'now*2'])(
    'refuses %j and says how',
    (text) => {
      const error = (() => {
        try {
          return parseTime(text, 'start', NOW);
        } catch (thrown) {
          return thrown;
        }
      })();
      expect(error).toBeInstanceOf(ToolError);
      expect(error).toMatchObject({
        code: 'invalid_input',
        message: expect.stringContaining('start') as string,
        hint: expect.stringContaining('RFC 3339') as string,
      });
    },
  );

  it('wants start before end', () => {
    expect(parseSpan('-1h', 'now', NOW)).toEqual({ start: NOW - 3600, end: NOW });
    expect(() => parseSpan('now', '-1h', NOW)).toThrow('does not lie before end');
    expect(() => parseSpan('now', 'now', NOW)).toThrow('does not lie before end');
  });

  it('writes RFC 3339', () => {
    expect(iso(1_700_000_000)).toBe('2023-11-14T22:13:20Z');
    expect(iso(1_700_000_000.25)).toBe('2023-11-14T22:13:20.250Z');
    expect(iso(1e300)).toBe('1e+300');
    expect(Number.isInteger(unixNow())).toBe(true);
  });
});
