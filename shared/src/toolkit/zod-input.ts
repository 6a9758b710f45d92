import { type z } from 'zod';
import { ToolError } from '../contracts/index.ts';
import { nearest } from '../platform/config/index.ts';
import { clipped } from './errors.ts';

/** Parses a call's arguments; throws `invalid_input` that names every problem by its path, and the nearest name for an unknown one. */
export function parseInput(schema: z.ZodObject, args: unknown): unknown {
  const parsed = schema.safeParse(args, { reportInput: false });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, MOST_PROBLEMS)
    .flatMap((issue) => problemsOf(issue, schema))
    .slice(0, MOST_PROBLEMS);
  const names = Object.keys(schema.shape);
  // a value of the wrong form is no question of names
  const misnamed = parsed.error.issues.some(
    ({ code, path: [name, ...deeper] }) => code === 'unrecognized_keys' || (deeper.length === 0 && !hasOwn(args, name)),
  );
  throw new ToolError('invalid_input', problems.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; '), {
    hint:
      names.length === 0 ? 'This tool takes no arguments.' : misnamed ? `Arguments: ${names.join(', ')}.` : 'Correct it and call again.',
    details: { problems },
  });
}

const hasOwn = (args: unknown, name: PropertyKey | undefined): boolean =>
  name !== undefined && args !== null && typeof args === 'object' && Object.hasOwn(args, name);

/** A caller mends a few at a time, and a hostile one must not make us word thousands. */
const MOST_PROBLEMS = 20;
const LONGEST_NAME = 100;

interface InputProblem {
  path: string;
  message: string;
}

function problemsOf(issue: z.core.$ZodIssue, schema: z.ZodObject): InputProblem[] {
  const path = clipped(issue.path.map(String).join('.'), LONGEST_NAME);
  if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
  const known = issue.path.length === 0 ? Object.keys(schema.shape) : [];
  return issue.keys.slice(0, MOST_PROBLEMS).map((key) => {
    const guess = nearest(key, known);
    const name = clipped(key, LONGEST_NAME);
    return { path: path ? `${path}.${name}` : name, message: `unknown argument${guess === undefined ? '' : `, did you mean "${guess}"?`}` };
  });
}
