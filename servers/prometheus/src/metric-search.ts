import type { MetricIndex } from './client/index.ts';
import { typeOf } from './promql/lint.ts';
import { WordIndex } from './words/rank.ts';

/** A metric as it is searched. */
export interface MetricEntry {
  name: string;
  help: string;
  type: string | undefined;
  unit: string;
}

interface Searchable {
  entries: MetricEntry[];
  words: WordIndex<MetricEntry>;
}

/** An index lives for a minute; what is made of it lives as long. */
const made = new WeakMap<MetricIndex, Searchable>();

/** Series names, each with the metadata of its own or of the family that it belongs to (a histogram's _bucket, _sum, _count). */
export function searchable(index: MetricIndex): Searchable {
  const known = made.get(index);
  if (known !== undefined) return known;
  const { names, metadata } = index;
  const entries = names.map((name) => {
    const meta = metadata.get(name) ?? metadata.get(name.replace(/_(?:bucket|count|sum|total)$/, ''));
    return { name, help: meta?.help ?? '', unit: meta?.unit ?? '', type: typeOf(name, metadata) ?? meta?.type };
  });
  const fresh = { entries, words: new WordIndex(entries) };
  made.set(index, fresh);
  return fresh;
}
