import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { endProcess, startedAt } from './process.ts';

interface Seen {
  pid: number;
  parent: number;
  command: string;
}

function processes(): Seen[] {
  const found: Seen[] = [];
  if (process.platform !== 'linux') return found;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      found.push({ pid: Number(name), parent, command: readFileSync(`/proc/${name}/cmdline`, 'utf8') });
    } catch {
      // It ended while we looked.
    }
  }
  return found;
}

/**
 * Ends what an engine that was killed left running: its containerd, the shims, and the containers below the shims. They are known by
 * the folder that their command line names. An engine that stopped by itself leaves none.
 */
export async function endLeftovers(execRoot: string): Promise<void> {
  const all = processes();
  const below = ({ pid }: Seen): Seen[] => all.filter(({ parent }) => parent === pid).flatMap((one) => [...below(one), one]);
  const own = all.filter(({ command }) => /^(\S*\/)?containerd/.test(command) && command.includes(`${execRoot}/`));
  // Children first: without its shim a container would go on as an orphan.
  for (const { pid } of own.flatMap((one) => [...below(one), one])) await endProcess({ pid, started: startedAt(pid) }, 0);
}

/** Frees a folder of what such an engine left mounted in it: its data folder, the layers of containers. */
export async function unmountAll(folder: string): Promise<void> {
  if (process.platform !== 'linux') return;
  const table = readFileSync('/proc/self/mountinfo', 'utf8');
  const points = table.split('\n').map((line) => (line.split(' ')[4] ?? '').replaceAll('\\040', ' '));
  // The last mounted first: it may lie on another.
  for (const point of points.toReversed()) {
    if (!point.startsWith(`${folder}/`)) continue;
    const child = spawn('umount', [point], { stdio: 'inherit' });
    await once(child, 'exit');
  }
}
