import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { ToolError } from '../../contracts/error.ts';
import { TREE_VARIABLE } from './environment.ts';
import { processTree, sendSignal, signalGroup } from './process-tree.ts';
import { CONTROL, LAUNCHER_EXIT, overseen, type Overseer, type SupervisePolicy, type TreeEnd } from './overseer.ts';

/** Why we ended a process that had not ended by itself. */
export type EndReason = 'timeout' | 'cancelled' | 'output' | 'stopped';

export interface LaunchOptions {
  file: string;
  argv: readonly string[];
  cwd: string;
  env: Record<string, string>;
  stdin: 'ignore' | 'pipe';
  signal?: AbortSignal | undefined;
  /** Infinity for none. */
  timeoutMs: number;
  /** From SIGTERM to SIGKILL. */
  graceMs: number;
  /** Through the launcher, where there is one; undefined: bare. */
  supervised?: SupervisePolicy | undefined;
  onStdout: (chunk: Buffer) => void;
  onStderr: (chunk: Buffer) => void;
  /** True while the caller holds back the streams. */
  isBusy?: () => boolean;
}

export interface Finish {
  code: number | null;
  signal: NodeJS.Signals | null;
  reason?: EndReason;
  durationMs: number;
  /** What the launcher says of the whole tree; not there for one that was started bare. */
  tree?: TreeEnd;
}

export interface Launched {
  child: ChildProcess;
  /** Settles with the program's process id when it is being executed; rejects when it cannot be. */
  ready: Promise<number>;
  /** Settles when the process is gone, its group (after an end by us: its whole tree) is gone and its output is read. */
  finished: Promise<Finish>;
  end(reason: EndReason): void;
}

// How long output may stay silent after the exit when some process outside the tree still holds the pipe.
const DRAIN_MS = 500;
const LONGEST_TIMER = 2 ** 31 - 1;
// How long a launcher may take, beyond what its policy allows, before its tree is ended without it.
const LAUNCHER_SLACK_MS = 5000;

const running = new Map<number, boolean>();
let watchesExit = false;

// A process group outlives its parent; when ours ends in a hurry, the last thing it does is to take the groups with it. A launcher takes
// SIGQUIT as "kill the tree now"; killed itself, it could not.
function remember(pid: number, supervised: boolean): void {
  running.set(pid, supervised);
  if (watchesExit) return;
  watchesExit = true;
  process.on('exit', () => {
    for (const [one, byLauncher] of running) {
      if (byLauncher) sendSignal(one, 'SIGQUIT');
      else signalGroup(one, 'SIGKILL');
    }
  });
}

/** Starts a program, never through a shell, as the leader of its own process group. */
export function launch(options: LaunchOptions): Launched {
  const { file, argv, cwd, env, signal, timeoutMs, graceMs } = options;
  const started = performance.now();
  const mark = randomBytes(8).toString('hex');
  const outer = process.env[TREE_VARIABLE];
  const overseer = overseen(options);
  let child: ChildProcess;
  try {
    child = spawn(overseer?.file ?? file, overseer?.args ?? argv, {
      cwd,
      env: { ...env, [TREE_VARIABLE]: outer === undefined ? mark : `${outer}/${mark}` },
      stdio: [options.stdin, 'pipe', 'pipe', ...(overseer === undefined ? [] : (['pipe'] as const))],
      detached: process.platform !== 'win32',
      windowsHide: true,
      shell: false,
    });
  } catch (error) {
    throw spawnError(error, file, cwd);
  }
  // A program that closes its input early, or never starts, is its own affair.
  child.stdin?.on('error', () => undefined);
  const { pid } = child;
  if (pid === undefined) {
    const finished = failedSpawn(child, file, cwd);
    return { child, ready: quiet(finished.then(() => 0)), end: () => undefined, finished };
  }
  remember(pid, overseer !== undefined);
  overseer?.listen(child.stdio[CONTROL]);
  const ready = overseer === undefined ? Promise.resolve(pid) : startedBy(overseer, pid, file, cwd);

  const tree = processTree(pid, { mark });
  const { promise: exited, resolve: exit } = Promise.withResolvers<Pick<Finish, 'code' | 'signal'>>();
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  let reason: EndReason | undefined;
  let ending: Promise<void> | undefined;
  let heard = 0;

  const end = (why: EndReason) => {
    if (reason !== undefined || child.exitCode !== null || child.signalCode !== null) return;
    reason = why;
    ending = overseer === undefined ? tree.end(graceMs) : endOverseen(overseer);
  };
  const onAbort = () => end('cancelled');
  const timer = Number.isFinite(timeoutMs) ? setTimeout(() => end('timeout'), Math.min(timeoutMs, LONGEST_TIMER)) : undefined;
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted === true) onAbort();

  const listen = (sink: (chunk: Buffer) => void) => (chunk: Buffer) => {
    heard++;
    if (reason === undefined) sink(chunk);
  };
  child.stdout?.on('data', listen(options.onStdout));
  child.stderr?.on('data', listen(options.onStderr));
  child.on('error', () => undefined);
  child.once('exit', (code, signalName) => exit({ code, signal: signalName }));
  child.once('close', () => close());

  /** The launcher ends the tree; one that was killed, or that hangs, has its work done from here. */
  async function endOverseen({ drainMs }: Overseer): Promise<void> {
    if (drainMs > 0) child.stdin?.end();
    sendSignal(child.pid ?? 0, 'SIGTERM');
    const patience = new AbortController();
    const late = pause(drainMs + graceMs + LAUNCHER_SLACK_MS, 'late', { signal: patience.signal, ref: false }).catch(() => 'in time');
    if ((await Promise.race([exited, late])) === 'late') await tree.end(0);
    patience.abort();
  }

  async function finish(): Promise<Finish> {
    const result = await exited;
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    const account = await overseer?.ended;
    await ending;
    if (overseer === undefined) await (ending ?? tree.endGroup(graceMs));
    // Whatever became of the launcher, it did not say that the tree is gone.
    else if (account === undefined && overseer.failure === undefined) await tree.end(graceMs);
    running.delete(pid ?? 0);
    await drained();
    await ready;
    if (overseer !== undefined && account === undefined && result.code === LAUNCHER_EXIT.policy) {
      throw new ToolError('internal', 'The launcher does not fit this version.', { hint: 'Build it again: npm run build.' });
    }
    const why = reason === undefined ? {} : { reason };
    return { ...result, ...why, ...(account === undefined ? {} : { tree: account }), durationMs: performance.now() - started };
  }

  async function drained(): Promise<void> {
    let before = heard;
    const watch = setInterval(() => {
      const silent = heard === before && options.isBusy?.() !== true;
      before = heard;
      if (!silent) return;
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, DRAIN_MS);
    await closed;
    clearInterval(watch);
  }

  return { child, ready, end, finished: finish() };
}

/** A rejection that nobody may be waiting for yet. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

function startedBy(overseer: Overseer, launcher: number, file: string, cwd: string): Promise<number> {
  const ready = overseer.started.then((pid) => {
    const { failure } = overseer;
    if (failure === undefined) return pid ?? launcher;
    if (failure.stage === 'command') throw spawnError({ code: failure.code }, file, cwd);
    throw new ToolError('unavailable', `${file} was not started: its limits could not be set up.`, {
      hint: `The launcher says: ${failure.message}.`,
    });
  });
  return quiet(ready);
}

function failedSpawn(child: ChildProcess, file: string, cwd: string): Promise<Finish> {
  return new Promise((_resolve, reject) => child.once('error', (error) => reject(spawnError(error, file, cwd))));
}

function spawnError(error: unknown, file: string, cwd: string): ToolError {
  const { code } = error as { code?: string | undefined };
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    // The operating system says the same of a missing program and a missing folder.
    if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
      return new ToolError('not_found', 'The folder to run in does not exist.', { hint: 'Check the path.', cause: error });
    }
    return missingProgram(file, error);
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new ToolError('missing_dependency', `${file} may not be run.`, {
      hint: 'Check that it is executable and its folder is readable.',
      cause: error,
    });
  }
  if (code === 'E2BIG')
    return new ToolError('too_large', 'The arguments are too long for the operating system.', { hint: 'Pass less at once.', cause: error });
  if (code === 'EAGAIN' || code === 'ENOMEM' || code === 'EMFILE' || code === 'ENFILE') {
    return new ToolError('unavailable', 'The machine cannot start another process now.', { hint: 'Try again later.', cause: error });
  }
  return new ToolError('internal', `${file} could not be started.`, { cause: error });
}

export function missingProgram(file: string, cause?: unknown): ToolError {
  return new ToolError('missing_dependency', `${file} was not found on this machine.`, {
    hint: `Install ${file}, or add its folder to PATH, then try again.`,
    cause,
  });
}
