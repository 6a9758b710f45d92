import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { collect, LineCollector, showLines } from '../report/lines.ts';
import { chunksOf, recordsOf } from './frames.ts';

function frame(kind: 0 | 1 | 2, text: string): Buffer {
  const bytes = Buffer.from(text);
  const header = Buffer.alloc(8);
  header[0] = kind;
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

/** The bytes in pieces of a size, as a network might cut them. */
function pieces(bytes: Buffer, size: number): Readable {
  return Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size)),
  );
}

const limits = { lines: 100, characters: 10_000 };

describe('a container’s output', () => {
  it.each([1, 3, 7, 8, 9, 64, 1000])('is taken apart however it is cut (pieces of %i)', async (size) => {
    const bytes = Buffer.concat([frame(1, 'größe 1\nhalf'), frame(2, 'oops\n'), frame(1, ''), frame(1, ' done\r\n'), frame(2, 'no end')]);
    const { lines, dropped } = await collect(chunksOf(pieces(bytes, size), false), limits);
    expect(lines).toEqual([
      { stream: 'stdout', text: 'größe 1' },
      { stream: 'stderr', text: 'oops' },
      { stream: 'stdout', text: 'half done' },
      { stream: 'stderr', text: 'no end' },
    ]);
    expect(dropped).toBe(0);
    expect(showLines(lines)).toContain('[stderr] oops');
  });

  it('of a terminal is one stream', async () => {
    expect((await collect(chunksOf(pieces(Buffer.from('\u0001\u0000a\nb'), 2), true), limits)).lines.map((line) => line.text)).toEqual([
      '\u0001\u0000a',
      'b',
    ]);
  });

  it('keeps the last lines, in bounded memory', () => {
    const collector = new LineCollector({ lines: 3, characters: 1000 });
    for (let index = 0; index < 10_000; index += 1) collector.add({ stream: 'stdout', bytes: Buffer.from(`line ${index}\n`) });
    expect(collector.end()).toEqual({
      lines: [9997, 9998, 9999].map((n) => ({ stream: 'stdout', text: `line ${n}` })),
      dropped: 9997,
      cut: false,
    });
  });

  it('keeps to its characters and bytes, and shortens long lines', () => {
    const small = new LineCollector({ lines: 10, characters: 12 });
    small.add({ stream: 'stdout', bytes: Buffer.from('aaaaaaaa\nbbbb\ncccc\n') });
    expect(small.end()).toMatchObject({ lines: [{ text: 'bbbb' }, { text: 'cccc' }], dropped: 1 });
    const long = new LineCollector({ lines: 10, characters: 100_000, bytes: 20_000 });
    expect(long.add({ stream: 'stdout', bytes: Buffer.from('x'.repeat(15_000)) })).toBe(true);
    expect(long.add({ stream: 'stdout', bytes: Buffer.from('x'.repeat(15_000)) })).toBe(false);
    const { lines, cut } = long.end();
    expect(cut).toBe(true);
    expect(lines[0]?.text).toMatch(/^x{4000}… \(30000 characters\)$/);
  });

  it('reads JSON lines across pieces and skips what is none', async () => {
    const found: unknown[] = [];
    for await (const one of recordsOf(pieces(Buffer.from('{"a":"ü"}\r\nnot json\n\n{"b":2}'), 3))) found.push(one);
    expect(found).toEqual([{ a: 'ü' }, { b: 2 }]);
  });
});
