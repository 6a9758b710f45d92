import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, expect, test } from 'vitest';

const script = fileURLToPath(new URL('../../../scripts/build-native.mjs', import.meta.url));
let empty: string;

beforeAll(() => {
  empty = mkdtempSync(join(tmpdir(), 'native-build-'));
});
afterAll(() => rmSync(empty, { recursive: true, force: true }));

function build(env: NodeJS.ProcessEnv) {
  return spawnSync(process.execPath, [script], { encoding: 'utf8', env, cwd: empty });
}

test('without cargo one line says what to install', () => {
  const run = build({ PATH: empty, HOME: empty, USERPROFILE: empty, CARGO_HOME: empty });
  expect(run.status).toBe(1);
  expect(run.stdout).toBe('');
  expect(run.stderr).toMatch(/^Rust is needed to build the native part \(cargo was not found\)\. Install it: .*rustup.*\n$/);
});

const hasCargo = spawnSync('cargo', ['--version']).status === 0;
const skip = !hasCargo && process.env['CI_REQUIRE_BACKENDS'] !== '1';

test.skipIf(skip)('what has not changed is not built again (needs cargo)', { timeout: 600_000 }, () => {
  const first = build(process.env);
  expect([first.status, first.stdout]).toEqual([0, '']);
  const second = build(process.env);
  expect([second.status, second.stderr]).toEqual([0, expect.stringMatching(/^native\/js\/native\.[\w-]+\.node is up to date\n$/)]);
});
