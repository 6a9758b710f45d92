import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { LAUNCHER_EXIT, supervise, type SuperviseStatus, type SupervisePolicy, type TreeEnd } from '@deployment-engine/native';
import type { LaunchOptions } from './launch.ts';

export { LAUNCHER_EXIT };
export type { SupervisePolicy, TreeEnd };

/** The descriptor of the launcher's lifeline and status channel: one socket, whose other end only this process holds. */
export const CONTROL = 3;

// A launcher says a few lines of some hundred bytes.
const LONGEST_SAID = 1024 * 1024;

/** The launcher in front of a program, as it is seen from here. */
export interface Overseer {
  /** What to spawn in place of the program. */
  readonly file: string;
  readonly args: readonly string[];
  readonly drainMs: number;
  /** The program's process id; undefined when the launcher went without a word. Look at `failure` then. */
  readonly started: Promise<number | undefined>;
  /** Why the program was not started. */
  readonly failure: StartFailure | undefined;
  /** How the tree ended; undefined when the launcher did not say so. Settles when the launcher is gone. */
  readonly ended: Promise<TreeEnd | undefined>;
  listen(channel: Readable | Writable | null | undefined): void;
}

export interface StartFailure {
  readonly stage: 'policy' | 'sandbox' | 'command';
  /** The system's name of the error, as ENOENT. */
  readonly code: string | undefined;
  readonly message: string;
}

/** The launcher for a program; undefined where it is to be started bare, or has to be because there is no launcher. */
export function overseen({ file, argv, supervised, graceMs }: LaunchOptions): Overseer | undefined {
  if (supervised === undefined) return undefined;
  const replaced = supervise({ graceMs, ...supervised, lifeline: CONTROL, status: CONTROL }, file, argv);
  if (replaced === undefined) return undefined;
  const started = Promise.withResolvers<number | undefined>();
  const ended = Promise.withResolvers<TreeEnd | undefined>();
  let failure: StartFailure | undefined;
  let text = '';

  function take(status: SuperviseStatus): void {
    if (status.event === 'started') started.resolve(status.pid);
    else if (status.event === 'failed') {
      failure = { stage: status.stage, code: nameOf(status.errno), message: status.message };
      started.resolve(undefined);
    } else {
      const { event: _event, ...end } = status;
      ended.resolve(end);
    }
  }

  return {
    ...replaced,
    drainMs: supervised.drain?.ms ?? 0,
    started: started.promise,
    get failure() {
      return failure;
    },
    ended: ended.promise,
    listen(channel) {
      channel?.on('error', () => undefined);
      channel?.on('data', (chunk: Buffer) => {
        text += chunk.toString('latin1');
        const lines = text.split('\n');
        text = (lines.pop() ?? '').slice(0, LONGEST_SAID);
        for (const line of lines) take(JSON.parse(Buffer.from(line, 'latin1').toString()) as SuperviseStatus);
      });
      channel?.once('close', () => {
        started.resolve(undefined);
        ended.resolve(undefined);
      });
    },
  };
}

function nameOf(errno: number | null): string | undefined {
  return Object.entries(constants.errno).find(([, number]) => number === errno)?.[0];
}
