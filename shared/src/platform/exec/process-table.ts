import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';

/** One living process (zombies are left out: they hold nothing and cannot be ended). */
export interface ProcessRow {
  pid: number;
  parent: number;
  group: number;
  session: number;
  /** Tells a process from a later one with the same pid. */
  started: string;
}

/** Lists the living processes: from /proc on Linux, from ps(1) elsewhere; empty where neither answers. */
export async function processTable(platform: NodeJS.Platform = process.platform): Promise<ProcessRow[]> {
  return platform === 'linux' ? fromProc() : fromPs();
}

async function fromProc(): Promise<ProcessRow[]> {
  const names = await readdir('/proc').catch(() => []);
  const rows = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map(readProcRow));
  return rows.filter((row) => row !== undefined);
}

async function readProcRow(pid: string): Promise<ProcessRow | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  // proc_pid_stat(5): the name in parentheses may itself hold blanks and parentheses, so count from the last one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parent, group, session] = fields;
  const started = fields[19];
  if (started === undefined || state === 'Z' || state === 'X') return undefined;
  return { pid: Number(pid), parent: Number(parent), group: Number(group), session: Number(session), started };
}

async function fromPs(): Promise<ProcessRow[]> {
  const text = await new Promise<string>((resolve) => {
    execFile('/bin/ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat=,lstart='], { env: { LC_ALL: 'C' }, timeout: 5000 }, (_error, stdout) =>
      resolve(stdout),
    );
  });
  const rows: ProcessRow[] = [];
  for (const line of text.split('\n')) {
    const parts = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.+)$/.exec(line);
    if (parts === null || parts[4]?.startsWith('Z')) continue;
    const [pid, parent, group] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
    rows.push({ pid, parent, group, session: 0, started: parts[5]?.trim() ?? '' });
  }
  return rows;
}

/**
 * Whether the process was started with this word in this variable. Undefined where nothing can be read: another user's process, one that
 * is just being started, not Linux.
 */
export async function hasMark(pid: number, variable: string, word: string): Promise<boolean | undefined> {
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
  if (environment === '') return undefined;
  const value = environment
    .split('\0')
    .find((one) => one.startsWith(`${variable}=`))
    ?.slice(variable.length + 1);
  return value !== undefined && value.split('/').includes(word);
}
