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

const hasCargo = spawnSync('cargo', ['--version']).status === 0;
const skip = !hasCargo && process.env['CI_REQUIRE_BACKENDS'] !== '1';

test.skipIf(skip)('what has not changed is not built again, and needs no cargo (but the first time)', { timeout: 600_000 }, () => {
  const first = build(process.env);
  expect([first.status, first.stdout]).toEqual([0, '']);
  for (const env of [process.env, { PATH: empty, HOME: empty, USERPROFILE: empty, CARGO_HOME: empty }]) {
    const { status, stderr } = build(env);
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^native\/js\/native\.[\w-]+\.node is up to date\n$/)]);
  }
});
