export interface JsonProblem {
  /** 1-based. */
  line: number;
  /** 1-based, in UTF-16 units. */
  column: number;
  message: string;
}

export type JsonResult = { value: unknown } | { problem: JsonProblem };

const DEEPEST = 200;

class Unexpected extends Error {
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

/**
 * Parses strict JSON (RFC 8259) and says where it breaks without quoting what is there: JSON.parse's own message repeats the text around
 * the fault, which may be a secret. A member that is named twice in one object is a fault too.
 */
export function parseJsonText(text: string): JsonResult {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  try {
    new JsonScanner(source).document();
    return { value: JSON.parse(source) };
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error;
    const before = source.slice(0, error.at).split('\n');
    return { problem: { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, message: error.message } };
  }
}

class JsonScanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): void {
    this.#blank();
    this.#value(0);
    this.#blank();
    if (this.#at < this.#text.length) this.#fail('nothing may follow the closing bracket');
  }

  #fail(message: string, at = this.#at): never {
    throw new Unexpected(at, message);
  }

  #blank(): void {
    while (' \t\n\r'.includes(this.#text[this.#at] ?? 'x')) this.#at++;
    const two = this.#text.slice(this.#at, this.#at + 2);
    if (two === '//' || two === '/*' || two[0] === '#') this.#fail('comments are not JSON: remove it');
  }

  #value(depth: number): void {
    if (depth > DEEPEST) this.#fail('too deeply nested');
    const first = this.#text[this.#at];
    if (first === '{') return this.#object(depth);
    if (first === '[') return this.#array(depth);
    if (first === '"') return void this.#string();
    const rest = this.#text.slice(this.#at, this.#at + 400);
    const literal = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/.exec(rest)?.[0];
    if (literal === undefined) this.#fail(whyNoValue(first));
    this.#at += literal.length;
  }

  #object(depth: number): void {
    const seen = new Set<string>();
    this.#at++;
    this.#blank();
    if (this.#text[this.#at] === '}') return void this.#at++;
    for (;;) {
      const start = this.#at;
      if (this.#text[start] !== '"')
        this.#fail(this.#text[start] === '}' ? 'remove the comma before }' : 'expected a name in double quotes');
      const name = this.#string();
      if (seen.has(name)) this.#fail('this name appears twice in one object', start);
      if (name === '__proto__') this.#fail('this name is reserved', start);
      seen.add(name);
      this.#blank();
      if (this.#text[this.#at] !== ':') this.#fail('expected : after the name');
      this.#at++;
      this.#blank();
      this.#value(depth + 1);
      this.#blank();
      const next = this.#text[this.#at];
      if (next !== ',' && next !== '}') this.#fail('expected , or }');
      this.#at++;
      if (next === '}') return;
      this.#blank();
    }
  }

  #array(depth: number): void {
    this.#at++;
    this.#blank();
    if (this.#text[this.#at] === ']') return void this.#at++;
    for (;;) {
      if (this.#text[this.#at] === ']') this.#fail('remove the comma before ]');
      this.#value(depth + 1);
      this.#blank();
      const next = this.#text[this.#at];
      if (next !== ',' && next !== ']') this.#fail('expected , or ]');
      this.#at++;
      if (next === ']') return;
      this.#blank();
    }
  }

  #string(): string {
    const start = this.#at;
    for (let at = start + 1; at < this.#text.length; at++) {
      const unit = this.#text.charCodeAt(at);
      if (unit === 0x22) {
        this.#at = at + 1;
        return JSON.parse(this.#text.slice(start, at + 1)) as string;
      }
      if (unit < 0x20)
        this.#fail(
          unit === 0x0a || unit === 0x0d ? 'the text is not closed before the end of its line' : 'a control character must be escaped',
          at,
        );
      if (unit !== 0x5c) continue;
      const escape = /^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(this.#text.slice(at, at + 6))?.[0];
      if (escape === undefined) this.#fail('a backslash must be doubled (or begin an escape such as \\n)', at);
      at += escape.length - 1;
    }
    return this.#fail('the text is not closed', start);
  }
}

function whyNoValue(first: string | undefined): string {
  if (first === undefined) return 'the file ends too early';
  if (first === "'") return 'texts take double quotes';
  return 'expected a value (text in double quotes, number, true, false, null, { or [)';
}
