import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import type { Ground } from '../hub-process/index.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/upstreams/${name}`, import.meta.url));

/** Longest wait for something that is about to happen; nothing waits so long that works. */
const PATIENCE_MS = 20_000;

/** The fixture `worker.mjs` as an upstream, and what it has noted. */
export class Worker {
  readonly #journal: string;
  readonly #definition: string;

  constructor(ground: Ground) {
    this.#journal = join(ground.base, 'journal');
    this.#definition = join(ground.base, 'definition');
    this.define('Says that it is described.');
  }

  /** An entry of `mcpServers`. */
  entry({ stubborn = false, ...settings }: { stubborn?: boolean; [key: string]: unknown } = {}): object {
    const env = { JOURNAL: this.#journal, DEFINITION: this.#definition, ...(stubborn ? { STUBBORN: '1' } : {}) };
    return { command: process.execPath, args: [fixture('worker.mjs')], env, ...settings };
  }

  /** What the server says of its tool `say_described`; a running one notices. */
  define(description: string): void {
    writeFileSync(this.#definition, description);
  }

  notes(): string[] {
    return existsSync(this.#journal) ? readFileSync(this.#journal, 'utf8').trimEnd().split('\n') : [];
  }

  /** Waits until a note begins so. */
  async noted(beginning: string): Promise<void> {
    await vi.waitFor(() => {
      if (!this.notes().some((note) => note.startsWith(beginning))) throw new Error(`nothing was noted that begins with "${beginning}"`);
    }, PATIENCE_MS);
  }

  /** Processes that it and its children have been so far. */
  pids(): number[] {
    return this.notes().flatMap((note) => (note.startsWith('pid ') ? [Number(note.slice('pid '.length))] : []));
  }
}

/** An upstream that reads everything and never answers. */
export const SILENT = { command: process.execPath, args: [fixture('silent.mjs')] };
