import { sizeInJson } from '../report/budget.ts';

/** Raw bytes that are held of each end of an output: more than any answer shows, so that what is taken out of it is seen whole. */
const HELD = 128 * 1024;

/** An output's beginning and end: a program may print for hours, and both its first complaint and its last word count. */
export class HeadTail {
  readonly #head: Buffer[] = [];
  #headSize = 0;
  #tail: Buffer[] = [];
  #tailSize = 0;
  #all = 0;

  add(bytes: Buffer): void {
    this.#all += bytes.length;
    const first = bytes.subarray(0, HELD - this.#headSize);
    if (first.length > 0) {
      // a copy: the network's buffer is larger than the piece
      this.#head.push(Buffer.from(first));
      this.#headSize += first.length;
    }
    const rest = bytes.subarray(first.length);
    if (rest.length === 0) return;
    this.#tail.push(Buffer.from(rest));
    this.#tailSize += rest.length;
    if (this.#tailSize <= 2 * HELD) return;
    this.#tail = [Buffer.concat(this.#tail).subarray(-HELD)];
    this.#tailSize = HELD;
  }

  /** The text within `bytes` as JSON, a line in its middle saying what is left out; `clean` sees it before it is cut. */
  text(bytes: number, clean: (text: string) => string): string {
    const [head, tail] = [Buffer.concat(this.#head), Buffer.concat(this.#tail)];
    const whole = this.#all === head.length + tail.length ? clean(Buffer.concat([head, tail]).toString('utf8')) : undefined;
    if (whole !== undefined && sizeInJson(whole) <= bytes) return whole;
    const [first, last] = [whole ?? clean(head.toString('utf8')), whole ?? clean(tail.toString('utf8'))];
    for (let room = bytes; ; room *= 0.8) {
      const text = joined(firstBytes(first, room / 2), lastBytes(last, room / 2), this.#all);
      if (sizeInJson(text) <= bytes || room < 40) return text;
    }
  }
}

function joined(head: string, tail: string, all: number): string {
  const cut = Math.max(1, all - Buffer.byteLength(head) - Buffer.byteLength(tail));
  return `${head}\n… ${cut} bytes left out …\n${tail}`;
}

/** Cut at a line's end where one is near. */
function firstBytes(text: string, bytes: number): string {
  const part = Buffer.from(text)
    .subarray(0, Math.floor(bytes))
    .toString('utf8')
    .replace(/\uFFFD$/, '');
  const end = part.lastIndexOf('\n');
  return end > part.length / 2 ? part.slice(0, end) : part;
}

function lastBytes(text: string, bytes: number): string {
  const all = Buffer.from(text);
  const part = all
    .subarray(Math.max(0, all.length - Math.floor(bytes)))
    .toString('utf8')
    .replace(/^\uFFFD+/, '');
  const begin = part.indexOf('\n');
  return begin !== -1 && begin < part.length / 2 ? part.slice(begin + 1) : part;
}
