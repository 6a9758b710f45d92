/** A line of a container's output, with its time. */
export interface LogLine {
  source: string;
  /** RFC 3339 with up to nanoseconds, as the kubelet wrote it; '' where it wrote none. */
  time: string;
  text: string;
}

export const LONGEST_LINE = 4_000;
/** What of one line is held while its end has not come. */
const LONGEST_HELD = 64 * LONGEST_LINE;

/** Bytes into whole lines. */
export class LineSplitter {
  readonly #decoder = new TextDecoder();
  #open = '';

  push(bytes: Uint8Array): string[] {
    const lines = (this.#open + this.#decoder.decode(bytes, { stream: true })).split('\n');
    this.#open = (lines.pop() ?? '').slice(0, LONGEST_HELD);
    return lines;
  }

  end(): string[] {
    const rest = this.#open + this.#decoder.decode();
    this.#open = '';
    return rest === '' ? [] : [rest];
  }
}

const TIMED = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})) ?/;

/** A line that the kubelet was asked to begin with its time. */
export function timedLine(source: string, raw: string): LogLine {
  const [whole = '', time = ''] = TIMED.exec(raw) ?? [];
  return { source, time, text: raw.slice(whole.length).replace(/\r+$/, '') };
}

/** Milliseconds, and the part below them: nodes write their own time zones and as many digits as they like. */
export function momentOf(time: string): [ms: number, rest: number] {
  const fraction = (/\.(\d+)/.exec(time)?.[1] ?? '').padEnd(9, '0').slice(0, 9);
  return [Date.parse(time), Number(fraction.slice(3))];
}

/** Lines of several sources in the order of their times; those of one source keep theirs. */
export function mergeByTime(sources: readonly (readonly LogLine[])[]): LogLine[] {
  const keyed = sources.flatMap((lines) => {
    let last: [number, number] = [0, 0];
    return lines.map((line) => {
      // a line without a time belongs to the one before it
      const at = momentOf(line.time);
      if (!Number.isNaN(at[0])) last = at;
      return { line, at: last };
    });
  });
  return keyed.toSorted((a, b) => a.at[0] - b.at[0] || a.at[1] - b.at[1]).map(({ line }) => line);
}

/** Keeps the last lines, and of them the last bytes: memory stays bounded however much comes. */
export class LastLines {
  readonly #lines: number;
  readonly #bytes: number;
  #kept: LogLine[] = [];
  #size = 0;
  dropped = 0;

  constructor(limits: { lines: number; bytes: number }) {
    this.#lines = limits.lines;
    this.#bytes = limits.bytes;
  }

  add(line: LogLine): void {
    const { text } = line;
    const shown = text.length > LONGEST_LINE ? { ...line, text: `${text.slice(0, LONGEST_LINE)}… (${text.length} characters)` } : line;
    this.#kept.push(shown);
    this.#size += shown.text.length + 1;
    // in larger steps, since taking from the front moves everything
    if (this.#kept.length > 2 * this.#lines || this.#size > 2 * this.#bytes) this.#trim();
  }

  get lines(): readonly LogLine[] {
    this.#trim();
    return this.#kept;
  }

  #trim(): void {
    let from = Math.max(0, this.#kept.length - this.#lines);
    let size = 0;
    for (let at = this.#kept.length - 1; at >= from; at -= 1) {
      size += (this.#kept[at]?.text.length ?? 0) + 1;
      if (size > this.#bytes) from = at + 1;
    }
    // one line is always kept, or a long one would hide itself
    from = Math.min(from, Math.max(0, this.#kept.length - 1));
    this.dropped += from;
    this.#kept = this.#kept.slice(from);
    this.#size = this.#kept.reduce((sum, { text }) => sum + text.length + 1, 0);
  }
}
