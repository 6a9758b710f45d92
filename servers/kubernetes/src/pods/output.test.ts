import { describe, expect, it } from 'vitest';
import { sizeInJson } from '../report/budget.ts';
import { HeadTail } from './output.ts';

const same = (text: string): string => text;

describe('an output that is longer than the answer', () => {
  it('is given whole where it fits', () => {
    const output = new HeadTail();
    for (const piece of ['ä', 'b\n', 'c']) output.add(Buffer.from(piece));
    expect(output.text(100, same)).toBe('äb\nc');
    expect(new HeadTail().text(10, same)).toBe('');
  });

  it.each([200, 1_000, 40_000])('is within %i bytes as JSON, beginning and end, however much comes', (bytes) => {
    for (const many of [1_000, 100_000]) {
      const output = new HeadTail();
      for (let at = 1; at <= many; at += 1) output.add(Buffer.from(`"line" ${at}\n`));
      const text = output.text(bytes, same);
      expect(sizeInJson(text)).toBeLessThanOrEqual(bytes);
      if (text.includes('left out')) expect(text).toMatch(/^"line" 1\n[^]*… \d+ bytes left out …\n[^]*"line" \d+\n$/);
      expect(text).toContain(`"line" ${many}\n`);
    }
  });

  it('is cleaned before it is cut: half a secret does not stay at the edge', () => {
    const secret = 'correct-horse-battery-staple';
    const clean = (text: string): string => text.replaceAll(secret, '[masked]');
    for (let shift = 0; shift < 40; shift += 1) {
      const output = new HeadTail();
      output.add(Buffer.from('.'.repeat(shift)));
      for (let at = 0; at < 20_000; at += 1) output.add(Buffer.from(`${secret} `));
      const text = output.text(1_000, clean);
      expect(text).not.toMatch(/correct|horse|battery|staple/);
    }
  });
});
