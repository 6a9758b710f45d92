import { execFile } from 'node:child_process';
import { mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { summarise } from '../../scripts/test-summary.mjs';
import type { TestReport } from '../../scripts/test-reporter.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let home: string;
let report: TestReport;
let code: number;

const FILES = {
  'mixed.test.ts': `import { beforeAll, describe, expect, it } from 'vitest';
    it('holds', () => { expect(1).toBe(1); });
    it('fails', () => { expect(1).toBe(2); });
    it('is skipped with a note', (context) => { context.skip('no engine here'); });
    it.todo('comes later');
    describe.skip('engine (skipped: none is running)', () => { it('one', () => {}); it('two', () => {}); });
    describe('hook', () => { beforeAll(() => { throw new Error('the hook broke'); }); it('never runs', () => {}); });`,
  'unloadable.test.ts': `import './no-such-file.ts';`,
  'loose.test.ts': `import { it } from 'vitest';
    it('leaves an error behind', () => { void Promise.reject(new Error('left behind')); });`,
};

/** Runs planted tests in a vitest of their own, with the repository's reporter. */
beforeAll(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'counts-')));
  await symlink(join(root, 'node_modules'), join(home, 'node_modules'), 'junction');
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(home, name), text);
  const file = join(home, 'report.json');
  const args = ['run', '--root', home, '--no-watch', `--reporter=${join(root, 'scripts/test-reporter.ts')}`];
  code = await new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(root, 'node_modules/vitest/vitest.mjs'), ...args],
      { cwd: home, env: { ...process.env, TEST_REPORT_FILE: file } },
      (error) => {
        resolve(error === null ? 0 : 1);
      },
    );
  });
  report = JSON.parse(await readFile(file, 'utf8')) as TestReport;
});

afterAll(() => rm(home, { recursive: true, force: true }));

describe('the counts of a run', () => {
  it('count a file that does not load, a hook that fails and an error outside any test as failures', () => {
    expect(report.failures.toSorted()).toEqual([
      expect.stringContaining('mixed.test.ts > fails'),
      expect.stringContaining('mixed.test.ts > hook: the hook broke'),
      expect.stringContaining('outside any test: left behind'),
      expect.stringContaining('unloadable.test.ts: '),
    ]);
    expect(report).toMatchObject({ passed: 2, failed: 4 });
    expect(code).toBe(1);
  });

  it('give the reason of every skip', () => {
    const reasons = Object.fromEntries(report.skipped.map(({ name, reason }) => [name.split(' > ').at(-1), reason]));
    expect(reasons).toEqual({
      'is skipped with a note': 'no engine here',
      'comes later': 'no reason given',
      one: 'none is running',
      two: 'none is running',
      'never runs': 'no reason given',
    });
  });
});

describe('the last line', () => {
  const clean: TestReport = { passed: 3, failed: 0, skipped: [{ name: 'a > b', reason: 'no Docker engine' }], failures: [] };

  it('is the counts, and skips are named before it', () => {
    const { lines, code: exit } = summarise(clean, { code: 0, requireBackends: false });
    expect(lines).toEqual(['skipped: a > b: no Docker engine', '3 passed, 0 failed, 1 skipped']);
    expect(exit).toBe(0);
  });

  it('tells several skips of one reason in one line', () => {
    const skipped = ['a', 'b', 'c'].map((name) => ({ name, reason: 'no Docker engine' }));
    expect(summarise({ ...clean, skipped }, { code: 0, requireBackends: false }).lines[0]).toBe(
      'skipped: 3 tests, a and others: no Docker engine',
    );
  });

  it('where backends are required, a skip is a failure', () => {
    const { lines, code: exit } = summarise(clean, { code: 0, requireBackends: true });
    expect(exit).toBe(1);
    expect(lines.at(-1)).toBe('3 passed, 0 failed, 1 skipped');
    expect(lines.join('\n')).toContain('CI_REQUIRE_BACKENDS');
  });

  it.each([
    ['a failure that vitest forgot', { ...clean, failed: 1, failures: ['x'] }, 0],
    ["vitest's own complaint", clean, 1],
    ['a run without tests', { passed: 0, failed: 0, skipped: [], failures: [] }, 0],
    ['a run that never reported', undefined, 0],
  ])('%s fails the run', (_what, given, vitest) => {
    expect(summarise(given, { code: vitest, requireBackends: false }).code).not.toBe(0);
  });
});
