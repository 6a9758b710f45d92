import { createInterface } from 'node:readline';
import { UsageError } from './failure.ts';

/** True if a person can be asked: both what they read and what they write is a terminal. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** Asks at the terminal until `read` takes the answer; what it refuses with a UsageError is said, and asked again. */
export async function ask<T>(question: string, read: (answer: string) => T): Promise<T> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr, prompt: question });
  // not `question`: of several lines that are pasted at once it would keep only the first
  const lines = terminal[Symbol.asyncIterator]();
  let open = true;
  terminal.once('close', () => (open = false));
  try {
    for (;;) {
      if (open) terminal.prompt();
      const line = await lines.next();
      // Ctrl-C or Ctrl-D
      if (line.done === true) throw new UsageError('Nothing was answered.');
      try {
        return read(line.value.trim());
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        process.stderr.write(`${error.message}\n`);
      }
    }
  } finally {
    terminal.close();
  }
}
