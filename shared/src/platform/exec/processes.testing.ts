import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { processTable } from './process-table.ts';

/** Whether a process lives (a zombie does not). For tests. */
export async function lives(pid: number): Promise<boolean> {
  return (await processTable()).some((row) => row.pid === pid);
}

/** Waits until files hold a number each, as processes write their pids; fails the test's own time limit otherwise. For tests. */
export async function pidsIn(...files: string[]): Promise<number[]> {
  const read = (file: string) => (existsSync(file) ? /^\d+\n/.exec(readFileSync(file, 'utf8')) : null);
  while (files.some((file) => read(file) === null)) await pause(5);
  return files.map((file) => Number(read(file)?.[0]));
}
