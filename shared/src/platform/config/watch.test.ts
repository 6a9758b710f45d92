import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { watchConfig, type ConfigWatch } from './watch.ts';

let folder: string;
let file: string;
let watching: ConfigWatch | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'watch-'));
  file = join(folder, 'mcp.config.json');
  await writeFile(file, '1');
});
afterEach(async () => {
  watching?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Counts the calls and lets a test wait for the next one. */
function counter(): { calls: () => number; onChange: () => void; next: () => Promise<void> } {
  let calls = 0;
  let waiting = Promise.withResolvers<void>();
  return {
    calls: () => calls,
    onChange: () => {
      calls++;
      waiting.resolve();
      waiting = Promise.withResolvers<void>();
    },
    next: () => waiting.promise,
  };
}

/** Writes in place without emptying the file first, so that nobody reads it half written. */
const overwrite = (text: string): Promise<void> => writeFile(file, text, { flag: 'r+' });

async function replace(text: string): Promise<void> {
  await writeFile(join(folder, 'new'), text);
  await rename(join(folder, 'new'), file);
}

it('sees writes in place and replacement by renaming, again and again', async () => {
  const { onChange, next, calls } = counter();
  watching = watchConfig(file, onChange, { debounceMs: 10 });
  for (let round = 0; round < 3; round++) {
    const changed = next();
    await overwrite(`written ${round}`);
    await changed;
    const replaced = next();
    await replace(`renamed ${round}`);
    await replaced;
  }
  expect(calls()).toBe(6);
});

it('calls for new bytes only, and survives that the file is gone for a while', async () => {
  const { onChange, next, calls } = counter();
  watching = watchConfig(file, onChange, { debounceMs: 10 });
  await overwrite('1');
  await writeFile(join(folder, 'other'), 'x');
  await rm(file);
  const changed = next();
  await replace('2');
  await changed;
  expect(calls()).toBe(1);
});

it('sees a link swapped beside the file, as Kubernetes does it', async () => {
  await rm(file);
  for (const name of ['one', 'two']) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'mcp.config.json'), name);
  }
  await symlink('one', join(folder, '..data'));
  await symlink(join('..data', 'mcp.config.json'), file);
  const { onChange, next } = counter();
  watching = watchConfig(file, onChange, { debounceMs: 10 });
  const changed = next();
  await symlink('two', join(folder, '..tmp'));
  await rename(join(folder, '..tmp'), join(folder, '..data'));
  await changed;
});

it('reports a callback that fails and goes on; changes during a slow one are not lost', async () => {
  const errors: unknown[] = [];
  const failed = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  let calls = 0;
  const onChange = async () => {
    calls++;
    if (calls > 1) return second.resolve();
    await overwrite('3');
    await held.promise;
    throw new Error('bad config');
  };
  watching = watchConfig(file, onChange, {
    debounceMs: 5,
    onError: (error) => {
      errors.push(error);
      failed.resolve();
    },
  });
  // A slower watch of the same file tells when the quick one has looked at the second change, the first still being taken.
  const slower = counter();
  const witness = watchConfig(file, slower.onChange, { debounceMs: 50 });
  const witnessed = slower.next();
  await overwrite('2');
  await witnessed;
  witness.close();
  held.resolve();
  await failed.promise;
  await second.promise;
  expect(errors).toEqual([new Error('bad config')]);
});

it('is silent after close', async () => {
  const { onChange, calls } = counter();
  watching = watchConfig(file, onChange, { debounceMs: 1 });
  watching.close();
  const other = counter();
  watching = watchConfig(file, other.onChange, { debounceMs: 1 });
  const changed = other.next();
  await writeFile(file, '2');
  await changed;
  expect(calls()).toBe(0);
});
