/** Edit distance with adjacent swaps (optimal string alignment), cut off above `limit`: only the diagonal band that can stay below is filled. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  const width = b.length + 1;
  let [before, previous, row] = [new Uint16Array(width), new Uint16Array(width), new Uint16Array(width)];
  for (let j = 0; j < width; j += 1) previous[j] = j;
  for (let i = 1; i <= a.length; i += 1) {
    const from = Math.max(1, i - limit);
    const to = Math.min(b.length, i + limit);
    row[from - 1] = from === 1 ? i : limit + 1;
    let best = limit + 1;
    for (let j = from; j <= to; j += 1) {
      const above = j < i + limit ? previous[j]! + 1 : limit + 1;
      let cost = Math.min(above, row[j - 1]! + 1, previous[j - 1]! + (a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1));
      const swapped = i > 1 && j > 1 && a.charCodeAt(i - 1) === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === b.charCodeAt(j - 1);
      if (swapped) cost = Math.min(cost, before[j - 2]! + 1);
      row[j] = cost;
      if (cost < best) best = cost;
    }
    if (best > limit) return limit + 1;
    [before, previous, row] = [previous, row, before];
  }
  return Math.min(previous[b.length]!, limit + 1);
}

/** Lower-case parts of a metric name or label value: `node_cpuSeconds:rate5m` → node, cpu, seconds, rate5m. */
export function wordsOf(text: string): string[] {
  return text
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .filter((word) => word !== '');
}

/** More edits than this are another name. */
const MOST_EDITS = 4;
const ENOUGH_SHARED = 0.6;

/** Up to `count` names close to `wanted`, best first; only plausible ones: few edits, or most words shared. */
export function nearestNames(wanted: string, names: readonly string[], count: number): string[] {
  const target = wanted.toLowerCase();
  const words = new Set(wordsOf(wanted));
  const limit = Math.min(MOST_EDITS, Math.max(1, Math.floor(target.length / 4)));
  const scored: { name: string; score: number }[] = [];
  for (const name of names) {
    const score = nearness(name, target, words, limit);
    if (score > 0) scored.push({ name, score });
  }
  scored.sort((a, b) => b.score - a.score || a.name.length - b.name.length || (a.name < b.name ? -1 : 1));
  return scored.slice(0, count).map(({ name }) => name);
}

function nearness(name: string, target: string, words: ReadonlySet<string>, limit: number): number {
  const candidate = name.toLowerCase();
  const distance = editDistance(target, candidate, limit);
  const closeness = distance <= limit ? 1 - distance / (target.length + 1) : 0;
  const begins = target.length > 3 && candidate.length > 3 && (candidate.startsWith(target) || target.startsWith(candidate)) ? 0.7 : 0;
  return Math.max(closeness, begins, overlap(name, candidate, words));
}

/** How many words two names share, by the coefficient of Dice; 0 below what counts. */
function overlap(name: string, candidate: string, words: ReadonlySet<string>): number {
  // taking a name apart is dear: first see whether it can hold enough of the words at all
  let possible = 0;
  for (const word of words) if (candidate.includes(word)) possible += 1;
  if (possible === 0 || (2 * possible) / (words.size + 1) < ENOUGH_SHARED / 2) return 0;
  const own = wordsOf(name);
  const shared = own.filter((word) => words.has(word)).length;
  const dice = (2 * shared) / (own.length + words.size);
  return dice >= ENOUGH_SHARED ? dice * 0.9 : 0;
}
