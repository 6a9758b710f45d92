/** Edit distance with adjacent swaps (optimal string alignment), cut off above `limit`. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    let best = i;
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
      if (cost < best) best = cost;
    }
    if (best > limit) return limit + 1;
    before = previous;
    previous = row;
  }
  return previous[b.length]!;
}

/** Lower-case parts of a metric name or label value: `node_cpuSeconds:rate5m` → node, cpu, seconds, rate5m. */
export function wordsOf(text: string): string[] {
  return text
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .filter((word) => word !== '');
}

/** Up to `count` names close to `wanted`, best first; only plausible ones: few edits, or most words shared. */
export function nearestNames(wanted: string, names: readonly string[], count: number): string[] {
  const target = wanted.toLowerCase();
  const words = new Set(wordsOf(wanted));
  const limit = Math.max(1, Math.floor(target.length / 4));
  const scored: { name: string; score: number }[] = [];
  for (const name of names) {
    const candidate = name.toLowerCase();
    const distance = editDistance(target, candidate, limit);
    const closeness = distance <= limit ? 1 - distance / (target.length + 1) : 0;
    const own = wordsOf(name);
    const shared = own.filter((word) => words.has(word)).length;
    const overlap = (2 * shared) / (own.length + words.size || 1);
    const prefix = candidate.startsWith(target) || target.startsWith(candidate) ? 0.7 : 0;
    const score = Math.max(closeness, overlap >= 0.6 ? overlap * 0.9 : 0, target.length > 3 && candidate.length > 3 ? prefix : 0);
    if (score > 0) scored.push({ name, score });
  }
  scored.sort((a, b) => b.score - a.score || a.name.length - b.name.length || (a.name < b.name ? -1 : 1));
  return scored.slice(0, count).map(({ name }) => name);
}
