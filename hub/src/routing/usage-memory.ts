import type { ToolIndex } from '@deployment-engine/native';
import type { Store } from '@deployment-engine/shared/platform';

const SPACE = 'routing';
const KEY = 'usage-memory';

/** How long lessons are gathered before they are written, at least and at most. */
const GATHER_MS = 2_000;
const LONGEST_GATHER_MS = 60_000;

/** Of the time at most one part in so many goes into writing, which grows with the memory and holds all else up. */
const SHARE = 100;

/** Lessons that wait to be written; when the store fails for long, the oldest are given up. */
const MAX_WAITING = 10_000;

export interface Lesson {
  request: string;
  server: string;
  name: string;
  outcome: 'ok' | 'failed';
}

interface Stored {
  /** What the index exported, in base64. */
  memory: string;
}

/**
 * Keeps what past calls taught the index. Several processes of one person share it: who finds that another one has written
 * takes that over and adds its own lessons to it, so none is lost.
 */
export class UsageMemory {
  readonly #store: Store | undefined;
  readonly #onError: (error: unknown) => void;
  readonly #now: () => number;
  #gatherMs = GATHER_MS;
  /** The version that the index knows. */
  #version = 0;
  /** Lessons that the stored version does not have. */
  #waiting: Lesson[] = [];
  #timer: NodeJS.Timeout | undefined;
  #saving: Promise<void> = Promise.resolve();

  constructor(store: Store | undefined, onError: (error: unknown) => void, now: () => number = () => performance.now()) {
    this.#store = store;
    this.#onError = onError;
    this.#now = now;
  }

  /** What cannot be read is told and begun anew: search works without it. */
  async load(index: ToolIndex): Promise<void> {
    try {
      await this.#read(index);
    } catch (error) {
      this.#onError(error);
    }
  }

  learn(index: ToolIndex, lesson: Lesson): void {
    if (!teach(index, lesson) || !this.#store) return;
    this.#waiting.push(lesson);
    if (this.#waiting.length > MAX_WAITING) this.#waiting.shift();
    this.#timer ??= setTimeout(() => void this.save(index), this.#gatherMs).unref();
  }

  /** Writes the lessons that wait; one write at a time. */
  async save(index: ToolIndex): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#saving = this.#saving.then(() => this.#write(index)).catch(this.#onError);
    return this.#saving;
  }

  async #write(index: ToolIndex): Promise<void> {
    while (this.#store && this.#waiting.length > 0) {
      const lessons = this.#waiting.length;
      const start = this.#now();
      const memory = Buffer.from(index.exportMemory()).toString('base64');
      this.#gatherMs = Math.min(LONGEST_GATHER_MS, Math.max(GATHER_MS, (this.#now() - start) * SHARE));
      if (await this.#store.put(SPACE, KEY, { memory } satisfies Stored, { ifVersion: this.#version })) {
        this.#version += 1;
        this.#waiting.splice(0, lessons);
        continue;
      }
      await this.#read(index);
      for (const lesson of this.#waiting) teach(index, lesson);
    }
  }

  async #read(index: ToolIndex): Promise<void> {
    const stored = await this.#store?.get<Stored>(SPACE, KEY);
    if (!stored) return;
    this.#version = stored.version;
    index.importMemory(Buffer.from(stored.value.memory, 'base64'));
  }
}

function teach(index: ToolIndex, { request, server, name, outcome }: Lesson): boolean {
  return index.learn(request, server, name, outcome);
}
