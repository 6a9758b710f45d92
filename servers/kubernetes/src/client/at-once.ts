/** Enough to keep an API server busy, and too few to be pushed back by its fairness. */
const AT_ONCE = 8;

/** Runs so many at once; the results in the order of the items. The first failure ends it: nothing more is begun. */
export async function eachOf<T, R>(items: readonly T[], run: (item: T) => Promise<R>, width = AT_ONCE): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    try {
      for (let at = next++; at < items.length; at = next++) results[at] = await run(items[at] as T);
    } catch (error) {
      next = items.length;
      throw error;
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, work));
  return results;
}
