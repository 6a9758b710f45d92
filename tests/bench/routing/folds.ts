// Cross-validation: each request is answered once, by an index that learned from past requests of the other folds.
import { UsageError, percentile, rounded, writeJsonLines } from '../command.ts';
import { type Catalogue, found, type QueryLine, summaryOf } from './catalogue.ts';

/** The numbers below `count` in an order that looks drawn and is always the same. */
function shuffled(count: number): number[] {
  let state = 0x9e37_79b9;
  const order = Array.from({ length: count }, (_, at) => at);
  for (let at = count - 1; at > 0; at -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (at + 1));
    [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
  }
  return order;
}

/** The first `past` requests a tool, in the given order. */
function pastCalls(queries: readonly QueryLine[], past: number): { calls: QueryLine[]; counts: Map<string, number> } {
  const counts = new Map<string, number>();
  const calls = queries.flatMap(({ query, relevant }) => {
    const open = relevant.filter((name) => (counts.get(name) ?? 0) < past);
    for (const name of open) counts.set(name, (counts.get(name) ?? 0) + 1);
    return open.length === 0 ? [] : [{ query, relevant: open }];
  });
  return { calls, counts };
}

export function crossValidate(catalogue: Catalogue, queries: readonly QueryLine[], folds: number, past: number, out: string | undefined) {
  if (!Number.isInteger(folds) || folds < 2) throw new UsageError('--folds: a whole number, 2 or more');
  if (!Number.isInteger(past) || past < 0) throw new UsageError('--past: a whole number, 0 or more');
  const order = shuffled(queries.length);
  const rankings: string[][] = Array.from({ length: queries.length }, () => []);
  const wanted = new Set(queries.flatMap(({ relevant }) => relevant));
  const firsts: number[] = [];
  let learned = 0;
  let fewer = 0;
  for (let fold = 0; fold < folds; fold += 1) {
    const mine = order.filter((_, place) => place % folds === fold);
    const others = order.filter((_, place) => place % folds !== fold).flatMap((at) => queries[at] ?? []);
    const index = catalogue.index();
    const { calls, counts } = pastCalls(others, past);
    for (const call of calls) learned += catalogue.learn(index, call);
    for (const name of wanted) fewer += (counts.get(name) ?? 0) < past ? 1 : 0;
    // The code that predicts gets the questions alone.
    for (const at of mine) rankings[at] = found(index, queries[at]?.query ?? '');
    firsts.push(
      summaryOf(
        mine.flatMap((at) => queries[at] ?? []),
        mine.map((at) => rankings[at] ?? []),
      )['recall@1'] ?? 0,
    );
  }
  writeJsonLines(
    out,
    rankings.map((ranked, at) => ({ query: queries[at]?.query, ranked })),
  );
  return {
    folds,
    past,
    queries: queries.length,
    tools_asked_for: wanted.size,
    learned_per_fold: rounded(learned / folds),
    learned_per_tool: rounded(learned / folds / Math.max(1, wanted.size)),
    tools_with_fewer_than_past: rounded(fewer / folds),
    ...summaryOf(queries, rankings),
    'recall@1_least_fold': percentile(firsts, 0),
    'recall@1_greatest_fold': percentile(firsts, 100),
  };
}
