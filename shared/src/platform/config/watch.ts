import { createHash } from 'node:crypto';
import { readFileSync, watch } from 'node:fs';
import { dirname, resolve } from 'node:path';

export interface WatchConfigOptions {
  /** How long the folder must be quiet before the file is read; default 100 ms. */
  debounceMs?: number;
  /** The folder can no longer be watched, or `onChange` failed. */
  onError?: (error: unknown) => void;
}

export interface ConfigWatch {
  close(): void;
}

/**
 * Calls back when the file's bytes have changed. The folder is watched, not the file: editors replace a file by renaming, and mounted
 * configuration (Kubernetes) swaps a link beside it. While the file is gone nothing is called. Does not keep the process alive.
 */
export function watchConfig(file: string, onChange: () => void | Promise<void>, options: WatchConfigOptions = {}): ConfigWatch {
  const { debounceMs = 100, onError = () => undefined } = options;
  const path = resolve(file);
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let checking = false;
  let again = false;

  // Read before the first event can come, so that a change right after the start is seen as one.
  let last = digest(path);

  async function check(): Promise<void> {
    if (checking) {
      again = true;
      return;
    }
    checking = true;
    try {
      const now = digest(path);
      if (closed || now === undefined || now === last) return;
      last = now;
      await onChange();
    } catch (error) {
      onError(error);
    } finally {
      checking = false;
      if (again && !closed) {
        again = false;
        schedule();
      }
    }
  }

  function schedule(): void {
    clearTimeout(timer);
    timer = setTimeout(() => void check(), debounceMs);
    timer.unref();
  }

  const watcher = watch(dirname(path), { persistent: false }, schedule);
  watcher.on('error', onError);
  return {
    close: () => {
      closed = true;
      clearTimeout(timer);
      watcher.close();
    },
  };
}

function digest(path: string): string | undefined {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return undefined;
  }
}
