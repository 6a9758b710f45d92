/** What two texts differ in, as `diff -u` writes it, without the names of files. */
export interface TextDiff {
  text: string;
  added: number;
  removed: number;
}

type Edit = { mark: ' ' | '-' | '+'; line: string };

/** Lines kept around a change. */
const AROUND = 3;
/** Edits that are searched for the shortest way. Beyond it everything between the common ends counts as replaced. */
const MOST_EDITS = 1_000;

/** The lines that change from one text to the other (E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986). */
export function unifiedDiff(before: string, after: string): TextDiff {
  const [a, b] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const same = (lines: readonly string[]): Edit[] => lines.map((line) => ({ mark: ' ', line }));
  const edits = [
    ...same(a.slice(0, start)),
    ...between(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...same(a.slice(a.length - end)),
  ];
  return {
    text: hunks(edits),
    added: edits.filter(({ mark }) => mark === '+').length,
    removed: edits.filter(({ mark }) => mark === '-').length,
  };
}

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

function between(a: readonly string[], b: readonly string[]): Edit[] {
  const replaced = (): Edit[] => [...a.map((line): Edit => ({ mark: '-', line })), ...b.map((line): Edit => ({ mark: '+', line }))];
  if (a.length === 0 || b.length === 0) return replaced();
  const rounds = furthest(a, b);
  return rounds === undefined ? replaced() : wayBack(a, b, rounds);
}

/** How far each diagonal gets with each number of edits, until both ends are reached. */
function furthest(a: readonly string[], b: readonly string[]): Map<number, number>[] | undefined {
  const rounds: Map<number, number>[] = [];
  let reach = new Map([[1, 0]]);
  for (let edits = 0; edits <= Math.min(MOST_EDITS, a.length + b.length); edits += 1) {
    rounds.push(new Map(reach));
    const next = new Map(reach);
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = downward(next, diagonal, edits) ? at(next, diagonal + 1) : at(next, diagonal - 1) + 1;
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x += 1;
      next.set(diagonal, x);
      if (x >= a.length && x - diagonal >= b.length) return rounds;
    }
    reach = next;
  }
  return undefined;
}

const at = (reach: ReadonlyMap<number, number>, diagonal: number): number => reach.get(diagonal) ?? -1;

const downward = (reach: ReadonlyMap<number, number>, diagonal: number, edits: number): boolean =>
  diagonal === -edits || (diagonal !== edits && at(reach, diagonal - 1) < at(reach, diagonal + 1));

function wayBack(a: readonly string[], b: readonly string[], rounds: readonly ReadonlyMap<number, number>[]): Edit[] {
  const edits: Edit[] = [];
  let [x, y] = [a.length, b.length];
  for (let round = rounds.length - 1; round >= 0; round -= 1) {
    const reach = rounds[round] ?? new Map<number, number>();
    const diagonal = x - y;
    const from = downward(reach, diagonal, round) ? diagonal + 1 : diagonal - 1;
    const [fromX, fromY] = [at(reach, from), at(reach, from) - from];
    while (x > fromX && y > fromY && x > 0 && y > 0) {
      edits.push({ mark: ' ', line: a[--x] ?? '' });
      y -= 1;
    }
    if (round > 0) edits.push(x === fromX ? { mark: '+', line: b[--y] ?? '' } : { mark: '-', line: a[--x] ?? '' });
  }
  return edits.toReversed();
}

function hunks(edits: readonly Edit[]): string {
  const shown = new Set<number>();
  edits.forEach(({ mark }, index) => {
    if (mark !== ' ') for (let near = index - AROUND; near <= index + AROUND; near += 1) shown.add(near);
  });
  const out: string[] = [];
  let [from, to] = [1, 1];
  let open: { head: number; a: number; b: number; startA: number; startB: number } | undefined;
  const close = (): void => {
    if (open) out[open.head] = `@@ -${range(open.startA, open.a)} +${range(open.startB, open.b)} @@`;
    open = undefined;
  };
  edits.forEach(({ mark, line }, index) => {
    if (shown.has(index)) {
      if (open === undefined) {
        open = { head: out.length, a: 0, b: 0, startA: from, startB: to };
        out.push('');
      }
      out.push(`${mark}${line}`);
      if (mark !== '+') open.a += 1;
      if (mark !== '-') open.b += 1;
    } else close();
    if (mark !== '+') from += 1;
    if (mark !== '-') to += 1;
  });
  close();
  return out.join('\n');
}

const range = (start: number, length: number): string => `${length === 0 ? start - 1 : start}${length === 1 ? '' : `,${length}`}`;
