import { chmod, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ToolError } from '../../contracts/error.ts';
import { createExec, type Exec } from './exec.ts';
import { TREE_VARIABLE } from './environment.ts';
import { lives, pidsIn } from './processes.testing.ts';

const node = process.execPath;
let folder: string;
let exec: Exec;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'exec-')));
  exec = createExec({ graceMs: 200 });
});

afterEach(async () => {
  await exec.close();
  await rm(folder, { recursive: true, force: true });
});

/** The code of the error that a run ends with; listens from the start, so that an early end is not an unhandled one. */
async function codeOf(run: Promise<unknown>): Promise<string> {
  try {
    await run;
    return 'no error';
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return error.code;
  }
}

describe('running a program', () => {
  it('passes arguments as they are: no shell reads them', async () => {
    const hostile = ['$HOME', '`id`', '; rm -rf /', '*', '"', "'", 'a b', '', '-x', '\n', 'ü€'];
    const { code, stdout } = await exec.run(node, ['-e', 'process.stdout.write(JSON.stringify(process.argv.slice(1)))', '--', ...hostile]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(hostile);
  });

  it('gives the exit code, both outputs, the signal and how long it took', async () => {
    const failed = await exec.run('sh', ['-c', 'printf out; printf err >&2; exit 3']);
    expect(failed).toMatchObject({ code: 3, signal: null, stdout: 'out', stderr: 'err', truncated: false });
    expect(failed.durationMs).toBeGreaterThan(0);
    expect(await exec.run('sh', ['-c', 'kill -9 $$'])).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  it('writes the input, gives bytes when asked, and has an empty stdin otherwise', async () => {
    const bytes = Buffer.from([0, 255, 10, 195]);
    expect((await exec.run('cat', [], { input: bytes, encoding: 'buffer' })).stdout).toEqual(bytes);
    expect((await exec.run('cat', [], { input: 'ü' })).stdout).toBe('ü');
    expect((await exec.run('cat', [])).stdout).toBe('');
  });

  it('survives a program that does not read its input', async () => {
    expect((await exec.run('true', [], { input: Buffer.alloc(4_000_000) })).code).toBe(0);
  });

  it('runs in the folder given, else in the root of the file system', async () => {
    expect((await exec.run('pwd', [], { cwd: folder })).stdout).toBe(`${folder}\n`);
    expect((await exec.run('pwd', [])).stdout).toBe('/\n');
  });

  it('lets no secret of ours through, only what is allowed or set', async () => {
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      LC_ALL: 'C',
      AWS_SECRET_ACCESS_KEY: 'x',
      NODE_OPTIONS: '--bad',
      LD_PRELOAD: 'x',
      DOCKER_HOST: 'unix:///x',
      KUBE_A: '1',
    };
    const own = createExec({ env, envAllow: ['DOCKER_HOST', 'KUBE_*'] });
    const { stdout } = await own.run('env', [], { env: { EXTRA: 'yes', HOME: undefined } });
    const names = stdout
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0]);
    expect(names.toSorted()).toEqual(['DEPLOYMENT_ENGINE_TREE', 'DOCKER_HOST', 'EXTRA', 'KUBE_A', 'LC_ALL', 'PATH']);
  });

  it('finds programs with an empty PATH, and gives the child a PATH', async () => {
    const bare = createExec({ env: { PATH: '' } });
    expect((await bare.run('sh', ['-c', 'echo $PATH'])).stdout).toContain('/usr/bin');
    expect(await bare.find('sh')).toMatch(/^\/.*\/sh$/);
  });

  it('adds its mark to one that is there', async () => {
    process.env[TREE_VARIABLE] = 'outer';
    try {
      expect((await exec.run('sh', ['-c', `echo $${TREE_VARIABLE}`])).stdout).toMatch(/^outer\/[0-9a-f]{16}\n$/);
    } finally {
      delete process.env[TREE_VARIABLE];
    }
  });
});

describe('what cannot be run', () => {
  it('says what is missing', async () => {
    await expect(exec.run('no-such-program', [])).rejects.toMatchObject({
      code: 'missing_dependency',
      hint: expect.stringContaining('Install'),
    });
    await expect(exec.spawnStream('no-such-program', [])).rejects.toMatchObject({ code: 'missing_dependency' });
    await expect(exec.run('./sh', [])).rejects.toMatchObject({ code: 'missing_dependency' });
    await expect(exec.run('true', [], { cwd: join(folder, 'gone') })).rejects.toMatchObject({ code: 'not_found' });
    await expect(exec.spawnStream('true', [], { cwd: join(folder, 'gone') })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('says so when a program lacks its interpreter or is none', async () => {
    const script = join(folder, 'script');
    await writeFile(script, '#!/no/such/interpreter\n', { mode: 0o755 });
    await expect(exec.run(script, [])).rejects.toMatchObject({ code: 'missing_dependency' });
    await chmod(script, 0o644);
    await expect(exec.run(script, [])).rejects.toMatchObject({ code: 'missing_dependency' });
  });

  it('refuses NUL bytes, endless arguments and batch files', async () => {
    await expect(exec.run('true', ['a\0b'])).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(exec.run('true', ['x'.repeat(3_000_000)])).rejects.toMatchObject({ code: 'too_large' });
    const windows = createExec({ platform: 'win32', env: {} });
    for (const file of ['x.bat', 'C:\\x.CMD', 'x.bat ', 'x.cmd.'])
      await expect(windows.run(file, [])).rejects.toMatchObject({ code: 'unsupported' });
    await expect(exec.run('true', [], { env: { X: 'a\0b' } })).rejects.toMatchObject({ code: 'internal' });
  });
});

describe('ending a program', () => {
  // Each process writes its pid and ignores SIGTERM; between them they leave the group, lose their parent, or clear their environment.
  const stubborn = (file: string) => `sh -c 'trap "" TERM; echo $$ > ${file}; exec sleep 1000'`;

  it('ends the whole tree: deaf, in other sessions, orphaned', async () => {
    const [direct, group, session, orphan] = ['direct', 'group', 'session', 'orphan'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
      string,
    ];
    const script = `trap "" TERM; ${stubborn(group)} & setsid ${stubborn(session)} & sh -c 'setsid ${stubborn(orphan).replaceAll("'", `'"'"'`)} & exit 0'; echo $$ > ${direct}; wait`;
    const abort = new AbortController();
    const run = exec.run('sh', ['-c', script], { signal: abort.signal });
    const refused = codeOf(run);
    const pids = await pidsIn(direct, group, session, orphan);
    expect(await Promise.all(pids.map(lives))).toEqual([true, true, true, true]);
    abort.abort();
    expect(await refused).toBe('cancelled');
    expect(await Promise.all(pids.map(lives))).toEqual([false, false, false, false]);
  });

  it('ends children that cleared their environment and left the group, and children of theirs', async () => {
    const [child, grandchild] = [join(folder, 'child'), join(folder, 'grandchild')];
    const abort = new AbortController();
    const inner = `trap "" TERM; echo $$ > ${child}; setsid sh -c "trap \\"\\" TERM; echo \\$\\$ > ${grandchild}; sleep 1000" & sleep 1000; wait`;
    const run = exec.run('sh', ['-c', `env -i PATH="$PATH" setsid sh -c '${inner}' & wait`], { signal: abort.signal });
    const refused = codeOf(run);
    const pids = await pidsIn(child, grandchild);
    abort.abort();
    expect(await refused).toBe('cancelled');
    expect(await Promise.all(pids.map(lives))).toEqual([false, false]);
  });

  it('ends a stopped process', async () => {
    const file = join(folder, 'pid');
    const abort = new AbortController();
    const run = exec.run('sh', ['-c', `echo $$ > ${file}; kill -STOP $$; sleep 1000`], { signal: abort.signal });
    const refused = codeOf(run);
    const [pid] = (await pidsIn(file)) as [number];
    abort.abort();
    expect(await refused).toBe('cancelled');
    expect(await lives(pid)).toBe(false);
  });

  it('lets a program clean up on SIGTERM', async () => {
    const [ready, cleaned] = [join(folder, 'ready'), join(folder, 'cleaned')];
    const patient = createExec({ graceMs: 20_000 });
    const abort = new AbortController();
    const script = `process.on('SIGTERM',()=>{fs.writeFileSync(${JSON.stringify(cleaned)},process.pid+'\\n');process.exit()});setInterval(()=>{},1000);fs.writeFileSync(${JSON.stringify(ready)},process.pid+'\\n')`;
    const run = patient.run(node, ['-e', script], { signal: abort.signal });
    const refused = codeOf(run);
    const [pid] = await pidsIn(ready);
    abort.abort();
    expect(await refused).toBe('cancelled');
    expect(await pidsIn(cleaned)).toEqual([pid]);
  });

  it('starts nothing when it was cancelled before', async () => {
    const file = join(folder, 'never');
    await expect(exec.run('touch', [file], { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    expect((await exec.run('ls', [folder])).stdout).toBe('');
  });

  it('caps the output, ends what writes it and cuts at a whole character', async () => {
    const file = join(folder, 'pid');
    const result = await exec.run('sh', ['-c', `echo $$ > ${file}; while :; do printf '€€€€€€€€'; done`], { maxOutputBytes: 1000 });
    expect(result.truncated).toBe(true);
    expect(result.stdout).toBe('€'.repeat(333));
    expect(await lives((await pidsIn(file))[0] ?? 0)).toBe(false);
    const noisy = await exec.run('sh', ['-c', 'while :; do printf x >&2; done'], { maxOutputBytes: 1000, encoding: 'buffer' });
    expect(noisy.truncated).toBe(true);
    expect(noisy.stderr).toEqual(Buffer.alloc(1000, 'x'));
  });

  it('keeps exactly as much as the cap allows', async () => {
    const result = await exec.run('sh', ['-c', "printf '%1000s' x"], { maxOutputBytes: 1000 });
    expect(result).toMatchObject({ truncated: false, code: 0 });
    expect(result.stdout.length).toBe(1000);
  });

  it('ends what stays in the group after the program is done', async () => {
    const file = join(folder, 'left');
    const result = await exec.run('sh', ['-c', `${stubborn(file)} & while [ ! -s ${file} ]; do sleep 0.01; done; echo done`]);
    expect(result).toMatchObject({ code: 0, stdout: 'done\n' });
    expect(await lives((await pidsIn(file))[0] ?? 0)).toBe(false);
  });

  it('does not wait for a daemon that left the group and holds the output', async () => {
    const file = join(folder, 'daemon');
    const result = await exec.run('sh', ['-c', `setsid ${stubborn(file)} & while [ ! -s ${file} ]; do sleep 0.01; done; echo done`]);
    const [pid] = (await pidsIn(file)) as [number];
    try {
      expect(result).toMatchObject({ code: 0, stdout: 'done\n' });
      expect(await lives(pid)).toBe(true);
    } finally {
      process.kill(pid, 'SIGKILL');
    }
  });

  it('ends everything on close', async () => {
    const [one, two] = [join(folder, 'one'), join(folder, 'two')];
    const run = exec.run('sh', ['-c', stubborn(one)]);
    const refused = codeOf(run);
    const stream = await exec.spawnStream('sh', ['-c', stubborn(two)]);
    const pids = await pidsIn(one, two);
    await exec.close();
    expect(await refused).toBe('cancelled');
    await stream.done;
    expect(await Promise.all(pids.map(lives))).toEqual([false, false]);
  });

  it('takes the groups with it when our process exits', async () => {
    const file = join(folder, 'orphan');
    const module = new URL('./exec.ts', import.meta.url).href;
    const script = `
      import { existsSync, readFileSync } from 'node:fs';
      const { createExec } = await import(${JSON.stringify(module)});
      void createExec().run('sh', ['-c', ${JSON.stringify(stubborn(file))}]);
      setInterval(() => { if (existsSync(${JSON.stringify(file)}) && readFileSync(${JSON.stringify(file)}, 'utf8').endsWith('\\n')) process.exit(7); }, 5);`;
    const { code, stderr } = await exec.run(node, ['--conditions=@deployment-engine/source', '--input-type=module', '-e', script]);
    expect([code, stderr]).toEqual([7, '']);
    const [pid] = (await pidsIn(file)) as [number];
    // SIGKILL was sent before our process was gone; the kernel delivers it at its own pace.
    while (await lives(pid));
  });
});

describe('streaming', () => {
  it('delivers lines in order, the last without a line feed too', async () => {
    const [out, err]: [string[], string[]] = [[], []];
    const stream = await exec.spawnStream('sh', ['-c', "printf 'a\\nb\\r\\n\\nc'; printf 'x\\ny' >&2; exit 4"], {
      onStdoutLine: (line) => void out.push(line),
      onStderrLine: (line) => void err.push(line),
    });
    expect(stream.pid).toBeGreaterThan(0);
    expect(await stream.done).toMatchObject({ code: 4, signal: null });
    expect(out).toEqual(['a', 'b', '', 'c']);
    expect(err).toEqual(['x', 'y']);
  });

  it('holds the program back while a line is being taken', async () => {
    const seen: number[] = [];
    let taking = 0;
    const stream = await exec.spawnStream('seq', ['1', '20000'], {
      onStdoutLine: async (line) => {
        expect(++taking).toBe(1);
        await Promise.resolve();
        seen.push(Number(line));
        taking--;
      },
    });
    await stream.done;
    expect(seen).toEqual(Array.from({ length: 20_000 }, (_, at) => at + 1));
  });

  it('reads everything that was written before the exit, however slow the reader', async () => {
    const go = join(folder, 'go');
    let bytes = 0;
    // The rest is written, and the program gone, while the first line is still being taken for longer than silence is borne.
    const stream = await exec.spawnStream('sh', ['-c', `echo 1; while [ ! -e ${go} ]; do sleep 0.01; done; seq 2 20000`], {
      onStdoutLine: (line) => {
        bytes += line.length + 1;
        return line === '1' ? exec.run('sh', ['-c', `touch ${go}; sleep 1.5`]).then(() => undefined) : undefined;
      },
    });
    await stream.done;
    expect(bytes).toBe(Array.from({ length: 20_000 }, (_, at) => String(at + 1).length + 1).reduce((sum, one) => sum + one));
  });

  it('cuts lines that are too long', async () => {
    const lines: string[] = [];
    const stream = await exec.spawnStream('sh', ['-c', "printf '€€€€\\nshort\\n'"], {
      maxLineBytes: 7,
      onStdoutLine: (line) => void lines.push(line),
    });
    await stream.done;
    expect(lines).toEqual(['€€', 'short']);
  });

  it('converses by stdin and stops', async () => {
    const lines: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const stream = await exec.spawnStream('cat', [], {
      stdin: true,
      onStdoutLine: (line) => {
        lines.push(line);
        resolve();
      },
    });
    await stream.write('hello\n');
    await promise;
    expect(lines).toEqual(['hello']);
    await stream.stop();
    expect(await lives(stream.pid)).toBe(false);
    expect(await stream.done).toMatchObject({ signal: 'SIGTERM' });
    await expect(stream.write('more')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('ends by the end of its input', async () => {
    const stream = await exec.spawnStream('cat', [], { stdin: true });
    stream.endInput();
    expect(await stream.done).toMatchObject({ code: 0 });
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no more');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no more'))],
  ] as const)('ends the program when a line callback %s', async (_name, fail) => {
    let calls = 0;
    const stream = await exec.spawnStream('sh', ['-c', 'echo a; echo b; sleep 1000'], {
      onStdoutLine: () => {
        calls++;
        return fail();
      },
    });
    await expect(stream.done).rejects.toThrow('no more');
    expect(calls).toBe(1);
    expect(await lives(stream.pid)).toBe(false);
  });

  it('is cancelled and timed like a run', async () => {
    const abort = new AbortController();
    const stream = await exec.spawnStream('sleep', ['1000'], { signal: abort.signal });
    abort.abort();
    await expect(stream.done).rejects.toMatchObject({ code: 'cancelled' });
    await expect(exec.run('sleep', ['1000'], { timeoutMs: 50 })).rejects.toMatchObject({ code: 'timeout', details: { timeout_ms: 50 } });
    const timed = await exec.spawnStream('sleep', ['1000'], { timeoutMs: 50 });
    await expect(timed.done).rejects.toMatchObject({ code: 'timeout' });
  });
});

describe('pipes', () => {
  it('pass bytes both ways as they are, and stop', async () => {
    const got: Buffer[] = [];
    const first = Promise.withResolvers<void>();
    const pipe = await exec.spawnPipe('cat', [], {
      onStdout: (chunk) => {
        got.push(chunk);
        first.resolve();
      },
      onStderr: () => undefined,
    });
    await pipe.write(Buffer.from([0, 255, 10]));
    await first.promise;
    expect(Buffer.concat(got)).toEqual(Buffer.from([0, 255, 10]));
    await pipe.stop();
    expect(await pipe.done).toMatchObject({ signal: 'SIGTERM' });
    expect(await lives(pipe.pid)).toBe(false);
    await expect(
      exec.spawnPipe('true', [], { cwd: join(folder, 'gone'), onStdout: () => undefined, onStderr: () => undefined }),
    ).rejects.toMatchObject({ code: 'not_found' });
  });
});
