import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { ToolError } from '../../contracts/error.ts';
import { TREE_VARIABLE } from './environment.ts';
import { processTree, signalGroup } from './process-tree.ts';

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
}

export interface Launched {
  child: ChildProcess;
  /** Settles when the process is gone, its group (after an end by us: its whole tree) is gone and its output is read. */
  finished: Promise<Finish>;
  end(reason: EndReason): void;
}

// How long output may stay silent after the exit when some process outside the tree still holds the pipe.
const DRAIN_MS = 500;
const LONGEST_TIMER = 2 ** 31 - 1;

const running = new Set<number>();
let watchesExit = false;

// A process group outlives its parent; when ours ends in a hurry, the last thing it does is to take the groups with it.
function remember(pid: number): void {
  running.add(pid);
  if (watchesExit) return;
  watchesExit = true;
  process.on('exit', () => {
    for (const one of running) signalGroup(one, 'SIGKILL');
  });
}

/** Starts a program, never through a shell, as the leader of its own process group. */
export function launch(options: LaunchOptions): Launched {
  const { file, argv, cwd, env, signal, timeoutMs, graceMs } = options;
  const started = performance.now();
  const mark = randomBytes(8).toString('hex');
  const outer = process.env[TREE_VARIABLE];
  let child: ChildProcess;
  try {
    child = spawn(file, argv, {
      cwd,
      env: { ...env, [TREE_VARIABLE]: outer === undefined ? mark : `${outer}/${mark}` },
      stdio: [options.stdin, 'pipe', 'pipe'],
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
  if (pid === undefined) return { child, end: () => undefined, finished: failedSpawn(child, file, cwd) };
  remember(pid);

  const tree = processTree(pid, { mark });
  const { promise: exited, resolve: exit } = Promise.withResolvers<Pick<Finish, 'code' | 'signal'>>();
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  let reason: EndReason | undefined;
  let ending: Promise<void> | undefined;
  let heard = 0;

  const end = (why: EndReason) => {
    if (reason !== undefined || child.exitCode !== null || child.signalCode !== null) return;
    reason = why;
    ending = tree.end(graceMs);
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

  async function finish(): Promise<Finish> {
    const result = await exited;
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    await (ending ?? tree.endGroup(graceMs));
    running.delete(pid ?? 0);
    await drained();
    return { ...result, ...(reason === undefined ? {} : { reason }), durationMs: performance.now() - started };
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

  return { child, end, finished: finish() };
}

function failedSpawn(child: ChildProcess, file: string, cwd: string): Promise<Finish> {
  return new Promise((_resolve, reject) => child.once('error', (error) => reject(spawnError(error, file, cwd))));
}

function spawnError(error: unknown, file: string, cwd: string): ToolError {
  const code = (error as NodeJS.ErrnoException).code;
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
