import { guardValue, isSecretVariable, maskText } from '@deployment-engine/shared/platform';
import type { SecretMarks } from '../report/secret-marks.ts';

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields => value !== null && typeof value === 'object' && !Array.isArray(value);

/** The values a release runs with: those of the chart with the release's own over them; null takes a value away (helm.sh, "Values Files"). */
export function mergeValues(chart: Fields, own: Fields): Fields {
  const merged = new Map(Object.entries(chart));
  for (const [name, value] of Object.entries(own)) {
    const below = merged.get(name);
    if (value === null) merged.delete(name);
    else merged.set(name, isFields(value) && isFields(below) ? mergeValues(below, value) : value);
  }
  return Object.fromEntries(merged);
}

/** Where no value says more than that a thing is on or off. */
const isPlain = (value: unknown): boolean => value === null || typeof value === 'boolean' || value === '';

/**
 * The secrets among values, by the names of their keys and by the guard's patterns. Below a key that says secret (`auth`, `credentials`)
 * every text is one.
 */
export function secretsIn(value: unknown, isSecret = false, depth = 0): string[] {
  if (depth > 100) return [];
  if (Array.isArray(value)) return value.flatMap((one) => secretsIn(asPair(one) ?? one, isSecret, depth + 1));
  if (isFields(value)) return Object.entries(value).flatMap(([name, one]) => secretsIn(one, isSecret || isSecretVariable(name), depth + 1));
  if (typeof value === 'string' && value !== '') return isSecret || guardValue(value) !== value ? [value] : [];
  return typeof value === 'number' && isSecret ? [String(value)] : [];
}

/** Values as they may leave: what {@link secretsIn} finds is masked, URLs lose their passwords. */
export function maskValues(value: unknown, marks: SecretMarks, isSecret = false, depth = 0): unknown {
  if (depth > 100) return '[too deep]';
  if (Array.isArray(value)) {
    return value.map((one) => {
      const pair = asPair(one);
      if (pair === undefined) return maskValues(one, marks, isSecret, depth + 1);
      return { ...(one as Fields), value: Object.values(maskValues(pair, marks, isSecret, depth + 1) as Fields)[0] };
    });
  }
  if (isFields(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [name, maskValues(one, marks, isSecret || isSecretVariable(name), depth + 1)]),
    );
  }
  if (isPlain(value)) return value;
  if (isSecret) return marks.mark(String(value));
  if (typeof value !== 'string') return value;
  return guardValue(value) === value ? maskText(value) : marks.mark(value);
}

/** `{ name: DB_PASSWORD, value: x }`, as environments are written, is the pair that it means. */
function asPair(value: unknown): Fields | undefined {
  if (!isFields(value) || typeof value['name'] !== 'string' || !('value' in value)) return undefined;
  return { [value['name']]: value['value'] };
}
