import { refusedWith } from '../client/failure.ts';

const TRIES = 5;

/**
 * Does again what reads an object and writes it on that condition, where somebody else was quicker: controllers write the status
 * of an object at any moment, which is no reason to refuse its change.
 *
 * @throws ToolError `conflict` when it was so five times
 */
export async function againOnConflict<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (refusedWith(error) !== 409 || tries === TRIES) throw error;
    }
  }
}
