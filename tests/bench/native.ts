// Native code against the same algorithm written plainly in TypeScript, in one run, the cost of crossing included: `npm run bench:native`.
import { readdirSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { benchmark, percentile, rounded } from './command.ts';

/** One comparison: both sides do the same work on the same input. */
export interface Comparison {
  readonly name: string;
  /** Does the work once; what it returns is compared by `same`. */
  readonly native: () => unknown;
  readonly plain: () => unknown;
  /** Throws when the two answers differ in what must be equal. */
  readonly same: (native: unknown, plain: unknown) => void;
}

const ROUNDS = 15;
const ROUND_MS = 40;

/** The mean time of one run in a round, µs. */
function round(work: () => unknown): number {
  let runs = 0;
  const start = performance.now();
  let now = start;
  do {
    work();
    runs += 1;
    now = performance.now();
  } while (now - start < ROUND_MS);
  return ((now - start) * 1_000) / runs;
}

function compare({ native, plain, same }: Comparison) {
  same(native(), plain());
  const times = { native: [] as number[], plain: [] as number[] };
  // Taken in turns, so that what else the machine does falls on both.
  for (let index = 0; index < ROUNDS; index += 1) {
    times.native.push(round(native));
    times.plain.push(round(plain));
  }
  const [nativeUs, plainUs] = [percentile(times.native, 50), percentile(times.plain, 50)];
  return { native_us: rounded(nativeUs), plain_us: rounded(plainUs), ratio: rounded(plainUs / nativeUs) };
}

await benchmark(async () => {
  const folder = new URL('./native/', import.meta.url);
  const summary: Record<string, unknown> = {};
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .toSorted()) {
    const { comparisons } = (await import(new URL(file, folder).href)) as { comparisons: () => Comparison[] };
    for (const comparison of comparisons()) {
      const result = compare(comparison);
      summary[comparison.name] = result;
      console.error(`${comparison.name}: native ${result.native_us} µs, plain ${result.plain_us} µs, ${result.ratio} times`);
    }
  }
  return summary;
});
