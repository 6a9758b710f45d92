import type { Progress } from '@deployment-engine/shared/toolkit';
import { act, inspectContainer, waitForEnd, type Engine, type WireInspect } from '../client/index.ts';
import type { Docker } from '../docker.ts';
import type { World } from '../policy/index.ts';
import type { Line } from '../report/lines.ts';
import { readLog } from '../report/log.ts';
import type { ContainerInput } from './container-fields.ts';
import { createChecked, discard } from './create.ts';

export interface RunWish {
  wait: boolean;
  waitSeconds: number;
  removeAfter: boolean;
  tail: number;
}

export interface Ran {
  facts: WireInspect;
  pulled: boolean;
  warnings: string[];
  /** It still ran when waiting ended. */
  running: boolean;
  removed: boolean;
  lines: Line[];
  truncated: boolean;
}

/** Makes and starts a container, and waits for its end if wanted. A cancelled call leaves nothing running. */
export async function run(
  docker: Docker,
  engine: Engine,
  input: ContainerInput,
  wish: RunWish,
  world: World,
  report: (progress: Progress) => void,
): Promise<Ran> {
  const { signal } = world;
  const { id, pulled, warnings } = await createChecked(docker, engine, input, world, report);
  try {
    await act(engine, id, 'start', {}, signal);
    const ended = wish.wait && (await waited(engine, id, wish.waitSeconds, signal, report));
    const facts = await inspectContainer(engine, id, signal);
    const running = facts.State?.Running ?? false;
    const { lines, dropped, cut } = await readLog(engine, facts, { tail: wish.tail }, signal);
    const removed = wish.removeAfter && ended && (await discard(engine, id));
    return { facts, pulled, warnings, running, removed, lines, truncated: dropped > 0 || cut };
  } catch (error) {
    // it did not start, or nobody waits for it any more
    if (signal.aborted && !wish.removeAfter) await stopNow(engine, id);
    else await discard(engine, id);
    throw error;
  }
}

/** True once it has ended, false when the time is up. */
async function waited(
  engine: Engine,
  id: string,
  seconds: number,
  signal: AbortSignal,
  report: (progress: Progress) => void,
): Promise<boolean> {
  const time = AbortSignal.timeout(seconds * 1000);
  const start = performance.now();
  const beat = setInterval(() => {
    const passed = Math.round((performance.now() - start) / 1000);
    report({ progress: passed, total: seconds, message: `running for ${passed} s` });
  }, 5000);
  try {
    await waitForEnd(engine, id, AbortSignal.any([signal, time]));
    return true;
  } catch (error) {
    if (time.aborted && !signal.aborted) return false;
    throw error;
  } finally {
    clearInterval(beat);
  }
}

async function stopNow(engine: Engine, id: string): Promise<void> {
  try {
    await act(engine, id, 'kill', { signal: 'SIGKILL' }, AbortSignal.timeout(10_000));
  } catch {
    // it has ended already, or the engine is gone: nothing is left to stop
  }
}
