import { describe, expect, it } from 'vitest';
import { processorMs } from '../testing/processor-time.ts';
import { unifiedDiff } from './unified-diff.ts';

/** Applies a diff as `patch` does; fails where a line is not as the diff says. */
function patched(before: string, diff: string): string {
  const lines = before === '' ? [] : before.replace(/\n$/, '').split('\n');
  const out: string[] = [];
  let at = 0;
  for (const line of diff === '' ? [] : diff.split('\n')) {
    const hunk = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@$/.exec(line);
    if (hunk) {
      const start = Number(hunk[1]) - (hunk[2] === '0' ? 0 : 1);
      while (at < start) out.push(lines[at++] ?? '');
    } else {
      const [mark, text] = [line.charAt(0), line.slice(1)];
      if (mark !== '+') expect(lines[at]).toBe(text);
      if (mark !== '-') out.push(text);
      if (mark !== '+') at += 1;
    }
  }
  return [...out, ...lines.slice(at)].join('\n');
}

describe('a unified diff', () => {
  it('of equal texts is empty', () => {
    expect(unifiedDiff('a\nb\n', 'a\nb\n')).toEqual({ text: '', added: 0, removed: 0 });
    expect(unifiedDiff('', '')).toEqual({ text: '', added: 0, removed: 0 });
  });

  it('shows three lines around a change, and where it is', () => {
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);
    const { text, added, removed } = unifiedDiff(lines.join('\n'), lines.with(9, 'changed').join('\n'));
    expect(text).toBe(
      ['@@ -7,7 +7,7 @@', ' line 7', ' line 8', ' line 9', '-line 10', '+changed', ' line 11', ' line 12', ' line 13'].join('\n'),
    );
    expect([added, removed]).toEqual([1, 1]);
  });

  it('keeps changes that are far apart in parts of their own', () => {
    const lines = Array.from({ length: 40 }, (_, index) => `line ${index + 1}`);
    const { text } = unifiedDiff(lines.join('\n'), lines.with(2, 'x').with(30, 'y').join('\n'));
    expect(text.match(/^@@/gm)).toHaveLength(2);
  });

  it('of a new text, and of one that goes', () => {
    expect(unifiedDiff('', 'a\nb\n').text).toBe('@@ -0,0 +1,2 @@\n+a\n+b');
    expect(unifiedDiff('a\n', '').text).toBe('@@ -1 +0,0 @@\n-a');
  });

  it('is as short as can be', () => {
    const { added, removed } = unifiedDiff('a\nb\nc\na\nb\nb\na', 'c\nb\na\nb\na\nc');
    expect(added + removed).toBe(5);
  });

  it('makes the one text of the other, whatever they are', () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    for (let round = 0; round < 500; round += 1) {
      const text = (): string => Array.from({ length: random(25) }, () => 'abcd'.charAt(random(4))).join('\n');
      const [before, after] = [text(), text()];
      const { text: diff } = unifiedDiff(before, after);
      expect(patched(before, diff)).toBe(after);
    }
  });

  it('of large texts without a common line ends soon, and is still right', () => {
    const before = Array.from({ length: 6_000 }, (_, index) => `old ${index}`).join('\n');
    const after = Array.from({ length: 6_000 }, (_, index) => `new ${index}`).join('\n');
    let diff = unifiedDiff('', '');
    expect(processorMs(() => (diff = unifiedDiff(before, after)))).toBeLessThan(5_000);
    expect([diff.added, diff.removed]).toEqual([6_000, 6_000]);
    expect(patched(before, diff.text)).toBe(after);
  });
});
