import { isDeepStrictEqual } from 'node:util';

/** A place where two values differ; a side that has nothing there is undefined. */
export interface FieldDifference {
  path: string;
  left?: string;
  right?: string;
}

const LONGEST = 120;
/** Where values are longer, how much of what they share is shown before they part. */
const BEFORE = 20;

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields => value !== null && typeof value === 'object' && !Array.isArray(value);

/** Containers, ports, volumes, variables: lists whose items are told apart by name, so that their order does not count. */
function byName(list: readonly unknown[]): Fields | undefined {
  const names = list.map((one) => (isFields(one) && typeof one['name'] === 'string' ? one['name'] : undefined));
  if (names.length === 0 || names.includes(undefined) || new Set(names).size < names.length) return undefined;
  return Object.fromEntries(list.map((one, at) => [names[at] ?? '', one]));
}

const step = (key: string): string => (/^[A-Za-z_][\w-]*$/.test(key) ? `.${key}` : `['${key}']`);

/** Every place where two values differ, in the order of their names. */
export function fieldDifferences(left: unknown, right: unknown, path = ''): FieldDifference[] {
  if (isDeepStrictEqual(left, right)) return [];
  if (isFields(left) && isFields(right)) return ofKeys(left, right, (key) => `${path}${step(key)}`);
  if (Array.isArray(left) && Array.isArray(right)) {
    const [named, other] = [byName(left), byName(right)];
    if (named !== undefined && other !== undefined) {
      const found = ofKeys(named, other, (key) => `${path}[${key}]`);
      if (found.length > 0) return found;
    } else if (left.some(isFields) && right.some(isFields)) {
      return Array.from({ length: Math.max(left.length, right.length) }, (_, at) =>
        fieldDifferences(left[at], right[at], `${path}[${at}]`),
      ).flat();
    }
  }
  const [a, b] = excerpts(textOf(left), textOf(right));
  return [{ path: path || '.', ...(a === undefined ? {} : { left: a }), ...(b === undefined ? {} : { right: b }) }];
}

function ofKeys(left: Fields, right: Fields, pathOf: (key: string) => string): FieldDifference[] {
  return [...new Set([...Object.keys(left), ...Object.keys(right)])]
    .toSorted()
    .flatMap((key) => fieldDifferences(left[key], right[key], pathOf(key)));
}

const textOf = (value: unknown): string | undefined =>
  value === undefined ? undefined : typeof value === 'string' ? value : JSON.stringify(value);

/** Both cut to where they begin to differ. */
function excerpts(left: string | undefined, right: string | undefined): [string | undefined, string | undefined] {
  let at = 0;
  if (left !== undefined && right !== undefined) while (at < left.length && left[at] === right[at]) at += 1;
  const from = Math.max(left?.length ?? 0, right?.length ?? 0) <= LONGEST ? 0 : Math.max(0, at - BEFORE);
  const cut = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : `${from > 0 ? '…' : ''}${text.slice(from, from + LONGEST)}${text.length > from + LONGEST ? '…' : ''}`;
  return [cut(left), cut(right)];
}

/** Without a colon after the path: `password: …` is what a guard against secrets looks for, and would mask a second time. */
export const differenceText = ({ path, left, right }: FieldDifference): string =>
  `${path} ${left === undefined ? '(nothing)' : JSON.stringify(left)} → ${right === undefined ? '(nothing)' : JSON.stringify(right)}`;
