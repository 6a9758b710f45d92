import { binding } from './binding.ts';

/** What the addon exports for this file. */
export interface VotesAddon {
  readCsv(text: Uint8Array, columns: string[]): { names: string[]; rows: Uint32Array<ArrayBuffer> };
  withoutRepeats(rows: Uint32Array): Uint32Array<ArrayBuffer>;
}

const COLUMNS = ['item', 'worker', 'label'] as const;

/** One worker's label for one item. Several votes of one worker on one item all count. */
export interface Vote {
  readonly item: string;
  readonly worker: string;
  readonly label: string;
}

/** The different names of a column, numbered as they come. Each form of them is made when it is asked for. */
class Names {
  #json: string | undefined;
  #names: string[] | undefined;
  #places: Map<string, number> | undefined;

  /** @param json a JSON array, as names cross */
  constructor(json = '[]') {
    this.#json = json;
  }

  get names(): string[] {
    return (this.#names ??= JSON.parse(this.#json ?? '[]') as string[]);
  }

  place(name: string): number {
    const places = (this.#places ??= new Map(this.names.map((known, place) => [known, place])));
    let place = places.get(name);
    if (place === undefined) {
      place = this.names.push(name) - 1;
      places.set(name, place);
      this.#json = undefined;
    }
    return place;
  }

  json(): string {
    return (this.#json ??= JSON.stringify(this.names));
  }
}

/** Votes as the addon takes them. */
export interface Columns {
  readonly items: Names;
  readonly workers: Names;
  readonly labels: Names;
  readonly rows: Uint32Array;
}

/**
 * Votes that are gathered one by one, from a file or a stream: each name is kept once and a vote is three numbers, so that
 * a hundred thousand take a megabyte, where as many {@link Vote} objects take ten times that and their time to collect.
 */
export class VoteTable {
  #items = new Names();
  #workers = new Names();
  #labels = new Names();
  #rows = new Uint32Array(3 * 64);
  #end = 0;

  /**
   * The votes of a CSV text (RFC 4180; bytes are UTF-8) whose first line names its columns. What is white around a field
   * is dropped, and empty lines are passed over. Bad input throws an Error that says what is wrong.
   * @param named the columns of item, worker and label
   */
  static fromCsv(csv: string | Uint8Array, named: readonly [item: string, worker: string, label: string] = COLUMNS): VoteTable {
    const table = new VoteTable();
    const { names, rows } = read(csv, named);
    [table.#items, table.#workers, table.#labels] = names.map((json) => new Names(json)) as [Names, Names, Names];
    table.#rows = rows;
    table.#end = rows.length;
    return table;
  }

  /** How many votes it holds. */
  get size(): number {
    return this.#end / 3;
  }

  /** Adds a vote. */
  add(item: string, worker: string, label: string): void {
    if (this.#end === this.#rows.length) {
      const rows = new Uint32Array(2 * this.#end + 3 * 64);
      rows.set(this.#rows);
      this.#rows = rows;
    }
    this.#rows[this.#end] = this.#items.place(item);
    this.#rows[this.#end + 1] = this.#workers.place(worker);
    this.#rows[this.#end + 2] = this.#labels.place(label);
    this.#end += 3;
  }

  /** Drops every vote that was there before: the same label by the same worker for the same item. */
  dropRepeated(): void {
    this.#rows = binding().withoutRepeats(this.#rows.subarray(0, this.#end));
    this.#end = this.#rows.length;
  }

  /** What crosses to the addon. */
  columns(): Columns {
    return { items: this.#items, workers: this.#workers, labels: this.#labels, rows: this.#rows.subarray(0, this.#end) };
  }
}

/** Named columns of a CSV text. */
export interface CsvColumns {
  /** For each column its different fields, as they come. */
  readonly names: readonly (readonly string[])[];
  /** For each row the place of its field of each column among `names`. */
  readonly rows: Uint32Array;
}

/** Columns of a CSV text, by name: one walk through the text, each different field made once. It reads as {@link VoteTable.fromCsv} does. */
export function readColumns(csv: string | Uint8Array, named: readonly string[]): CsvColumns {
  const { names, rows } = read(csv, named);
  return { names: names.map((json) => JSON.parse(json) as string[]), rows };
}

function read(csv: string | Uint8Array, named: readonly string[]) {
  return binding().readCsv(typeof csv === 'string' ? Buffer.from(csv) : csv, [...named]);
}

/** Votes as they cross: each name once, and three numbers a vote, so that few strings have to be read twice. */
export function columns(votes: readonly Vote[] | VoteTable): Columns {
  if (votes instanceof VoteTable) return votes.columns();
  const table = new VoteTable();
  for (const vote of votes) {
    const { item, worker, label } = vote;
    if (typeof item !== 'string' || typeof worker !== 'string' || typeof label !== 'string') throw new Error(refusal(vote, table.size));
    table.add(item, worker, label);
  }
  return table.columns();
}

function refusal(vote: Vote, place: number): string {
  const wrong = COLUMNS.find((column) => typeof vote[column] !== 'string') ?? 'item';
  return wrong in vote ? `votes: \`${wrong}\` of vote ${place} is not a string` : `votes: missing field \`${wrong}\` in vote ${place}`;
}
