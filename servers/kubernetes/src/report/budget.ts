/** Tokens are counted as four bytes each, the usual rule of thumb for English and code. */
export const TOKEN_BYTES = 4;
export const MOST_TOKENS = 25_000;
/** For the words around the data, the boundary that fences it, and a cursor that stands in both halves. */
const AROUND = 800;

/**
 * Bytes for the data of an answer of so many tokens. Half of it: a result carries its data as text, for the model, and as
 * structured content, for programs, and some clients show both to the model.
 */
export function bytesFor(tokens: number): number {
  return Math.max(160, Math.floor((tokens * TOKEN_BYTES - AROUND) / 2));
}

/** Bytes as text or as JSON; none of what JSON leaves out. */
export const sizeOf = (value: unknown): number => Buffer.byteLength(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

export interface Fit<T> {
  items: T[];
  /** How many of the first items were left out at the end. */
  left: number;
}

/** The first items whose sizes together are within `bytes`; at least one, so that a cursor always moves on. */
export function fit<T>(items: readonly T[], bytes: number, size: (item: T) => number = sizeOf): Fit<T> {
  let used = 0;
  let taken = 0;
  for (const item of items) {
    used += size(item) + 1;
    if (used > bytes && taken > 0) break;
    taken += 1;
  }
  return { items: items.slice(0, taken), left: items.length - taken };
}

/** A text cut at the end of a line within `bytes`; says how much was left out. */
export function cutText(text: string, bytes: number): { text: string; cut: number } {
  const all = Buffer.byteLength(text);
  if (all <= bytes) return { text, cut: 0 };
  const head = Buffer.from(text)
    .subarray(0, bytes)
    .toString('utf8')
    .replace(/\uFFFD$/, '');
  const end = head.lastIndexOf('\n');
  const kept = end > bytes / 2 ? head.slice(0, end) : head;
  return { text: kept, cut: all - Buffer.byteLength(kept) };
}

/** What a text takes inside a JSON string: line breaks and quotes count twice. */
export const sizeInJson = (text: string): number => Buffer.byteLength(JSON.stringify(text)) - 2;

/** The last lines that together are within `bytes`; says how many of the first were left out. */
export function cutStart(lines: readonly string[], bytes: number): { text: string; cut: number } {
  const { items, left } = fit(lines.toReversed(), bytes, (line) => sizeInJson(line) + 1);
  return { text: items.toReversed().join('\n'), cut: left };
}
