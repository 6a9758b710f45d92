import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { backend, backendsFile } from '@deployment-engine/shared/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const VITEST = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const FIXTURES = fileURLToPath(new URL('fixtures', import.meta.url));

interface Report {
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults: { assertionResults: { ancestorTitles: string[]; failureMessages: string[] }[] }[];
}

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'describe-with-'));
  file = join(folder, 'env.json');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs the fixture's two tests in a vitest of their own. */
async function runFixture(env: Record<string, string>): Promise<Report> {
  const output = join(folder, 'report.json');
  const args = [VITEST, 'run', '--root', FIXTURES, '--reporter=json', `--outputFile=${output}`];
  const child = spawn(process.execPath, args, {
    stdio: 'ignore',
    env: { PATH: process.env['PATH'] ?? '', DEPLOYMENT_ENGINE_TEST_BACKENDS: file, ...env },
  });
  await once(child, 'exit');
  return JSON.parse(await readFile(output, 'utf8')) as Report;
}

const tests = (report: Report): Report['testResults'][number]['assertionResults'] =>
  report.testResults.flatMap((one) => one.assertionResults);

function describeDocker(socketPath: string, more: object = {}): object {
  return { docker: { health: `unix:${socketPath}:/_ping`, host: `unix://${socketPath}`, socketPath, image: 'busybox:test', ...more } };
}

const write = (backends: object, missing: object = {}): Promise<void> => writeFile(file, JSON.stringify({ version: 1, backends, missing }));

describe('describeWith', { timeout: 60_000 }, () => {
  it('skips every test and says why in the name of the suite', async () => {
    await write({}, { docker: 'dockerd is not installed' });
    const report = await runFixture({});
    expect(report).toMatchObject({ success: true, numPassedTests: 0, numFailedTests: 0, numPendingTests: 2 });
    expect(tests(report)[0]?.ancestorTitles).toEqual(['docker (skipped: dockerd is not installed)']);
  });

  it('fails where CI requires the backends', async () => {
    const report = await runFixture({ CI_REQUIRE_BACKENDS: '1' });
    expect(report).toMatchObject({ success: false, numPassedTests: 0, numFailedTests: 1, numPendingTests: 0 });
    expect(tests(report)[0]?.failureMessages[0]).toContain(`there is no ${file}`);
  });

  it('runs against what answers, and fails when it does not answer', async () => {
    const socketPath = join(folder, 'docker.sock');
    const server = createServer((_request, response) => response.end('OK'));
    server.listen(socketPath);
    await once(server, 'listening');
    await write(describeDocker(socketPath, { pid: process.pid }));
    expect(await runFixture({})).toMatchObject({ success: true, numPassedTests: 2 });

    server.close();
    await once(server, 'close');
    const report = await runFixture({});
    expect(report).toMatchObject({ success: false, numPassedTests: 0 });
  });
});

describe('backend', () => {
  const env = (): NodeJS.ProcessEnv => ({ DEPLOYMENT_ENGINE_TEST_BACKENDS: file });

  it('says what is wrong with the file', async () => {
    expect(backend('docker', env()).reason).toContain('not started');
    await writeFile(file, '{"version":');
    expect(backend('docker', env()).reason).toContain('not what this version writes');
    await write({ docker: { health: 'unix:/x.sock:/_ping' } });
    expect(backend('docker', env()).reason).toContain('does not say host, socketPath, image of docker');
  });

  it('does not take an ended process for a backend', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    await write(describeDocker('/x.sock', { pid: child.pid }));
    expect(backend('docker', env()).reason).toContain(`its process ${child.pid} has ended`);
    await write(describeDocker('/x.sock', { pid: process.pid }));
    expect(backend('docker', env())).toMatchObject({ backend: { host: 'unix:///x.sock' } });
  });

  it('looks in the repository unless told otherwise', () => {
    expect(backendsFile({})).toBe(fileURLToPath(new URL('../../.backends/env.json', import.meta.url)));
  });
});
