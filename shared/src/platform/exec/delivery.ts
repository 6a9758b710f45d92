/** Hands lines over one after the other, holding the source back while one is being taken. */
export class Delivery {
  readonly #hold: (held: boolean) => void;
  readonly #fail: (error: unknown) => void;
  #tail: Promise<void> | undefined;
  #failed = false;

  constructor(hold: (held: boolean) => void, fail: (error: unknown) => void) {
    this.#hold = hold;
    this.#fail = fail;
  }

  get busy(): boolean {
    return this.#tail !== undefined;
  }

  push(lines: readonly string[], take: ((line: string) => void | Promise<void>) | undefined): void {
    if (take === undefined) return;
    for (const line of lines) {
      if (this.#failed) return;
      if (this.#tail !== undefined) {
        this.#chain(this.#tail.then(() => (this.#failed ? undefined : take(line))));
        continue;
      }
      try {
        const taken = take(line);
        if (taken !== undefined) this.#chain(taken);
      } catch (error) {
        this.#break(error);
      }
    }
  }

  async idle(): Promise<void> {
    while (this.#tail !== undefined) await this.#tail;
  }

  #chain(step: Promise<void>): void {
    this.#hold(true);
    const settled: Promise<void> = step
      .catch((error: unknown) => this.#break(error))
      .then(() => {
        if (this.#tail !== settled) return;
        this.#tail = undefined;
        this.#hold(false);
      });
    this.#tail = settled;
  }

  #break(error: unknown): void {
    this.#failed = true;
    this.#fail(error);
  }
}
