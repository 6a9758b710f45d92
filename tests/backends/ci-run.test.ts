import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const RUN = fileURLToPath(new URL('../../.ci/run', import.meta.url));

// The script itself is real; what it calls is small, so that its counting and its endings can be seen.
let clone: string;

async function put(path: string, text: string): Promise<void> {
  const file = join(clone, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  await chmod(file, 0o755);
}

beforeEach(async () => {
  clone = await mkdtemp(join(tmpdir(), 'ci-run-'));
  await mkdir(join(clone, '.ci'));
  await copyFile(RUN, join(clone, '.ci', 'run'));
  const scripts = { build: 'node build.mjs', test: 'node test.mjs', check: 'node check.mjs' };
  await put('package.json', JSON.stringify({ name: 'small', version: '1.0.0', scripts }));
  await put('package-lock.json', JSON.stringify({ name: 'small', version: '1.0.0', lockfileVersion: 3, packages: {} }));
  await put('build.mjs', '');
  await put('check.mjs', '');
  await put('test.mjs', `console.log('3 passed, 0 failed, 0 skipped');`);
  await put('scripts/backends/install.sh', '#!/bin/sh\nexit 0\n');
  await put('scripts/backends/build.sh', '#!/bin/sh\nexit 0\n');
  // Like the real one: `up` leaves the folder that `down` takes its state from.
  await put(
    'scripts/node.mjs',
    `import { appendFileSync, mkdirSync } from 'node:fs';
    import { dirname } from 'node:path';
    if (process.argv[3] === 'up') mkdirSync(dirname(process.env.DEPLOYMENT_ENGINE_TEST_BACKENDS), { recursive: true });
    appendFileSync('backends.log', process.argv[3] + '\\n');`,
  );
});

afterEach(() => rm(clone, { recursive: true, force: true }));

function start(): { child: ChildProcess; text: () => string } {
  const child = spawn(join(clone, '.ci', 'run'), { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (part: string) => (text += part));
  return { child, text: () => text };
}

async function run(): Promise<{ code: number | null; last: string | undefined; text: string }> {
  const { child, text } = start();
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, last: lastLine(text()), text: text() };
}

const lastLine = (text: string): string | undefined => text.trimEnd().split('\n').at(-1);
const backends = (): Promise<string> => readFile(join(clone, 'backends.log'), 'utf8').catch(() => '');

describe('.ci/run', { timeout: 120_000 }, () => {
  it('ends with the counts of the test run, forbids missing backends, and stops the backends', async () => {
    await put('test.mjs', `console.log(process.env.CI, process.env.CI_REQUIRE_BACKENDS); console.log('3 passed, 0 failed, 0 skipped');`);
    const outcome = await run();
    expect(outcome).toMatchObject({ code: 0, last: '3 passed, 0 failed, 0 skipped' });
    expect(outcome.text).toContain('true 1\n');
    expect(await backends()).toBe('up\ndown\n');
  });

  it('fails on a failed test, and counts a failed check as one more failure', async () => {
    await put('test.mjs', `console.log('\\0\\xff'); console.log('\\x1b[31m2 passed, 1 failed, 0 skipped\\x1b[39m'); process.exitCode = 1;`);
    await put('check.mjs', `console.log('the gate is shut'); process.exitCode = 1;`);
    const outcome = await run();
    expect(outcome).toMatchObject({ code: 1, last: '2 passed, 2 failed, 0 skipped' });
    expect(outcome.text).toContain('the gate is shut');
  });

  it('fails on a skipped test', async () => {
    await put('test.mjs', `console.log('2 passed, 0 failed, 1 skipped');`);
    expect(await run()).toMatchObject({ code: 1, last: '2 passed, 0 failed, 1 skipped' });
  });

  it('makes no number up for a test run that says none', async () => {
    await put('test.mjs', `console.log('12 passed'); process.exitCode = 1;`);
    expect(await run()).toMatchObject({ code: 1, last: '0 passed, 1 failed, 0 skipped' });
  });

  it('ends at a build that fails', async () => {
    await put('build.mjs', `console.log('does not compile'); process.exitCode = 1;`);
    const outcome = await run();
    expect(outcome).toMatchObject({ code: 1, last: '0 passed, 1 failed, 0 skipped' });
    expect(outcome.text).toContain('does not compile');
    expect(await backends()).toBe('');
  });

  it('counts a program for the backends that does not build', async () => {
    await put('scripts/backends/build.sh', '#!/bin/sh\necho "no Go here"\nexit 3\n');
    const outcome = await run();
    expect(outcome).toMatchObject({ code: 1, last: '3 passed, 1 failed, 0 skipped' });
    expect(outcome.text).toContain('no Go here');
  });

  it('stops the tests and the backends when it is told to end', async () => {
    const file = join(clone, 'test.pid');
    await put(
      'test.mjs',
      `import { writeFileSync } from 'node:fs'; writeFileSync('test.pid', String(process.pid)); setInterval(() => {}, 1000);`,
    );
    const { child, text } = start();
    const closed = once(child, 'close');
    await expect.poll(() => existsSync(file), { timeout: 25_000 }).toBe(true);
    child.kill('SIGTERM');
    expect(await closed).toEqual([143, null]);
    expect(lastLine(text())).toBe('0 passed, 1 failed, 0 skipped');
    expect(await backends()).toBe('up\ndown\n');
    const status = await readFile(`/proc/${await readFile(file, 'utf8')}/status`, 'utf8').catch(() => 'State: gone');
    expect(status).toMatch(/^State:\s*(gone|Z)/m);
  });
});
