const NEWLINE = 0x0a;

/** Cuts a byte stream at newlines without copying more than it must. A line beyond the limit is an error: the peer is broken or hostile. */
export class LineReader {
  #parts: Buffer[] = [];
  #size = 0;
  readonly #limit: number;
  readonly #onLine: (line: Buffer) => void;

  constructor(limit: number, onLine: (line: Buffer) => void) {
    this.#limit = limit;
    this.#onLine = onLine;
  }

  /** False once a line is too long; then nothing more is read. */
  push(chunk: Buffer): boolean {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#keep(chunk.subarray(start, end));
      start = end + 1;
      this.#flush();
    }
    this.#keep(chunk.subarray(start));
    return this.#size <= this.#limit;
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return;
    this.#parts.push(part);
    this.#size += part.length;
  }

  #flush(): void {
    const line = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#size = 0;
    if (line.length > 0) this.#onLine(line);
  }
}
