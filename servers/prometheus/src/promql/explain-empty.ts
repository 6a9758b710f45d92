import type { Source } from '../client/index.ts';
import { nearestNames } from '../words/nearest.ts';
import { oneLine } from '../words/text.ts';
import { type LabelMatcher, type Selector, selectorsOf, selectorText } from './selectors.ts';

const SELECTORS = 3;
const MATCHERS = 4;
const VALUES = 6;
const TIME_LIMIT_MS = 5_000;

const shown = (values: readonly string[]): string => values.map((value) => JSON.stringify(oneLine(value, 80))).join(', ');

/**
 * Why an expression found nothing: names that do not exist, with the nearest ones; labels and values that the metric does not have.
 * Looks only at what exists now or in the given span. Best effort: an empty list when the source does not tell.
 */
export async function explainEmpty(
  source: Source,
  promql: string,
  span: { start: number; end: number },
  signal: AbortSignal,
): Promise<string[]> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(TIME_LIMIT_MS)]);
  try {
    const { names, complete } = await source.metrics(bounded);
    const known = new Set(names);
    const hints: string[] = [];
    for (const selector of selectorsOf(promql).slice(0, SELECTORS)) {
      const { metric } = selector;
      if (metric === undefined) continue;
      if (known.has(metric)) hints.push(...(await explainSelector(source, selector, metric, span, bounded)));
      else if (complete) hints.push(unknownMetric(metric, names));
    }
    return [...new Set(hints)];
  } catch {
    // the query itself has succeeded: what would only explain it must not fail it
    signal.throwIfAborted();
    return [];
  }
}

/** In one sentence, with the nearest names. */
export function unknownMetric(metric: string, names: readonly string[]): string {
  const near = nearestNames(metric, names, 5);
  return `There is no metric ${oneLine(metric, 120)} now.${near.length > 0 ? ` Did you mean: ${near.join(', ')}?` : ' metric_search finds names by words.'}`;
}

async function explainSelector(
  source: Source,
  { matchers }: Selector,
  metric: string,
  span: { start: number; end: number },
  signal: AbortSignal,
): Promise<string[]> {
  const selection = { match: [selectorText({ metric, matchers: [] })], ...span };
  const wanted = matchers.filter(({ operator, value }) => operator === '=' && value !== '').slice(0, MATCHERS);
  if (wanted.length === 0 && matchers.length === 0) return [`${metric} is known, but has no samples in the time looked at.`];
  const found = await Promise.all(
    wanted.map(async ({ name }) => (await source.api.labelValues(name, { ...selection, limit: 5_000 }, { signal })).data),
  );
  const wrong = wanted
    .map((matcher, index) => ({ matcher, values: found[index]! }))
    .filter(({ matcher, values }) => !values.includes(matcher.value));
  if (wrong.length === 0)
    return [`${metric} is known, but no series of it matches all of its label conditions, or has samples in the time looked at.`];
  const missing = wrong.some(({ values }) => values.length === 0);
  const labels = missing ? (await source.api.labelNames(selection, { signal })).data.filter((name) => name !== '__name__') : [];
  return wrong.map(({ matcher, values }) => wrongMatcher(metric, matcher, values, labels));
}

function wrongMatcher(metric: string, { name, value }: LabelMatcher, values: readonly string[], labels: readonly string[]): string {
  if (values.length === 0) {
    if (labels.length === 0) return `${metric} has no samples in the time looked at.`;
    const near = nearestNames(name, labels, 3);
    const guess = near.length > 0 ? ` Did you mean ${near.join(', ')}?` : '';
    return `${metric} has no label ${name}.${guess} Its labels: ${labels.slice(0, 20).join(', ')}.`;
  }
  const near = nearestNames(value, values, VALUES);
  const rest = values.length <= VALUES ? values : near;
  const list =
    rest.length > 0
      ? ` ${values.length <= VALUES ? 'Its values' : 'Near values'}: ${shown(rest)}.`
      : ` It has ${values.length} values; label_values lists them.`;
  return `No series of ${metric} has ${name}=${JSON.stringify(oneLine(value, 80))}.${list}`;
}
