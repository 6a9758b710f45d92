import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { program } from '@deployment-engine/shared/testing';

export { isAlive as isRunning } from '@deployment-engine/shared/testing';

export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = new URL('../../hub/src/main.ts', import.meta.url);

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A folder for one test: state, a project as root, and files. */
export class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), 'cli-'));
  readonly project = join(this.folder, 'project');
  readonly #running = new Set<ChildProcess>();

  constructor() {
    mkdirSync(this.project);
  }

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  write(name: string, content: unknown): string {
    const file = this.path(name);
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  }

  read(name: string): string {
    return existsSync(this.path(name)) ? readFileSync(this.path(name), 'utf8') : '';
  }

  /** An entry of mcpServers that runs one of the fixture servers. */
  fixture(name: string, env: Record<string, string> = {}): object {
    return { command: process.execPath, args: [fileURLToPath(new URL(`../fixtures/${name}.mjs`, import.meta.url))], env };
  }

  /** The environment of a person who has set nothing else. */
  env(more: Record<string, string> = {}): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: this.path('home'),
      DEPLOYMENT_ENGINE_HOME: this.path('state'),
      DEPLOYMENT_ENGINE_ROOTS: this.project,
      ...more,
    };
  }

  start(args: string[], env: Record<string, string> = {}, cwd = this.project): ChildProcess {
    const { command, args: argv } = program(MAIN, args);
    return this.spawn(command, argv, this.env(env), cwd);
  }

  spawn(command: string, argv: string[], env: Record<string, string>, cwd = this.project): ChildProcess {
    const child = spawn(command, argv, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#running.add(child);
    child.once('exit', () => this.#running.delete(child));
    return child;
  }

  /** Runs the command line from source to its end. */
  async run(args: string[], options: { env?: Record<string, string>; cwd?: string; input?: string } = {}): Promise<Finished> {
    const child = this.start(args, options.env, options.cwd);
    child.stdin?.end(options.input ?? '');
    return finished(child);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running].map((child) => ended(child, 'SIGKILL')));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export async function finished(child: ChildProcess): Promise<Finished> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, stdout, stderr };
}

/** Sends a signal and waits until the process is gone. */
export async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return gone;
}

/** Resolves with the match as soon as the stream's text holds it; rejects when the process ends without. */
export function said(child: ChildProcess, stream: 'stdout' | 'stderr', pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = '';
    child[stream]?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const match = pattern.exec(text);
      if (match) resolve(match);
    });
    child.once('close', () => reject(new Error(`the process ended without saying ${String(pattern)}: ${text}`)));
  });
}

/** Asks again until the answer is one; for what has no event. */
export async function until<T>(ask: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
