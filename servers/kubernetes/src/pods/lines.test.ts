import { describe, expect, it } from 'vitest';
import { LastLines, LineSplitter, LONGEST_LINE, mergeByTime, timedLine } from './lines.ts';

const texts = (lines: readonly { text: string }[]): string[] => lines.map(({ text }) => text);

describe('lines of a log', () => {
  it('are put together from pieces, whatever the pieces cut in two', () => {
    const splitter = new LineSplitter();
    const bytes = Buffer.from('eins\nzwei ä\r\n\ndrei');
    const lines = [...bytes].flatMap((byte) => splitter.push(Buffer.of(byte)));
    expect([...lines, ...splitter.end()]).toEqual(['eins', 'zwei ä\r', '', 'drei']);
    expect(splitter.end()).toEqual([]);
  });

  it('have their time, if they have one', () => {
    expect(timedLine('a', '2026-01-02T03:04:05.123456789Z hello  there\r')).toEqual({
      source: 'a',
      time: '2026-01-02T03:04:05.123456789Z',
      text: 'hello  there',
    });
    expect(timedLine('a', '2026-01-02T03:04:05+02:00 ')).toEqual({ source: 'a', time: '2026-01-02T03:04:05+02:00', text: '' });
    expect(timedLine('a', 'unable to retrieve container logs')).toEqual({
      source: 'a',
      time: '',
      text: 'unable to retrieve container logs',
    });
  });

  it('of several sources are merged to the nanosecond and over time zones; a line without a time follows its own', () => {
    const one = ['2026-01-02T03:00:00.000000002Z b', '2026-01-02T03:00:01Z e', 'no time f'].map((raw) => timedLine('one', raw));
    const two = ['2026-01-02T05:00:00.000000001+02:00 a', '2026-01-02T05:00:00.5+02:00 d', '2026-01-02T05:00:02+02:00 g'].map((raw) =>
      timedLine('two', raw),
    );
    const three = ['2026-01-02T03:00:00.00000001Z c'].map((raw) => timedLine('three', raw));
    expect(texts(mergeByTime([one, two, three]))).toEqual(['a', 'b', 'c', 'd', 'e', 'no time f', 'g']);
  });

  it('are kept from the end, by number and by size, and long ones are cut', () => {
    const few = new LastLines({ lines: 3, bytes: 1_000 });
    for (let at = 0; at < 100; at += 1) few.add({ source: '', time: '', text: `line ${at}` });
    expect(texts(few.lines)).toEqual(['line 97', 'line 98', 'line 99']);
    expect(few.dropped).toBe(97);

    const small = new LastLines({ lines: 1_000, bytes: 100 });
    for (let at = 0; at < 1_000; at += 1) small.add({ source: '', time: '', text: 'x'.repeat(30) });
    expect(small.lines).toHaveLength(3);
    expect(small.dropped).toBe(997);

    const long = new LastLines({ lines: 10, bytes: 10 });
    long.add({ source: '', time: '', text: 'y'.repeat(10_000) });
    expect(long.lines[0]?.text).toBe(`${'y'.repeat(LONGEST_LINE)}… (10000 characters)`);
  });
});
