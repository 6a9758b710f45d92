import { execFile } from 'node:child_process';
import { win32 } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { TREE_VARIABLE } from './environment.ts';
import { hasMark, processTable, type ProcessRow } from './process-table.ts';

const POLL_MS = 20;
const KILL_ROUNDS = 250;

export interface ProcessTreeOptions {
  /** The word that the tree's processes carry in {@link TREE_VARIABLE}. */
  mark: string;
  platform?: NodeJS.Platform;
}

/** A started process, which leads its own group, and whatever came out of it. */
export interface ProcessTree {
  /** Ends every process of the tree: SIGTERM, then SIGKILL after `graceMs`. Settles when none lives. */
  end(graceMs: number): Promise<void>;
  /** Ends what is left in the process group after its leader has ended; those that left the group stay. */
  endGroup(graceMs: number): Promise<void>;
}

export function processTree(leader: number, { mark, platform = process.platform }: ProcessTreeOptions): ProcessTree {
  if (platform === 'win32') return windowsTree(leader);
  // Once found, a process stays known: its parent may die and its group may change while it is being ended.
  const known = new Map<number, string>();
  const unmarked = new Map<number, string>();

  async function members(): Promise<ProcessRow[]> {
    const table = await processTable(platform);
    const isKnown = (row: ProcessRow) => known.get(row.pid) === row.started;
    const fresh = table.filter((row) => row.pid > 1 && row.pid !== process.pid && !isKnown(row) && unmarked.get(row.pid) !== row.started);
    await Promise.all(
      fresh.map(async (row) => {
        const belongs = row.group === leader || row.session === leader || (await hasMark(row.pid, TREE_VARIABLE, mark));
        if (belongs === true) known.set(row.pid, row.started);
        else if (belongs === false) unmarked.set(row.pid, row.started);
      }),
    );
    // Children of members, whatever their environment says, until nothing is added.
    for (let grew = true; grew;) {
      grew = false;
      for (const row of table) {
        if (isKnown(row) || row.pid === process.pid || !known.has(row.parent)) continue;
        known.set(row.pid, row.started);
        grew = true;
      }
    }
    return table.filter(isKnown);
  }

  async function groupMembers(): Promise<ProcessRow[]> {
    if (!signalGroup(leader, 0)) return [];
    return (await processTable(platform)).filter((row) => row.group === leader);
  }

  async function endAll(find: () => Promise<ProcessRow[]>, graceMs: number): Promise<void> {
    const deadline = performance.now() + graceMs;
    const asked = new Set<number>();
    // The first look comes before the first signal: a parent that ends takes the link to its children with it.
    for (let living = await find(); ; living = await find()) {
      if (living.length === 0) return;
      if (asked.size === 0) signalGroup(leader, 'SIGTERM');
      for (const { pid, group } of living) {
        if (asked.has(pid)) continue;
        asked.add(pid);
        if (group !== leader) sendSignal(pid, 'SIGTERM');
        // A stopped process acts on SIGTERM only when it continues.
        sendSignal(pid, 'SIGCONT');
      }
      if (performance.now() >= deadline) break;
      await pause(POLL_MS);
    }
    // Whoever forks while the table is read is met in the next round.
    for (let round = 0; round < KILL_ROUNDS; round++) {
      const living = await find();
      if (living.length === 0) return;
      for (const { pid } of living) sendSignal(pid, 'SIGKILL');
      await pause(POLL_MS);
    }
  }

  return { end: (graceMs) => endAll(members, graceMs), endGroup: (graceMs) => endAll(groupMembers, graceMs) };
}

/** Sends a signal to a whole process group; false when it is empty. */
export function signalGroup(leader: number, name: NodeJS.Signals | 0): boolean {
  return sendSignal(-leader, name);
}

/** Sends a signal to a process; false when there is none. */
export function sendSignal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

function windowsTree(leader: number): ProcessTree {
  // A console process has no gentle end there; /T follows the parent links, which is all that Windows keeps.
  const taskkill = win32.join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'taskkill.exe');
  return {
    end: () => new Promise((resolve) => execFile(taskkill, ['/T', '/F', '/PID', String(leader)], { windowsHide: true }, () => resolve())),
    endGroup: async () => undefined,
  };
}
