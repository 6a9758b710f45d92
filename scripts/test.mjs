// `npm test`: installs and builds what is missing, runs the tests, and ends with one line of true counts. Plain JavaScript for Node 20.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentFor, findNode, missingNodeMessage, runNode } from '../launcher/index.mjs';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { Advice, main, say } from './terminal.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * What a run's report means for the person and for the exit code.
 * @param {{ passed: number, failed: number, skipped: { name: string, reason: string }[], failures: string[] } | undefined} report
 * @param {{ code: number, requireBackends: boolean }} run vitest's exit code, and whether skipping is forbidden
 * @returns {{ lines: string[], code: number }} the last line is the summary
 */
export function summarise(report, { code, requireBackends }) {
  if (report === undefined) return { lines: ['The tests did not run to their end.', '0 passed, 1 failed, 0 skipped'], code: code || 1 };
  const lines = [];
  for (const failure of report.failures) lines.push(`failed: ${failure}`);
  const reasons = new Map();
  for (const { name, reason } of report.skipped) reasons.set(reason, [...(reasons.get(reason) ?? []), name]);
  for (const [reason, names] of reasons) {
    lines.push(`skipped: ${names.length === 1 ? names[0] : `${names.length} tests, ${names[0]} and others`}: ${reason}`);
  }
  const forbidden = requireBackends && report.skipped.length > 0;
  if (forbidden) lines.push(`CI_REQUIRE_BACKENDS is set: ${report.skipped.length} skipped tests make this run a failure.`);
  const none = report.passed + report.failed === 0;
  if (none) lines.push('No test ran.');
  lines.push(`${report.passed} passed, ${report.failed} failed, ${report.skipped.length} skipped`);
  return { lines, code: code || (report.failed > 0 || forbidden || none ? 1 : 0) };
}

function readJson(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

function coverageLines() {
  const total = readJson(join(root, 'coverage/coverage-summary.json'))?.total;
  if (total === undefined) return [];
  return ['lines', 'branches', 'functions'].map((kind) => `coverage of ${kind}: ${total[kind].pct} %`);
}

async function runTests(args) {
  await install();
  await build();
  const node = findNode();
  if (node === undefined) throw new Advice(missingNodeMessage());
  const folder = mkdtempSync(join(tmpdir(), 'deployment-engine-test-'));
  try {
    const report = join(folder, 'report.json');
    // A part of the tests says nothing about coverage, so arguments turn it off unless they ask for it.
    const coverage = args.length === 0 ? ['--coverage'] : [];
    if (coverage.length > 0) rmSync(join(root, 'coverage'), { recursive: true, force: true });
    const code = await runNode(node, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...coverage, ...args], {
      cwd: root,
      env: { ...environmentFor(node), TEST_REPORT_FILE: report },
    });
    const summary = summarise(readJson(report), { code, requireBackends: process.env.CI_REQUIRE_BACKENDS === '1' });
    const last = summary.lines.pop();
    for (const line of [...summary.lines, ...(coverage.length > 0 ? coverageLines() : [])]) say(line);
    console.log(last);
    return summary.code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(() => runTests(process.argv.slice(2)));
