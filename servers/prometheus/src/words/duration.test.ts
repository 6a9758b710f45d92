import { describe, expect, it } from 'vitest';
import { durationSeconds, formatDuration, parseDuration } from './duration.ts';

describe('durations', () => {
  it.each([
    ['5m', 300],
    ['1h30m', 5400],
    ['1d', 86_400],
    ['1w2d', 777_600],
    ['250ms', 0.25],
    ['90', 90],
    ['1.5', 1.5],
    ['1y', 31_536_000],
  ])('reads %s', (text, seconds) => expect(durationSeconds(text)).toBe(seconds));

  it.each(['', 'm', '30m1h', '5 m', '1h1h', '-5m', 'abc', '5M', '1.5h'])('does not read %j', (text) =>
    expect(durationSeconds(text)).toBeUndefined(),
  );

  it('refuses what is not positive', () => {
    expect(parseDuration('2m', 'step')).toBe(120);
    expect(() => parseDuration('0s', 'step')).toThrow('step is not a duration');
    expect(() => parseDuration('soon', 'duration')).toThrow('duration is not a duration');
  });

  it('writes what it reads', () => {
    for (const seconds of [0.001, 0.25, 1, 59, 60, 90, 3600, 5400, 86_399, 86_400, 777_600, 31_536_000])
      expect(durationSeconds(formatDuration(seconds))).toBeCloseTo(seconds, 6);
    expect(formatDuration(0)).toBe('1ms');
  });
});
