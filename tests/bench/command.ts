// What the fixed-format benchmarks share: arguments, JSON lines in and out, percentiles, the last line.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';

export interface OptionSpec {
  /** What it is, for the message when it is missing. */
  readonly what: string;
  readonly required?: boolean;
  /** A switch takes no value. */
  readonly type?: 'string' | 'boolean';
}

/** A wrong argument or input: printed as one line, exit code 2. */
export class UsageError extends Error {}

/**
 * Reads `--name value` arguments. `--json` and `--out FILE` are always taken.
 * @returns the values by name; a missing required one or an unknown one throws UsageError
 */
export function readArguments(
  specs: Readonly<Record<string, OptionSpec>>,
  args = process.argv.slice(2),
): Record<string, string | undefined> {
  const all: Record<string, OptionSpec> = {
    json: { what: 'print JSON (always so)', type: 'boolean' },
    out: { what: 'file for one prediction a line' },
    ...specs,
  };
  const options = Object.fromEntries(Object.entries(all).map(([name, { type = 'string' }]) => [name, { type }]));
  const usage = () =>
    Object.entries(specs)
      .map(([name, { what, required }]) => `${required === true ? '' : '['}--${name} <${what}>${required === true ? '' : ']'}`)
      .join(' ');
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({ args, options, strict: true, allowPositionals: false }) as {
      values: Record<string, string | boolean | undefined>;
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}. Usage: ${usage()}`);
  }
  for (const [name, { required }] of Object.entries(specs)) {
    if (required === true && values[name] === undefined) throw new UsageError(`--${name} is missing. Usage: ${usage()}`);
  }
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value === undefined ? undefined : String(value)]));
}

/** The objects of a JSON-lines file; empty lines are passed over, a broken one throws UsageError with its number. */
export function readJsonLines<T>(file: string): T[] {
  return readText(file)
    .split('\n')
    .flatMap((line, index) => {
      if (line.trim() === '') return [];
      try {
        return [JSON.parse(line) as T];
      } catch (error) {
        throw new UsageError(`${file}:${index + 1}: ${(error as Error).message}`);
      }
    });
}

export function readText(file: string): string {
  return readBytes(file).toString('utf8');
}

export function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
}

/** Writes values as JSON lines to a file, or nowhere when there is none. */
export function writeJsonLines(file: string | undefined, values: Iterable<unknown>): void {
  if (file === undefined) return;
  const handle = openSync(file, 'w');
  try {
    for (const value of values) writeSync(handle, `${JSON.stringify(value)}\n`);
  } finally {
    closeSync(handle);
  }
}

/** The p-th percentile (nearest rank) of numbers, which are sorted in place; 0 when there are none. */
export function percentile(numbers: Float64Array | number[], p: number): number {
  if (numbers.length === 0) return 0;
  if (Array.isArray(numbers)) numbers.sort((a, b) => a - b);
  else numbers.sort();
  return numbers[Math.min(numbers.length - 1, Math.max(0, Math.ceil((p / 100) * numbers.length) - 1))] ?? 0;
}

export function mean(numbers: readonly number[]): number {
  return numbers.length === 0 ? 0 : numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

/** At most six decimals: enough to compare, short enough to read. */
export function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

/** Runs a benchmark and prints its summary, with `ms` for the whole run, as one line last. Wrong usage: one line, exit code 2. */
export async function benchmark(run: () => Promise<Record<string, unknown>> | Record<string, unknown>): Promise<void> {
  const start = performance.now();
  try {
    const summary = await run();
    console.log(JSON.stringify({ ...summary, ms: Math.round(performance.now() - start) }));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}
