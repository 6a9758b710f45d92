import { parse } from 'node:path';
import { ToolError } from '../../contracts/error.ts';
import { Delivery } from './delivery.ts';
import { childEnvironment, type Environment } from './environment.ts';
import { findExecutable } from './find-executable.ts';
import { launch, missingProgram, type EndReason, type Finish, type Launched } from './launch.ts';
import { LineCutter, wholeCharacters } from './lines.ts';
import type { SupervisePolicy, TreeEnd } from './overseer.ts';

export interface RunOptions {
  /** Default: the root of the file system, so that no program picks up a file of the current folder by chance. */
  cwd?: string | undefined;
  /** Variables set on top of the allow-list; undefined removes one. */
  env?: Environment | undefined;
  /** Written to stdin; without it stdin is empty. */
  input?: string | Uint8Array | undefined;
  signal?: AbortSignal | undefined;
  /** Default 60 000. Infinity for none. */
  timeoutMs?: number | undefined;
  /** The cap of stdout and of stderr, each; default 4 MiB. Beyond it the tree is ended and `truncated` is true. */
  maxOutputBytes?: number | undefined;
  encoding?: 'utf8' | 'buffer';
  /** Limits for the whole tree; false starts it bare. */
  supervised?: Supervision | undefined;
}

/** What may be asked of a launcher; the descriptors are not the caller's. */
export type Supervision = Omit<SupervisePolicy, 'lifeline' | 'status'> | false;

export interface RunResult<Output = string> {
  /** null when a signal ended it. */
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: Output;
  stderr: Output;
  truncated: boolean;
  durationMs: number;
  /** What the tree used and why it ended; not there for one that was started bare. */
  tree?: TreeEnd;
}

export interface StreamOptions extends Omit<RunOptions, 'encoding' | 'maxOutputBytes' | 'input'> {
  /** Called for each line, in order. A promise holds both streams back until it settles; a rejection ends the process. */
  onStdoutLine?: (line: string) => void | Promise<void>;
  onStderrLine?: (line: string) => void | Promise<void>;
  /** Longer lines are cut; default 1 MiB. */
  maxLineBytes?: number;
  /** Keep stdin open for `write`. */
  stdin?: boolean;
}

export interface PipeOptions extends Pick<RunOptions, 'cwd' | 'env' | 'signal' | 'supervised'> {
  onStdout: (chunk: Buffer) => void;
  onStderr: (chunk: Buffer) => void;
}

export interface StreamingProcess {
  /** Of the program itself. */
  readonly pid: number;
  /** How it ended. Rejects on timeout, cancellation and an error of a line callback, not on a bad exit code or `stop`. */
  readonly done: Promise<Pick<Finish, 'code' | 'signal' | 'durationMs' | 'tree'>>;
  /** Writes to stdin; settles when there is room for more. */
  write(data: string | Uint8Array): Promise<void>;
  endInput(): void;
  /** Ends the whole tree; settles when it is gone. */
  stop(): Promise<void>;
}

export interface ExecOptions {
  /** Names of further variables that pass to every child (`*` at the end stands for any ending). */
  envAllow?: readonly string[];
  /** Where variables come from; default: the process's environment. */
  env?: Environment;
  platform?: NodeJS.Platform;
  /** From SIGTERM to SIGKILL; default 2 000 ms. */
  graceMs?: number;
  /**
   * What holds for every child that is not told otherwise. Default: no limits, but nothing outlives this process, even after its SIGKILL:
   * children start through the launcher of `@deployment-engine/native`, which also keeps them from gaining privileges (sudo does not
   * work). Where there is no launcher (not built, not Linux) they start bare.
   */
  supervised?: Supervision;
}

/** The door to other programs: argument vectors only, never a shell; whatever is started ends as a whole tree. */
export interface Exec {
  /**
   * Runs a program to its end. A non-zero exit code is a result, not an error.
   *
   * @throws ToolError `timeout`, `cancelled`, `missing_dependency`, `not_found` (cwd), `invalid_input`, `too_large`, `unsupported`
   */
  run(file: string, argv: readonly string[], options: RunOptions & { encoding: 'buffer' }): Promise<RunResult<Buffer>>;
  run(file: string, argv: readonly string[], options?: RunOptions & { encoding?: 'utf8' }): Promise<RunResult>;
  /** Starts a program whose output is read line by line while it runs. No time limit unless one is given. */
  spawnStream(file: string, argv: readonly string[], options?: StreamOptions): Promise<StreamingProcess>;
  /** Starts a program whose raw output is passed on as it comes; for protocols that frame their own messages. `done` does not reject. */
  spawnPipe(file: string, argv: readonly string[], options: PipeOptions): Promise<StreamingProcess>;
  /** The absolute path of a program, with this environment's PATH and the usual places. */
  find(name: string, extra?: readonly string[]): Promise<string | undefined>;
  /** Ends everything that runs; settles when it is gone. */
  close(): Promise<void>;
}

export function createExec(options: ExecOptions = {}): Exec {
  const { envAllow = [], env: source = process.env, platform = process.platform, graceMs = 2000, supervised = {} } = options;
  const live = new Set<Launched>();

  const find = (name: string, extra: readonly string[] = []) => findExecutable(name, { extra, env: source, platform });

  // A program that has done its work may leave a daemon behind (an agent, a cache), as it may without us; a pipe's other end may not.
  const supervision = (given: Supervision = supervised, onExit: 'group' | 'tree' = 'group') =>
    given === false ? undefined : { onExit, ...given };

  async function prepare(file: string, argv: readonly string[], given: RunOptions | StreamOptions) {
    if (argv.some((one) => typeof one !== 'string' || one.includes('\0'))) {
      throw new ToolError('invalid_input', 'An argument holds a NUL byte or is not text.', { hint: 'Remove the NUL byte.' });
    }
    if (given.signal?.aborted === true) throw endError('cancelled', file);
    if (platform === 'win32' && /\.(?:bat|cmd)[. ]*$/i.test(file)) {
      // They run in cmd.exe, whose quoting no argument vector survives (CVE-2024-27980).
      throw new ToolError('unsupported', 'Batch files are not run: they need a shell.', {
        hint: 'Name the program that the batch file starts.',
      });
    }
    const program = await find(file);
    if (program === undefined) throw missingProgram(file);
    return {
      file: program,
      argv,
      cwd: given.cwd ?? parse(process.cwd()).root,
      env: childEnvironment({ source, allow: envAllow, set: given.env, platform }),
      signal: given.signal,
      graceMs,
    };
  }

  function follow(started: Launched): Launched {
    live.add(started);
    const forget = () => live.delete(started);
    started.finished.then(forget, forget);
    return started;
  }

  async function run(file: string, argv: readonly string[], given: RunOptions = {}): Promise<RunResult<Buffer | string>> {
    const { input, timeoutMs = 60_000, maxOutputBytes = 4 * 1024 * 1024, encoding = 'utf8' } = given;
    const prepared = await prepare(file, argv, given);
    const stdout = new CappedOutput(maxOutputBytes, () => started.end('output'));
    const stderr = new CappedOutput(maxOutputBytes, () => started.end('output'));
    const started: Launched = follow(
      launch({
        ...prepared,
        supervised: supervision(given.supervised),
        stdin: input === undefined ? 'ignore' : 'pipe',
        timeoutMs,
        onStdout: (chunk) => stdout.push(chunk),
        onStderr: (chunk) => stderr.push(chunk),
      }),
    );
    if (input !== undefined) started.child.stdin?.end(input);
    const finish = await started.finished;
    if (finish.reason === 'timeout' || finish.reason === 'cancelled' || finish.reason === 'stopped')
      throw endError(finish.reason, file, timeoutMs);
    const { code, signal, durationMs, tree } = finish;
    const truncated = stdout.full || stderr.full;
    const output = (from: CappedOutput) => (encoding === 'buffer' ? from.bytes() : from.text());
    const told = { truncated, durationMs, ...(tree === undefined ? {} : { tree }) };
    return { code, signal, stdout: output(stdout), stderr: output(stderr), ...told };
  }

  async function spawnStream(file: string, argv: readonly string[], given: StreamOptions = {}): Promise<StreamingProcess> {
    const { timeoutMs = Infinity, maxLineBytes = 1024 * 1024 } = given;
    const prepared = await prepare(file, argv, given);
    let failure: { error: unknown } | undefined;
    const delivery = new Delivery(
      (held) => {
        for (const stream of [started.child.stdout, started.child.stderr]) {
          if (held) stream?.pause();
          else stream?.resume();
        }
      },
      (error) => {
        failure ??= { error };
        started.end('stopped');
      },
    );
    const out = new LineCutter(maxLineBytes);
    const err = new LineCutter(maxLineBytes);
    const started: Launched = follow(
      launch({
        ...prepared,
        supervised: supervision(given.supervised),
        stdin: given.stdin === true ? 'pipe' : 'ignore',
        timeoutMs,
        onStdout: (chunk) => delivery.push(out.push(chunk), given.onStdoutLine),
        onStderr: (chunk) => delivery.push(err.push(chunk), given.onStderrLine),
        isBusy: () => delivery.busy,
      }),
    );
    const done = started.finished.then(async ({ reason, ...finish }) => {
      if (reason === undefined) {
        delivery.push(out.end(), given.onStdoutLine);
        delivery.push(err.end(), given.onStderrLine);
      }
      await delivery.idle();
      if (failure !== undefined) throw failure.error;
      if (reason === 'timeout' || reason === 'cancelled') throw endError(reason, file, timeoutMs);
      return finish;
    });
    done.catch(() => undefined);
    return running(started, await started.ready, done, file);
  }

  async function spawnPipe(
    file: string,
    argv: readonly string[],
    { onStdout, onStderr, ...given }: PipeOptions,
  ): Promise<StreamingProcess> {
    const prepared = await prepare(file, argv, given);
    const limits = supervision(given.supervised, 'tree');
    const started = follow(launch({ ...prepared, supervised: limits, stdin: 'pipe', timeoutMs: Infinity, onStdout, onStderr }));
    const done = started.finished.then(({ reason: _reason, ...finish }) => finish);
    done.catch(() => undefined);
    return running(started, await started.ready, done, file);
  }

  function running(started: Launched, pid: number, done: StreamingProcess['done'], file: string): StreamingProcess {
    return {
      pid,
      done,
      write: async (data) => {
        const { stdin } = started.child;
        if (stdin === null || stdin.destroyed || stdin.writableEnded) throw new ToolError('conflict', `The input of ${file} is closed.`);
        await new Promise<void>((resolve) => stdin.write(data, () => resolve()));
      },
      endInput: () => started.child.stdin?.end(),
      stop: async () => {
        started.end('stopped');
        await started.finished;
      },
    };
  }

  return {
    run: run as Exec['run'],
    spawnStream,
    spawnPipe,
    find,
    close: async () => {
      const all = [...live];
      for (const one of all) one.end('stopped');
      await Promise.allSettled(all.map((one) => one.finished));
    },
  };
}

function endError(reason: Exclude<EndReason, 'output'>, file: string, timeoutMs = 0): ToolError {
  if (reason === 'timeout') {
    return new ToolError('timeout', `${file} did not finish within ${timeoutMs} ms and was ended.`, {
      hint: 'Ask for less, or allow more time.',
      details: { timeout_ms: timeoutMs },
    });
  }
  return new ToolError('cancelled', reason === 'cancelled' ? `${file} was cancelled.` : `${file} was ended because the server stops.`);
}

class CappedOutput {
  readonly #cap: number;
  readonly #onFull: () => void;
  readonly #chunks: Buffer[] = [];
  #length = 0;
  full = false;

  constructor(cap: number, onFull: () => void) {
    this.#cap = cap;
    this.#onFull = onFull;
  }

  push(chunk: Buffer): void {
    const room = this.#cap - this.#length;
    const kept = chunk.length > room ? chunk.subarray(0, room) : chunk;
    this.#chunks.push(kept);
    this.#length += kept.length;
    if (chunk.length <= room || this.full) return;
    this.full = true;
    this.#onFull();
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  text(): string {
    return (this.full ? wholeCharacters(this.bytes()) : this.bytes()).toString('utf8');
  }
}
