import { describe, expect, it } from 'vitest';
import { chooseStep, MAX_RESOLUTION } from './step.ts';

const span = (seconds: number) => ({ start: 1_700_000_000, end: 1_700_000_000 + seconds });

describe('the step of a range query', () => {
  it.each([
    [3600, 240, 15, 15],
    [3600, 240, 1, 15],
    [3600, 60, 15, 60],
    [21_600, 240, 15, 120],
    [86_400, 240, 30, 600],
    [30 * 86_400, 240, 60, 10_800],
    [600, 240, 60, 60],
    [60, 240, undefined, 15],
    [20 * 31_536_000, 10, 15, 730 * 86_400],
  ])('over %i s in %i points, scraped every %s s: %i s', (length, points, scrape, seconds) => {
    const step = chooseStep(span(length), points, undefined, scrape);
    expect(step.seconds).toBe(seconds);
    expect(length / step.seconds).toBeLessThanOrEqual(points);
  });

  it('explains itself', () => {
    expect(chooseStep(span(3600), 240, undefined, 15).why).toBe('1h in at most 240 points needs a step of 15s.');
    expect(chooseStep(span(21_600), 240, undefined, 15).why).toBe('6h in at most 240 points needs a step of 1m30s, rounded up to 2m.');
    expect(chooseStep(span(600), 240, undefined, 60).why).toContain('raised to the scrape interval of 1m');
    expect(chooseStep(span(600), 240, undefined, undefined).why).toContain('an assumed scrape interval of 15s');
    expect(chooseStep(span(600), 240, '5s', 60)).toEqual({ seconds: 5, why: 'As asked.' });
  });

  it('refuses what the server would refuse, and says which step works', () => {
    expect(() => chooseStep(span(86_400), 240, '1s', 15)).toThrow(`more than ${MAX_RESOLUTION} points`);
    expect(chooseStep(span(86_400), 240, '10s', 15).seconds).toBe(10);
    expect(() => chooseStep(span(86_400), 240, 'often', 15)).toThrow('step is not a duration');
  });
});
