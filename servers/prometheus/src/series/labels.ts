import type { Labels } from '../client/index.ts';

/** The labels that all have with the same value, and what is left of each. A single set has all its labels for itself. */
export function splitCommon(sets: readonly Labels[]): { common: Record<string, string>; rest: (labels: Labels) => Record<string, string> } {
  const common: Record<string, string> = {};
  const [first, ...others] = sets;
  if (first !== undefined && others.length > 0) {
    for (const [name, value] of Object.entries(first)) if (others.every((one) => one[name] === value)) common[name] = value;
  }
  return { common, rest: (labels) => Object.fromEntries(Object.entries(labels).filter(([name]) => common[name] === undefined)) };
}
