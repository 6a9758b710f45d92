// The guard on any data: `npm run bench:guard -- --definitions D.jsonl | --text FILE`.
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { guardText, scoreDefinition, type ScoredDefinition } from '@deployment-engine/native';
import { benchmark, percentile, readArguments, readJsonLines, rounded, UsageError, writeJsonLines } from './command.ts';

const PASSES = 9;
/** Fields of a definition; others in a line, such as labels, never reach the scorer. */
const FIELDS = ['server', 'name', 'title', 'description', 'inputSchema', 'outputSchema', 'annotations', '_meta'] as const;

function scoreAll(file: string, out: string | undefined) {
  const lines = readJsonLines<Record<string, unknown>>(file);
  const micros = new Float64Array(lines.length);
  const scored = lines.map((line, index) => {
    const fields = FIELDS.flatMap((field) => (line[field] === undefined ? [] : [[field, line[field]]]));
    const definition = Object.fromEntries(fields) as ScoredDefinition;
    const start = performance.now();
    const { flagged, score, signals } = scoreDefinition(definition);
    micros[index] = (performance.now() - start) * 1_000;
    return { server: line['server'], name: line['name'], flagged, score: rounded(score), signals };
  });
  for (const line of scored) console.log(JSON.stringify(line));
  writeJsonLines(out, scored);
  const hits = scored.filter(({ flagged }) => flagged).length;
  return { total: scored.length, hits, p50_us: rounded(percentile(micros, 50)), p99_us: rounded(percentile(micros, 99)) };
}

/** The middle of several passes over the whole file, the cost of crossing included. */
function scanText(file: string) {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
  const json = file.endsWith('.json');
  const rates: number[] = [];
  let findings = 0;
  for (let pass = 0; pass <= PASSES; pass += 1) {
    const start = performance.now();
    const guarded = guardText(bytes, { json });
    const seconds = (performance.now() - start) / 1_000;
    findings = guarded.clean ? 0 : guarded.total;
    // The first pass builds tables and warms caches.
    if (pass > 0) rates.push(bytes.length / 1e6 / seconds);
  }
  return { bytes: bytes.length, findings, passes: PASSES, mb_per_s: rounded(percentile(rates, 50)) };
}

await benchmark(() => {
  const { definitions, text, out } = readArguments({
    definitions: { what: 'tool definitions, a JSON line each' },
    text: { what: 'a file of text, or of JSON where it ends in .json' },
  });
  if ((definitions === undefined) === (text === undefined)) throw new UsageError('Give either --definitions or --text.');
  return definitions === undefined ? scanText(text ?? '') : scoreAll(definitions, out);
});
