import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launcherPath, type SandboxReport, sandboxReport } from '@deployment-engine/native';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createExec } from './exec.ts';
import { lives, pidsIn } from './processes.testing.ts';

const launcher = launcherPath();
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supervised-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('says what holds, or that children start bare', () => {
  const report = sandboxReport();
  if (launcher === undefined) expect(report).toMatchObject({ supported: false, notes: [expect.stringMatching(/supervision/i)] });
  else expect(report.landlock.abi).toBeGreaterThanOrEqual(0);
});

it.runIf(launcher !== undefined)('nothing outlives us, even if we are killed: deaf, in other sessions, orphaned', async () => {
  const files = ['shell', 'session', 'orphan'].map((name) => join(folder, name)) as [string, string, string];
  const [shell, session, orphan] = files;
  const deaf = (file: string) => `sh -c "trap \\"\\" TERM; echo \\$\\$ > ${file}; exec sleep 1000"`;
  const tree = `trap "" TERM; echo $$ > ${shell}; setsid ${deaf(session)} & ( setsid ${deaf(orphan)} & ); wait; sleep 1000`;
  const module = new URL('./exec.ts', import.meta.url).href;
  const script = `
    const { createExec } = await import(${JSON.stringify(module)});
    const ignore = () => undefined;
    await createExec({ graceMs: 100 }).spawnPipe('sh', ['-c', ${JSON.stringify(tree)}], { onStdout: ignore, onStderr: ignore });
    setInterval(() => undefined, 1000);`;
  const hub = spawn(process.execPath, ['--conditions=@deployment-engine/source', '--input-type=module', '-e', script], { stdio: 'ignore' });
  const exited = once(hub, 'exit');
  const pids = await pidsIn(...files);
  expect(await Promise.all(pids.map(lives))).toEqual([true, true, true]);
  hub.kill('SIGKILL');
  expect(await exited).toEqual([null, 'SIGKILL']);
  for (const pid of pids) while (await lives(pid));
});

it.runIf(launcher !== undefined)('limits hold and the end is told', async () => {
  const exec = createExec({ supervised: { limits: { openFiles: 64 } } });
  const result = await exec.run('sh', ['-c', 'ulimit -n; exit 3']);
  expect(result).toMatchObject({ code: 3, stdout: '64\n', tree: { reason: 'exited', code: 3, left: 0 } });
  expect(await exec.run('sh', ['-c', 'ulimit -c'], { supervised: { deadlineMs: 60_000 } })).toMatchObject({ stdout: '0\n' });
  expect((await exec.run('true', [], { supervised: false })).tree).toBeUndefined();
});

it.runIf(launcher !== undefined)('a limit that cannot be set up is no missing program', async () => {
  const exec = createExec();
  const { cgroup } = JSON.parse((await exec.run(launcher ?? '', ['--report'])).stdout) as SandboxReport;
  const supervised = { require: 'all', limits: { memoryBytes: 64 << 20 } } as const;
  if (cgroup.memory) expect((await exec.run('true', [], { supervised })).code).toBe(0);
  else await expect(exec.run('true', [], { supervised })).rejects.toMatchObject({ code: 'unavailable' });
});

it.runIf(launcher !== undefined)('a tree whose launcher was killed is ended from here', async () => {
  const left = join(folder, 'left');
  const exec = createExec({ graceMs: 100 });
  const script = `setsid sh -c 'trap "" TERM; echo $$ > ${left}; exec sleep 1000' & while [ ! -s ${left} ]; do sleep 0.01; done; kill -9 $PPID; sleep 1000`;
  expect(await exec.run('sh', ['-c', script])).toMatchObject({ signal: 'SIGKILL' });
  expect(await lives((await pidsIn(left))[0] ?? 0)).toBe(false);
});
