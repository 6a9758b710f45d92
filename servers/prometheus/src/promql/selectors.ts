import { tokensOf, type Token } from './lexer.ts';

export interface LabelMatcher {
  name: string;
  operator: '=' | '!=' | '=~' | '!~';
  value: string;
}

/** A function or aggregation around a selector; `grouping` are the labels of by (…) or without (…). */
export interface Call {
  name: string;
  grouping?: { mode: 'by' | 'without'; labels: string[] };
}

/** One series selector of an expression. */
export interface Selector {
  metric: string | undefined;
  matchers: LabelMatcher[];
  /** The text between the brackets of a range or subquery that follows, e.g. `5m` or `1h:1m`. */
  range: string | undefined;
  /** What it stands in, innermost first. */
  inside: Call[];
}

const AGGREGATIONS = new Set([
  'sum',
  'min',
  'max',
  'avg',
  'group',
  'stddev',
  'stdvar',
  'count',
  'count_values',
  'bottomk',
  'topk',
  'quantile',
  'limitk',
  'limit_ratio',
]);
const WITH_LABELS = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);
const WORDS = new Set(['and', 'or', 'unless', 'atan2', 'bool', 'offset', 'inf', 'nan']);
const OPERATORS = new Set(['=', '!=', '=~', '!~']);

/** The selectors of an expression, in their order. What does not parse is skipped. */
export function selectorsOf(promql: string): Selector[] {
  return new Walk(tokensOf(promql)).run();
}

/** The metric names that an expression reads, without duplicates. */
export function metricsOf(promql: string): string[] {
  return [...new Set(selectorsOf(promql).flatMap(({ metric }) => metric ?? []))];
}

class Walk {
  readonly #tokens: Token[];
  #index = 0;
  readonly #open: (Call | undefined)[] = [];
  #closed: Call | undefined;
  readonly #found: Selector[] = [];

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  run(): Selector[] {
    while (this.#index < this.#tokens.length) this.#step();
    return this.#found;
  }

  #text(ahead = 0): string | undefined {
    const token = this.#tokens[this.#index + ahead];
    return token?.kind === 'string' ? undefined : token?.text;
  }

  #step(): void {
    const token = this.#tokens[this.#index]!;
    if (token.kind === 'identifier') return this.#identifier(token.text);
    this.#index += 1;
    if (token.kind !== 'punctuation') return;
    if (token.text === '(') this.#open.push(undefined);
    else if (token.text === ')') this.#closed = this.#open.pop();
    else if (token.text === '{') this.#selector(undefined, this.#matchers());
  }

  #identifier(name: string): void {
    const word = name.toLowerCase();
    const next = this.#text(1);
    this.#index += 1;
    if (WITH_LABELS.has(word) && (next === '(' || word.startsWith('group_'))) {
      const labels = next === '(' ? this.#labels() : [];
      // sum(…) by (…): the grouping belongs to the call that has just closed
      if ((word === 'by' || word === 'without') && this.#closed !== undefined) this.#closed.grouping = { mode: word, labels };
      return;
    }
    if (AGGREGATIONS.has(word) && (next === '(' || next === 'by' || next === 'without')) return this.#aggregation(word);
    if (next === '(') {
      this.#index += 1;
      this.#open.push({ name: word });
      return;
    }
    if (WORDS.has(word)) return;
    if (next === '{') {
      this.#index += 1;
      this.#selector(name, this.#matchers());
      return;
    }
    this.#selector(name, []);
  }

  #aggregation(name: string): void {
    const call: Call = { name };
    const word = this.#text();
    if (word === 'by' || word === 'without') {
      this.#index += 1;
      call.grouping = { mode: word, labels: this.#labels() };
    }
    if (this.#text() === '(') {
      this.#index += 1;
      this.#open.push(call);
    }
  }

  /** A list of labels in parentheses; stands at the opening one. */
  #labels(): string[] {
    const labels: string[] = [];
    if (this.#text() !== '(') return labels;
    for (this.#index += 1; this.#index < this.#tokens.length; this.#index += 1) {
      const { kind, text } = this.#tokens[this.#index]!;
      if (kind === 'punctuation' && text === ')') break;
      if (kind !== 'punctuation') labels.push(text);
    }
    this.#index += 1;
    return labels;
  }

  /** What stands in braces; the opening one is behind. A lone string is a metric name (Prometheus 3, UTF-8 names). */
  #matchers(): (LabelMatcher | string)[] {
    const found: (LabelMatcher | string)[] = [];
    while (this.#index < this.#tokens.length) {
      const token = this.#tokens[this.#index]!;
      this.#index += 1;
      if (token.kind === 'punctuation' && token.text === '}') break;
      if (token.kind === 'punctuation') continue;
      const operator = this.#text();
      const value = this.#tokens[this.#index + 1];
      if (operator !== undefined && OPERATORS.has(operator) && value !== undefined) {
        found.push({ name: token.text, operator: operator as LabelMatcher['operator'], value: value.text });
        this.#index += 2;
      } else if (token.kind === 'string') found.push(token.text);
    }
    return found;
  }

  #selector(name: string | undefined, inBraces: (LabelMatcher | string)[]): void {
    const matchers = inBraces.filter((one): one is LabelMatcher => typeof one !== 'string');
    const named = matchers.find((one) => one.name === '__name__' && one.operator === '=');
    const metric = name ?? inBraces.find((one) => typeof one === 'string') ?? named?.value;
    const inside = this.#open.filter((call): call is Call => call !== undefined).toReversed();
    this.#found.push({ metric, matchers: matchers.filter((one) => one !== named), range: this.#range(), inside });
  }

  #range(): string | undefined {
    if (this.#text() !== '[') return undefined;
    const parts: string[] = [];
    for (this.#index += 1; this.#index < this.#tokens.length; this.#index += 1) {
      const { text } = this.#tokens[this.#index]!;
      if (text === ']') break;
      parts.push(text);
    }
    this.#index += 1;
    return parts.join('');
  }
}

/** The selector as PromQL, without its range. */
export function selectorText({ metric, matchers }: Pick<Selector, 'metric' | 'matchers'>): string {
  const all = matchers.map(({ name, operator, value }) => `${name}${operator}${JSON.stringify(value)}`);
  const plain = metric !== undefined && /^[a-zA-Z_:][\w:]*$/.test(metric);
  const inBraces = metric === undefined || plain ? all : [JSON.stringify(metric), ...all];
  return `${plain ? metric : ''}${inBraces.length > 0 || !plain ? `{${inBraces.join(', ')}}` : ''}`;
}
