// Writes what happened to the file that scripts/test.mjs reads after vitest has ended, coverage report included.
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { isNewEnough } from '../launcher/index.mjs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

export interface TestReport {
  passed: number;
  failed: number;
  skipped: { name: string; reason: string }[];
  failures: string[];
}

/** A suite that was skipped as a whole says why in its title. */
function reasonIn(title: string): string {
  return /\(skipped: (.+?)\)/.exec(title)?.[1] ?? 'no reason given';
}

/**
 * Counts what vitest's own totals leave out: a file that does not import, a suite whose hook fails and an error outside any test each
 * count as one failure.
 */
export function countTests(modules: readonly TestModule[], errors: readonly SerializedError[], root = process.cwd()): TestReport {
  const report: TestReport = { passed: 0, failed: 0, skipped: [], failures: [] };
  const fail = (what: string): void => {
    report.failed += 1;
    report.failures.push(what);
  };
  for (const module of modules) {
    const file = relative(root, module.moduleId);
    if (module.errors().length > 0) fail(`${file}: ${module.errors()[0]?.message ?? 'the file could not be loaded'}`);
    for (const suite of module.children.allSuites())
      if (suite.errors().length > 0) fail(`${file} > ${suite.fullName}: ${suite.errors()[0]?.message}`);
    for (const test of module.children.allTests()) {
      const result = test.result();
      const name = `${file} > ${test.fullName}`;
      if (result.state === 'passed') report.passed += 1;
      else if (result.state === 'failed') fail(name);
      else if (result.state === 'skipped') report.skipped.push({ name, reason: result.note ?? reasonIn(test.fullName) });
      else fail(`${name}: did not run to its end`);
    }
  }
  for (const error of errors) fail(`outside any test: ${error.message}`);
  return report;
}

export default class TestCounts implements Reporter {
  onInit(): void {
    if (!isNewEnough(process.version)) throw new Error(`The tests need a newer Node than ${process.version}: run "npm test".`);
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const file = process.env['TEST_REPORT_FILE'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(countTests(modules, errors)));
  }
}
