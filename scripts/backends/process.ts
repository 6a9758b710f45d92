import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A process named so that its number, given to another process later, is not mistaken for it. */
export interface ProcessName {
  pid: number;
  /** The kernel's start time of the process in clock ticks; undefined where /proc is not there. */
  started?: string | undefined;
}

interface Stat {
  state: string;
  started: string;
}

function stat(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold blanks: count from behind it.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', started: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

export function startedAt(pid: number): string | undefined {
  return stat(pid)?.started;
}

/** True while that very process runs; a zombie counts as ended. */
export function isAlive({ pid, started }: ProcessName): boolean {
  if (started !== undefined) {
    const now = stat(pid);
    return now !== undefined && now.started === started && now.state !== 'Z';
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** PATH with the folders where Debian keeps daemons, which a person's PATH may lack. */
export function searchPath(): string {
  return [process.env['PATH'], '/usr/local/sbin', '/usr/sbin', '/sbin'].filter(Boolean).join(delimiter);
}

/** The file of a program that is named by its name or by a whole path. */
export function findProgram(name: string): string | undefined {
  for (const folder of isAbsolute(name) ? [''] : searchPath().split(delimiter)) {
    const file = join(folder, name);
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.isFile() && (found.mode & 0o111) !== 0) return file;
  }
  return undefined;
}

/** Starts a process that outlives this one, its output appended to `log`. */
export function startDetached(program: string, args: readonly string[], log: string): ChildProcess {
  const output = openSync(log, 'a');
  try {
    const child = spawn(program, args, {
      detached: true,
      stdio: ['ignore', output, output],
      env: { PATH: searchPath(), HOME: process.env['HOME'] ?? '/', LANG: 'C.UTF-8' },
    });
    child.unref();
    return child;
  } finally {
    closeSync(output);
  }
}

/** Polls until `check` holds. False when it did not within `limitMs`. */
export async function until(check: () => boolean | Promise<boolean>, limitMs: number, everyMs = 50): Promise<boolean> {
  const end = performance.now() + limitMs;
  for (;;) {
    if (await check()) return true;
    if (performance.now() > end) return false;
    await delay(everyMs);
  }
}

/** Ends one process by its own number: asks, waits `patienceMs`, then insists. */
export async function endProcess(name: ProcessName, patienceMs = 10_000): Promise<void> {
  for (const [signal, patience] of [
    ['SIGTERM', patienceMs],
    ['SIGKILL', 5000],
  ] as const) {
    if (!isAlive(name)) return;
    try {
      process.kill(name.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
      throw error;
    }
    if (await until(() => !isAlive(name), patience)) return;
  }
  throw new Error(`process ${name.pid} does not end`);
}
