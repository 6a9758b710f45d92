import { expect, it } from 'vitest';
import { everMet } from './schedule.ts';

it.each([
  '* * * * *',
  '*/5 0-6 1,15 jan-mar mon',
  '0 0 29 2 *',
  '0 0 31 1-12 *',
  '@daily',
  '@every 1h',
  'TZ=Europe/Berlin 0 3 * * sun',
  '0 0 31 2 mon',
  '5/10 * * * ?',
])('is met one day: %s', (schedule) => {
  expect(everMet(schedule)).toBe(true);
});

it.each(['0 0 31 2 *', '0 0 30 feb *', '0 0 31 4,6,9,11 *', '61 * * * *', '* * * *', '0 0 0 * *', 'daily'])(
  'is never met: %s',
  (schedule) => {
    expect(everMet(schedule)).toBe(false);
  },
);
