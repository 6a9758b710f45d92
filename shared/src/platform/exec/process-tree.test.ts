import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TREE_VARIABLE } from './environment.ts';
import { hasMark, processTable } from './process-table.ts';
import { processTree } from './process-tree.ts';
import { lives, pidsIn } from './processes.testing.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tree-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it.runIf(existsSync('/bin/ps'))('reads the process table from ps where there is no /proc', async () => {
  const [mine, theirs] = await Promise.all([processTable(), processTable('darwin')]);
  const own = theirs.find((row) => row.pid === process.pid);
  expect(own).toMatchObject({ parent: process.ppid });
  expect(own?.started).toMatch(/\d\d:\d\d:\d\d/);
  expect(own?.group).toBe(mine.find((row) => row.pid === process.pid)?.group ?? own?.group);
});

it.runIf(existsSync('/bin/ps'))('ends a tree by the parent links alone', async () => {
  const [child, session] = [join(folder, 'child'), join(folder, 'session')];
  const script = `trap "" TERM; echo $$ > ${child}; setsid sh -c 'trap "" TERM; echo $$ > ${session}; sleep 1000; sleep 1000' & wait; sleep 1000`;
  const leader = spawn('/bin/sh', ['-c', script], { detached: true, stdio: 'ignore' });
  const exited = once(leader, 'exit');
  const pids = await pidsIn(child, session);
  await processTree(leader.pid ?? 0, { mark: 'unused', platform: 'darwin' }).end(50);
  await exited;
  expect(await Promise.all(pids.map(lives))).toEqual([false, false]);
});

it.runIf(process.platform === 'linux')('knows a mark in its place only', async () => {
  const child = spawn('/bin/sleep', ['1000'], { env: { [TREE_VARIABLE]: 'outer/inner' }, stdio: 'ignore' });
  const exited = once(child, 'exit');
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  try {
    while ((await hasMark(pid, TREE_VARIABLE, 'inner')) === undefined);
    expect(await hasMark(pid, TREE_VARIABLE, 'inner')).toBe(true);
    expect(await hasMark(pid, TREE_VARIABLE, 'outer')).toBe(true);
    expect(await hasMark(pid, TREE_VARIABLE, 'inn')).toBe(false);
    expect(await hasMark(pid, 'OTHER', 'inner')).toBe(false);
    expect(await hasMark(2 ** 30, TREE_VARIABLE, 'inner')).toBeUndefined();
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
});
