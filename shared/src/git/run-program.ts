import type { Environment, Exec } from '../platform/exec/index.ts';
import type { GitBytes } from './repository.ts';

export interface ProgramOptions {
  cwd: string;
  env: Environment;
  input: string | Uint8Array | undefined;
  signal: AbortSignal | undefined;
  timeoutMs: number;
  maxOutputBytes: number;
  onProgress: ((line: string) => void) | undefined;
}

const PROGRESS_KEPT = 200;

/** Runs git to its end; with `onProgress` its stderr is told line by line while it runs. */
export async function runProgram(exec: Exec, file: string, argv: readonly string[], options: ProgramOptions): Promise<GitBytes> {
  const { onProgress, ...given } = options;
  if (onProgress === undefined) {
    const { code, stdout, stderr, truncated } = await exec.run(file, argv, { ...given, encoding: 'buffer' });
    return { code, stdout, stderr: stderr.toString('utf8'), truncated };
  }
  const stdout: string[] = [];
  const stderr: string[] = [];
  let left = options.maxOutputBytes;
  const { input, maxOutputBytes: _cap, ...streaming } = given;
  const started = await exec.spawnStream(file, argv, {
    ...streaming,
    stdin: input !== undefined,
    onStdoutLine: (line) => {
      left -= line.length;
      if (left >= 0) stdout.push(line);
    },
    onStderrLine: (line) => {
      // each phase rewrites its line by carriage returns; the last state stands at its end
      const last = line.split('\r').findLast((part) => part.trim() !== '') ?? '';
      if (last === '') return;
      stderr.push(last);
      if (stderr.length > PROGRESS_KEPT) stderr.shift();
      onProgress(last);
    },
  });
  if (input !== undefined) {
    await started.write(input);
    started.endInput();
  }
  const { code } = await started.done;
  return { code, stdout: Buffer.from(stdout.length === 0 ? '' : `${stdout.join('\n')}\n`), stderr: stderr.join('\n'), truncated: left < 0 };
}
