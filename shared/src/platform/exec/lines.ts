/** Cuts a byte stream into lines at LF (a CR before it goes too). A line longer than `maxBytes` is cut there and its rest dropped. */
export class LineCutter {
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #length = 0;
  #overlong = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that this chunk completes. */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      this.#keep(chunk.subarray(from, at));
      lines.push(this.#take());
      from = at + 1;
    }
    this.#keep(chunk.subarray(from));
    return lines;
  }

  /** The last line, when the stream ended without a line feed. */
  end(): string[] {
    return this.#length === 0 ? [] : [this.#take()];
  }

  #keep(part: Buffer): void {
    const room = this.#maxBytes - this.#length;
    if (part.length > room) this.#overlong = true;
    const kept = part.length > room ? part.subarray(0, room) : part;
    if (kept.length === 0) return;
    this.#parts.push(kept);
    this.#length += kept.length;
  }

  #take(): string {
    const bytes = Buffer.concat(this.#parts);
    const line = this.#overlong ? wholeCharacters(bytes).toString('utf8') : bytes.toString('utf8').replace(/\r$/, '');
    this.#parts = [];
    this.#length = 0;
    this.#overlong = false;
    return line;
  }
}

/** The bytes without a UTF-8 sequence that was cut off at their end. */
export function wholeCharacters(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}
