/**
 * The candidate that a mistyped word most likely meant, or undefined when none is near. Distance: optimal string alignment
 * (Damerau–Levenshtein with each part edited once), so that swapped neighbours count as one slip. Letter case, `-` and `_` do not count.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const target = fold(word);
  let best: string | undefined;
  let least = Math.max(1, Math.floor(target.length / 3)) + 1;
  for (const candidate of candidates) {
    const other = fold(candidate);
    if (Math.abs(other.length - target.length) >= least) continue;
    const distance = alignmentDistance(target, other);
    if (distance >= least) continue;
    least = distance;
    best = candidate;
  }
  return best;
}

// Long words are compared by their beginnings: the cost is quadratic and the words may come from a stranger.
const fold = (word: string) => word.slice(0, 64).toLowerCase().replace(/[-_]/g, '');

export function alignmentDistance(one: string, other: string): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    before = last;
    last = row;
  }
  return last[other.length] ?? 0;
}
