import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { chunksOf, createExec, inspectExec, startExec, type Engine, type ExecBody, type WireExec } from '../client/index.ts';
import { LineCollector, type Collected } from '../report/lines.ts';

export interface ExecWish extends Omit<ExecBody, 'AttachStdin'> {
  input: string | undefined;
  timeoutMs: number;
  lines: number;
  characters: number;
}

export interface Executed extends Collected {
  exitCode: number | undefined;
  timedOut: boolean;
  /** After a timeout: whether the program is known to have ended. */
  ended: boolean;
}

/** Marks the program and all its children, so that they can be found from inside the container. */
const MARK = 'DEPLOYMENT_ENGINE_EXEC';

/**
 * Runs a program in a container. The engine offers no way to end one, so on timeout or cancellation a second program looks for the mark
 * in every process's environment and kills what carries it; that needs `sh` and `grep` in the container.
 */
export async function exec(engine: Engine, container: string, wish: ExecWish, signal: AbortSignal): Promise<Executed> {
  const { input, timeoutMs, lines, characters, ...body } = wish;
  const mark = randomBytes(12).toString('hex');
  const id = await createExec(
    engine,
    container,
    { ...body, Env: [...(body.Env ?? []), `${MARK}=${mark}`], AttachStdin: input !== undefined },
    signal,
  );
  const time = AbortSignal.timeout(timeoutMs);
  const either = AbortSignal.any([signal, time]);
  const collector = new LineCollector({ lines, characters, bytes: 64 * 1024 ** 2 });
  let flooded = false;
  try {
    const stream = await startExec(engine, id, input, either);
    try {
      for await (const chunk of chunksOf(stream, false)) {
        if (collector.add(chunk)) continue;
        flooded = true;
        break;
      }
    } finally {
      stream.destroy();
    }
  } catch (error) {
    if (!either.aborted) throw engine.failure(error, signal);
  }
  const stopped = either.aborted || flooded;
  const ended = stopped ? await endMarked(engine, container, id, mark) : true;
  if (signal.aborted) throw engine.failure(undefined, signal);
  const facts = stopped ? await inspectExec(engine, id, signal) : await endedExec(engine, id, signal);
  return { ...collector.end(), exitCode: facts.Running ? undefined : (facts.ExitCode ?? undefined), timedOut: time.aborted, ended };
}

/** The output may end a moment before the engine knows the exit code. */
async function endedExec(engine: Engine, id: string, signal: AbortSignal): Promise<WireExec> {
  for (let tries = 0; ; tries += 1) {
    const facts = await inspectExec(engine, id, signal);
    if (!facts.Running || tries === 20) return facts;
    await setTimeout(50, undefined, { signal });
  }
}

const KILL = `for p in /proc/[0-9]*; do grep -q "$0" "$p/environ" 2>/dev/null && kill -9 "\${p#/proc/}" 2>/dev/null; done; :`;

async function endMarked(engine: Engine, container: string, id: string, mark: string): Promise<boolean> {
  const signal = AbortSignal.timeout(5000);
  try {
    const killer = await createExec(
      engine,
      container,
      { Cmd: ['sh', '-c', KILL, `${MARK}=${mark}`], User: '0', AttachStdin: false },
      signal,
    );
    const stream = await startExec(engine, killer, undefined, signal);
    for await (const _ of chunksOf(stream, false));
    return !(await endedExec(engine, id, signal)).Running;
  } catch {
    return false;
  }
}
