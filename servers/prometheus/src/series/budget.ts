/** What one answer may cost, in tokens of about four bytes. */
export const DEFAULT_TOKENS = 4_000;
export const MAX_TOKENS = 25_000;
const BYTES_PER_TOKEN = 4;

/** Tokens of a value as JSON. */
export function tokensOf(value: unknown): number {
  return Math.ceil(Buffer.byteLength(JSON.stringify(value) ?? '') / BYTES_PER_TOKEN);
}

/** The first rows that fit into a budget; at least one, so that an answer is never empty for size alone. */
export function fit<T>(rows: readonly T[], tokens: number): T[] {
  let left = tokens;
  const kept: T[] = [];
  for (const row of rows) {
    left -= tokensOf(row) + 1;
    if (left < 0 && kept.length > 0) break;
    kept.push(row);
  }
  return kept;
}
