/** One worker's label for one item. Several votes of one worker on one item all count. */
export interface Vote {
  readonly item: string;
  readonly worker: string;
  readonly label: string;
}

/** The different names of a column, numbered as they come. */
class Names {
  readonly names: string[] = [];
  readonly #places = new Map<string, number>();

  place(name: string): number {
    let place = this.#places.get(name);
    if (place === undefined) {
      place = this.names.length;
      this.#places.set(name, place);
      this.names.push(name);
    }
    return place;
  }

  json(): string {
    return JSON.stringify(this.names);
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
  readonly #items = new Names();
  readonly #workers = new Names();
  readonly #labels = new Names();
  #rows = new Uint32Array(3 * 64);
  #end = 0;

  /** How many votes it holds. */
  get size(): number {
    return this.#end / 3;
  }

  /** Adds a vote. */
  add(item: string, worker: string, label: string): void {
    if (this.#end === this.#rows.length) {
      const rows = new Uint32Array(2 * this.#rows.length);
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
    const rows = this.#rows;
    const [workers, labels] = [this.#workers.names.length, this.#labels.names.length];
    const seen = new Set<number>();
    let end = 0;
    for (let at = 0; at < this.#end; at += 3) {
      const [item = 0, worker = 0, label = 0] = [rows[at], rows[at + 1], rows[at + 2]];
      seen.add((item * workers + worker) * labels + label);
      if (seen.size === end / 3) continue;
      rows[end] = item;
      rows[end + 1] = worker;
      rows[end + 2] = label;
      end += 3;
    }
    this.#end = end;
  }

  /** What crosses to the addon. */
  columns(): Columns {
    return { items: this.#items, workers: this.#workers, labels: this.#labels, rows: this.#rows.subarray(0, this.#end) };
  }
}

const COLUMNS = ['item', 'worker', 'label'] as const;

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
