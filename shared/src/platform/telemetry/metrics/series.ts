/** Label values by name; a label left out is the empty string, which Prometheus takes for absent. */
export type LabelValues<L extends string> = Readonly<Partial<Record<L, string | number | boolean>>>;

export type Pairs = readonly (readonly [string, string])[];

const MAX_VALUE = 128;
const OTHER = 'other';
const SEPARATOR = '\u0000';

/** Bounded, and free of the character that separates values in a key. */
const labelText = (value: string | number | boolean | undefined): string =>
  String(value ?? '')
    .slice(0, MAX_VALUE)
    .replaceAll(SEPARATOR, '\ufffd');

interface Entry<S> {
  labels: Pairs;
  state: S;
}

/**
 * The series of one metric, by label values, in bounded number. Once full, values not seen before share one series whose labels all read
 * `other`: totals stay right, and nobody who chooses a label value can make the process grow.
 */
export class Series<L extends string, S> {
  readonly #entries = new Map<string, Entry<S>>();
  readonly #labels: readonly L[];
  readonly #max: number;
  readonly #create: () => S;

  constructor(labels: readonly L[], max: number, create: () => S) {
    this.#labels = labels;
    this.#max = max;
    this.#create = create;
    // A metric without labels is there from the start, so that a rate over it has a first point.
    if (labels.length === 0) this.of();
  }

  of(values?: LabelValues<L>): S {
    const texts = this.#labels.map((label) => labelText(values?.[label]));
    const entry = this.#entries.get(texts.join(SEPARATOR));
    if (entry !== undefined) return entry.state;
    // One place is kept for the series that takes the rest.
    const isFull = this.#labels.length > 0 && this.#entries.size >= this.#max - 1;
    return this.#add(isFull ? texts.map(() => OTHER) : texts);
  }

  #add(texts: readonly string[]): S {
    const key = texts.join(SEPARATOR);
    const known = this.#entries.get(key);
    if (known !== undefined) return known.state;
    const state = this.#create();
    this.#entries.set(key, { labels: this.#labels.map((label, index) => [label, texts[index] ?? ''] as const), state });
    return state;
  }

  entries(): Iterable<Entry<S>> {
    return this.#entries.values();
  }
}
