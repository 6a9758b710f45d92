import { existsSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withPrivateFolder } from './private-folder.ts';

describe('a private folder', () => {
  it('holds files for this user alone and is gone afterwards', async () => {
    const path = await withPrivateFolder('private-', async (folder) => {
      const file = await folder.write('a/b.txt', 'secret');
      expect(readFileSync(file, 'utf8')).toBe('secret');
      if (process.platform !== 'win32') {
        expect(statSync(folder.path).mode & 0o777).toBe(0o700);
        expect(statSync(file).mode & 0o777).toBe(0o600);
      }
      return folder.path;
    });
    expect(existsSync(path)).toBe(false);
  });

  it('is gone after a failure too', async () => {
    let path = '';
    await expect(
      withPrivateFolder('private-', async (folder) => {
        path = folder.path;
        await folder.write('x', 'y');
        throw new Error('the work failed');
      }),
    ).rejects.toThrow('the work failed');
    expect(existsSync(path)).toBe(false);
  });

  it.each(['../outside', '..', '.', 'a/../../b'])('keeps %s out', async (name) => {
    await expect(withPrivateFolder('private-', (folder) => folder.write(name, ''))).rejects.toThrow(/outside/);
  });

  it('never replaces a file', async () => {
    await withPrivateFolder('private-', async (folder) => {
      await folder.write('x', 'first');
      await expect(folder.write('x', 'second')).rejects.toThrow(/EEXIST/);
    });
  });
});
