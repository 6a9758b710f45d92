import type { Progress } from '@deployment-engine/shared/toolkit';
import { failureFromWords, type ProgressEvent } from '../client/index.ts';

interface Layer {
  status: string;
  current: number;
  total: number;
}

/** Adds up what a pull or push says of each layer, tells the caller about it no more than every so often, and keeps the failure. */
export class LayerTally {
  readonly #layers = new Map<string, Layer>();
  readonly #report: (progress: Progress) => void;
  readonly #every: number;
  #told = 0;
  #steps = 0;
  #failure: string | undefined;
  #digest: string | undefined;
  #status = '';

  constructor(report: (progress: Progress) => void, everyMs = 250) {
    this.#report = report;
    this.#every = everyMs;
  }

  add(event: ProgressEvent): void {
    if (event.error !== undefined || event.errorDetail !== undefined) {
      this.#failure = event.errorDetail?.message ?? event.error ?? 'unknown failure';
      return;
    }
    const { id, status = '', progressDetail } = event;
    if (event.aux?.Digest !== undefined) this.#digest = event.aux.Digest;
    this.#digest ??= /[Dd]igest: (sha256:[0-9a-f]{64})/.exec(status)?.[1];
    if (status.startsWith('Status: ')) this.#status = status.slice('Status: '.length);
    // the first record of a pull has the tag for an id
    if (id !== undefined && /^[0-9a-f]{12}$/.test(id)) {
      const before = this.#layers.get(id);
      this.#layers.set(id, {
        status,
        current: progressDetail?.current ?? before?.current ?? 0,
        total: progressDetail?.total ?? before?.total ?? 0,
      });
    }
    this.#tell();
  }

  /** @throws ToolError of what the stream said went wrong */
  demandSuccess(what: string): void {
    if (this.#failure !== undefined) throw failureFromWords(this.#failure, what);
  }

  get digest(): string | undefined {
    return this.#digest;
  }

  get status(): string {
    return this.#status;
  }

  summary(): { layers: number; transferred: number; existing: number; bytes: number } {
    const layers = [...this.#layers.values()];
    const existing = layers.filter((one) => /already exists|mounted from/i.test(one.status)).length;
    return {
      layers: layers.length,
      existing,
      transferred: layers.length - existing,
      bytes: layers.reduce((sum, one) => sum + Math.max(one.total, 0), 0),
    };
  }

  #tell(): void {
    const now = performance.now();
    if (this.#told !== 0 && now - this.#told < this.#every) return;
    this.#told = now;
    const layers = [...this.#layers.values()];
    const done = layers.filter((one) => /complete|exists|pushed|mounted/i.test(one.status)).length;
    // progress must only grow, while layers appear as they are found
    this.#steps += 1;
    this.#report({ progress: this.#steps, message: `${done} of ${layers.length} layers done` });
  }
}
