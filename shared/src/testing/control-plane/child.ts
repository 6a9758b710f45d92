import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** A process of ours that answers when it is ready, and ends with this one. */
export class Child {
  readonly #process: ChildProcess;
  readonly #log: string;
  readonly #exited: Promise<unknown>;
  readonly #end = (): unknown => this.#process.kill('SIGKILL');

  /** Its output is appended to `log`. */
  constructor(program: string, args: readonly string[], log: string) {
    const output = openSync(log, 'a');
    try {
      this.#process = spawn(program, args, { stdio: ['ignore', output, output] });
    } finally {
      closeSync(output);
    }
    this.#log = log;
    this.#exited = once(this.#process, 'exit').catch(() => undefined);
    process.once('exit', this.#end);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  #hasEnded(): boolean {
    return this.#process.pid === undefined || this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** Waits until `check` holds; throws the last line of the log if the process ends before, or after a minute. */
  async isReady(check: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + 60_000;
    while (!(await check())) {
      if (this.#hasEnded() || performance.now() > deadline) {
        await this.end();
        const lines = (await readFile(this.#log, 'utf8')).trimEnd().split('\n');
        throw new Error(`${this.#process.spawnfile} does not get ready: ${lines.at(-1)}`);
      }
      await delay(50);
    }
  }

  /** Ends it at once, and waits for the end. */
  async end(): Promise<void> {
    process.off('exit', this.#end);
    if (this.#hasEnded()) return;
    this.#process.kill('SIGKILL');
    await this.#exited;
  }
}
