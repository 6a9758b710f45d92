const NEWLINE = 0x0a;

/** Cuts a byte stream at newlines without copying more than it must. A line beyond the limit is dropped: the peer is broken or hostile. */
export class LineReader {
  #parts: Buffer[] = [];
  #size = 0;
  readonly #limit: number;
  readonly #onLine: (line: Buffer) => void;

  constructor(limit: number, onLine: (line: Buffer) => void) {
    this.#limit = limit;
    this.#onLine = onLine;
  }

  /** False if a line in it is too long. Who reads on all the same gets the lines after that one. */
  push(chunk: Buffer): boolean {
    let fits = true;
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      fits = this.#keep(chunk.subarray(start, end)) && fits;
      start = end + 1;
      this.#flush();
    }
    return this.#keep(chunk.subarray(start)) && fits;
  }

  #keep(part: Buffer): boolean {
    this.#size += part.length;
    const fits = this.#size <= this.#limit;
    // nothing of a line that is given up is held
    if (!fits) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
    return fits;
  }

  #flush(): void {
    const line = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
    const fits = this.#size <= this.#limit;
    this.#parts = [];
    this.#size = 0;
    if (fits && line.length > 0) this.#onLine(line);
  }
}
