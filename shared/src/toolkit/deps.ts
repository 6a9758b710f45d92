import type { ServerEnv } from './context.ts';

interface Closable {
  close(): unknown;
}

/** The backends of one server: each is created when it is first read, and closed once at the end. */
export class Deps {
  readonly values: Record<string, unknown> = {};
  readonly #created: unknown[] = [];

  constructor(factories: Readonly<Record<string, (env: ServerEnv) => unknown>>, env: ServerEnv) {
    for (const [name, create] of Object.entries(factories)) {
      Object.defineProperty(this.values, name, {
        configurable: true,
        enumerable: true,
        get: () => {
          const value = create(env);
          this.#created.push(value);
          Object.defineProperty(this.values, name, { value, enumerable: true });
          return value;
        },
      });
    }
  }

  async close(): Promise<void> {
    const closing = this.#created.splice(0).filter(isClosable);
    await Promise.allSettled(closing.map(async (value) => value.close()));
  }
}

function isClosable(value: unknown): value is Closable {
  return value !== null && typeof value === 'object' && typeof (value as Partial<Closable>).close === 'function';
}
