// `npm test`: installs and builds what is missing, runs the tests, and ends with one line of true counts. Plain JavaScript for Node 20.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentFor, findNode, missingNodeMessage, runNode } from '../launcher/index.mjs';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { Advice, main, say } from './terminal.mjs';
import { summarise } from './test-summary.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

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
