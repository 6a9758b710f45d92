import type { Sources } from '../client/index.ts';
import { searchable } from '../metric-search.ts';

const MOST = 100;

/** Those that begin so, then those that hold it. */
export function beginning(names: readonly string[], typed: string): string[] {
  const part = typed.toLowerCase();
  const first = names.filter((name) => name.toLowerCase().startsWith(part));
  const others = part === '' ? [] : names.filter((name) => !name.toLowerCase().startsWith(part) && name.toLowerCase().includes(part));
  return [...first, ...others].slice(0, MOST);
}

/** Metric names of a source for what has been typed; by words if no name holds it. */
export async function metricNames(sources: Sources, source: string | undefined, typed: string, signal: AbortSignal): Promise<string[]> {
  const index = await sources.get(source).metrics(signal);
  const found = beginning(index.names, typed);
  if (found.length > 0) return found;
  return searchable(index)
    .words.rank(typed)
    .slice(0, MOST)
    .map(({ name }) => name);
}
