import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundledNode, environmentFor, findNode, isNewEnough } from './index.mjs';

let home: string;

/** A program that shows what reached it: version, arguments, standard input, a signal. */
const PROGRAM = `
process.on('SIGTERM', () => { console.log('asked to end'); process.exit(5); });
console.log(JSON.stringify({ version: process.version, args: process.argv.slice(2), self: process.argv[1] }));
let text = '';
process.stdin.setEncoding('utf8').on('data', (chunk) => { text += chunk; }).on('end', () => { console.log('read ' + text); process.exit(7); });
`;

/** Makes the launcher believe that it runs on a Node that is too old: it knows its Node by version and path alone. */
const OLD = "Object.defineProperty(process, 'version', { value: 'v20.0.0' });\nprocess.execPath = '/old/bin/node';\n";

beforeAll(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'launcher-')));
  await writeFile(join(home, 'old.mjs'), OLD);
  await writeFile(join(home, 'program.mjs'), PROGRAM);
  await writeFile(join(home, 'dies.mjs'), "process.kill(process.pid, 'SIGKILL');\n");
  await cp(fileURLToPath(new URL('index.mjs', import.meta.url)), join(home, 'launcher.mjs'));
  const launcher = new URL('index.mjs', import.meta.url).href;
  for (const name of ['program', 'dies', 'missing']) {
    await writeFile(
      join(home, `start-${name}.mjs`),
      `import { launch } from ${JSON.stringify(launcher)};\nawait launch(new URL('${name}.mjs', import.meta.url));\n`,
    );
  }
  await writeFile(
    join(home, 'start-alone.mjs'),
    "import { launch } from './launcher.mjs';\nawait launch(new URL('program.mjs', import.meta.url));\n",
  );
});

afterAll(() => rm(home, { recursive: true, force: true }));

function start(script: string, { old = false, args = [] as string[] } = {}): ChildProcessWithoutNullStreams {
  const preload = old ? ['--import', pathToFileURL(join(home, 'old.mjs')).href] : [];
  return spawn(process.execPath, [...preload, join(home, script), ...args]);
}

async function finish(child: ChildProcessWithoutNullStreams, input = ''): Promise<{ code: number | null; stdout: string; stderr: string }> {
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

describe('the launcher', () => {
  it.each([
    ['v20.20.2', false],
    ['v22.18.9', false],
    ['v22.19.0', true],
    ['22.20.1', true],
    ['v24.0.0', true],
    ['v100.0.0', true],
  ])('takes %s as new enough: %s', (version, expected) => expect(isNewEnough(version)).toBe(expected));

  it('finds this Node, which runs the tests', () => expect(findNode()).toBe(process.execPath));

  it('puts the Node it found first on the PATH, and keeps the rest', () => {
    expect(environmentFor('/opt/node/bin/node', { PATH: '/usr/bin', HOME: '/h' })).toEqual({
      PATH: `${dirname('/opt/node/bin/node')}${delimiter}/usr/bin`,
      HOME: '/h',
    });
    expect(environmentFor('/opt/node/bin/node', {}).PATH).toBe('/opt/node/bin');
  });

  it('runs the program in this process where its Node serves', async () => {
    const { code, stdout } = await finish(start('start-program.mjs', { args: ['hub', '--stdio'] }), 'hello');
    expect(JSON.parse(stdout.split('\n')[0] ?? '')).toEqual({
      version: process.version,
      args: ['hub', '--stdio'],
      self: join(home, 'program.mjs'),
    });
    expect(stdout).toContain('read hello');
    expect(code).toBe(7);
  });

  it('says what to do when the program is not built', async () => {
    const { code, stderr } = await finish(start('start-missing.mjs'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/Not built yet.*npm ci && npm run build/);
  });

  it('says what to do when there is no Node new enough', async () => {
    const { code, stdout, stderr } = await finish(start('start-alone.mjs', { old: true }));
    expect(code).toBe(1);
    expect(stderr).toMatch(/too old.*22\.19.*npm ci/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
  });

  describe.skipIf(bundledNode() === undefined)('under an older Node (skipped: no package on this platform brings a Node)', () => {
    it('passes arguments, standard input and the exit code', async () => {
      const { code, stdout } = await finish(start('start-program.mjs', { old: true, args: ['a b', '--json'] }), 'hello');
      const seen = JSON.parse(stdout.split('\n')[0] ?? '') as { version: string; args: string[] };
      expect(seen.args).toEqual(['a b', '--json']);
      expect(isNewEnough(seen.version)).toBe(true);
      expect(stdout).toContain('read hello');
      expect(code).toBe(7);
    });

    it('passes SIGTERM on and waits for the program to end', async () => {
      const child = start('start-program.mjs', { old: true });
      await once(child.stdout, 'data');
      let rest = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (rest += text));
      child.kill('SIGTERM');
      const [code] = (await once(child, 'close')) as [number | null];
      expect(rest).toContain('asked to end');
      expect(code).toBe(5);
    });

    it('reports a program that a signal ended as shells do', async () => {
      expect((await finish(start('start-dies.mjs', { old: true }))).code).toBe(128 + 9);
    });
  });
});
