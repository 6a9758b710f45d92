import type { Chunk } from '../client/index.ts';

export interface Line {
  stream: 'stdout' | 'stderr';
  /** RFC 3339, when the engine was asked for times. */
  time?: string | undefined;
  text: string;
}

export interface LineLimits {
  /** The last so many lines are kept. */
  lines: number;
  /** And of those the last so many characters. */
  characters: number;
  /** Stop reading after so many bytes. */
  bytes?: number;
  timestamps?: boolean;
  /** Keep only lines with this text, in any letter case. */
  grep?: string | undefined;
}

export interface Collected {
  lines: Line[];
  /** Lines that fitted and were left out. */
  dropped: number;
  /** Reading ended at the byte limit. */
  cut: boolean;
}

const LONGEST_LINE = 4000;

/** Gathers output into lines, keeping the last ones: memory stays bounded however much comes. */
export class LineCollector {
  readonly #limits: LineLimits;
  readonly #grep: string | undefined;
  readonly #open = { stdout: new OpenLine(), stderr: new OpenLine() };
  #kept: Line[] = [];
  #dropped = 0;
  #read = 0;

  constructor(limits: LineLimits) {
    this.#limits = limits;
    this.#grep = limits.grep?.toLowerCase();
  }

  /** Returns false once the byte limit is reached. */
  add({ stream, bytes }: Chunk): boolean {
    this.#read += bytes.length;
    for (const text of this.#open[stream].push(bytes)) this.#keep(stream, text);
    return this.#limits.bytes === undefined || this.#read < this.#limits.bytes;
  }

  end(): Collected {
    for (const stream of ['stdout', 'stderr'] as const) {
      const rest = this.#open[stream].flush();
      if (rest !== '') this.#keep(stream, rest);
    }
    this.#trim();
    const { lines, characters, bytes } = this.#limits;
    let left = characters;
    let from = this.#kept.length;
    while (from > 0 && this.#kept.length - from < lines) {
      left -= this.#kept[from - 1]!.text.length + 1;
      if (left < 0) break;
      from -= 1;
    }
    return { lines: this.#kept.slice(from), dropped: this.#dropped + from, cut: bytes !== undefined && this.#read >= bytes };
  }

  #keep(stream: Line['stream'], raw: string): void {
    const [, time, rest] = (this.#limits.timestamps ? /^(\d{4}-\d{2}-\d{2}T\S+) ?([\s\S]*)$/.exec(raw) : null) ?? [];
    const text = (rest ?? raw).replace(/\r+$/, '');
    if (this.#grep !== undefined && !text.toLowerCase().includes(this.#grep)) return;
    const shown = text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)}… (${text.length} characters)` : text;
    this.#kept.push({ stream, ...(time === undefined ? {} : { time }), text: shown });
    if (this.#kept.length > 2 * this.#limits.lines) this.#trim();
  }

  #trim(): void {
    const extra = this.#kept.length - this.#limits.lines;
    if (extra <= 0) return;
    this.#kept = this.#kept.slice(extra);
    this.#dropped += extra;
  }
}

/** A line that has begun. What lies beyond the longest line that anything reads is not kept. */
class OpenLine {
  readonly #decoder = new TextDecoder();
  #text = '';

  push(bytes: Buffer): string[] {
    const parts = (this.#text + this.#decoder.decode(bytes, { stream: true })).split('\n');
    this.#text = (parts.pop() ?? '').slice(0, 64 * LONGEST_LINE);
    return parts;
  }

  flush(): string {
    const rest = this.#text + this.#decoder.decode();
    this.#text = '';
    return rest;
  }
}

/** Reads all chunks into lines, until the byte limit. */
export async function collect(chunks: AsyncIterable<Chunk>, limits: LineLimits): Promise<Collected> {
  const collector = new LineCollector(limits);
  for await (const chunk of chunks) {
    if (!collector.add(chunk)) break;
  }
  return collector.end();
}

/** Lines as text; what came from stderr is marked where both are there. */
export function showLines(lines: readonly Line[]): string {
  const both = new Set(lines.map((one) => one.stream)).size > 1;
  return lines
    .map(({ stream, time, text }) => `${time ? `${time} ` : ''}${both && stream === 'stderr' ? '[stderr] ' : ''}${text}`)
    .join('\n');
}
