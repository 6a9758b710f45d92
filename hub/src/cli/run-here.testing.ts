import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { run } from './run.ts';

export interface Finished {
  code: number;
  stdout: string;
  stderr: string;
}

/** A person's machine for one test: a home, state, and a project as root and current folder. */
export class Desk {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'cli-')));
  readonly project = this.path('project');
  readonly #env = { ...process.env };
  readonly #cwd = process.cwd();

  constructor() {
    mkdirSync(this.project);
    mkdirSync(this.path('home'));
    for (const name of Object.keys(process.env))
      if (/^(DEPLOYMENT_ENGINE_|XDG_|CLAUDE_|PROMETHEUS_|APPDATA|COLUMNS)/.test(name)) delete process.env[name];
    Object.assign(process.env, {
      HOME: this.path('home'),
      DEPLOYMENT_ENGINE_HOME: this.path('state'),
      DEPLOYMENT_ENGINE_ROOTS: this.project,
    });
    process.chdir(this.project);
  }

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  /** Writes a file below the folder and returns its path. */
  write(name: string, content: unknown): string {
    const file = this.path(name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  /** An entry of mcpServers that runs one of the fixture servers. */
  fixture(name: string, env: Record<string, string> = {}): object {
    return { command: process.execPath, args: [fileURLToPath(new URL(`../../../tests/fixtures/${name}.mjs`, import.meta.url))], env };
  }

  /** The same at a terminal, where a person types these lines. */
  async runAtTerminal(lines: string[], ...args: string[]): Promise<Finished> {
    const typed = Object.assign(Readable.from(lines.map((line) => `${line}\n`)), { isTTY: true });
    const stdin = vi.spyOn(process, 'stdin', 'get').mockReturnValue(typed as unknown as typeof process.stdin);
    const { isTTY, columns } = process.stderr;
    Object.assign(process.stderr, { isTTY: true, columns: 80 });
    try {
      return await this.run(...args);
    } finally {
      Object.assign(process.stderr, { isTTY, columns });
      stdin.mockRestore();
    }
  }

  /** Runs one command line in this process and takes down what it writes. */
  async run(...args: string[]): Promise<Finished> {
    const written = { stdout: '', stderr: '' };
    const spies = (['stdout', 'stderr'] as const).map((stream) =>
      vi.spyOn(process[stream], 'write').mockImplementation((chunk: string | Uint8Array) => {
        written[stream] += String(chunk);
        return true;
      }),
    );
    try {
      return { code: await run(args), ...written };
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
  }

  close(): void {
    process.chdir(this.#cwd);
    for (const name of Object.keys(process.env)) if (!(name in this.#env)) delete process.env[name];
    Object.assign(process.env, this.#env);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
