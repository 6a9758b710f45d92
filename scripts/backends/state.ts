import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isAlive, startedAt } from './process.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/** The file that tests read. Its folder holds all state of the backends. */
export function backendsFile(env: NodeJS.ProcessEnv = process.env): string {
  const chosen = env['DEPLOYMENT_ENGINE_TEST_BACKENDS'];
  return chosen ? resolve(chosen) : join(REPOSITORY, '.backends', 'env.json');
}

export function stateFolder(): string {
  return dirname(backendsFile());
}

/** Reads JSON that this program wrote; undefined when it is not there or is cut off. */
export async function readJson<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

/** Writes by rename: a test that reads meanwhile sees the old or the new file, never a half. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  await writeFile(temporary, `${JSON.stringify(value, null, 2)}\n`);
  await rename(temporary, file);
}

interface Holder {
  pid: number;
  started: string | undefined;
}

/** Runs `work` while no other process changes the same state folder; a lock whose holder is gone is taken over. */
export async function exclusively<T>(work: () => Promise<T>): Promise<T> {
  const file = join(stateFolder(), 'lock');
  await mkdir(stateFolder(), { recursive: true });
  for (;;) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(JSON.stringify({ pid: process.pid, started: startedAt(process.pid) } satisfies Holder));
      await handle.close();
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const text = await readFile(file, 'utf8').catch(() => '');
      // An empty file is a holder between creating and writing it.
      if (text !== '' && !isAlive(JSON.parse(text) as Holder)) await rm(file, { force: true });
      else await delay(100);
    }
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}
