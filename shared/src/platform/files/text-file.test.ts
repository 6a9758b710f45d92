import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTextFile, replaceTextFile } from './index.ts';

describe('text files of a person', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'text-file-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('reads text with its byte order mark, and knows a missing file', async () => {
    const file = join(folder, 'a.json');
    expect(await readTextFile(file)).toBeUndefined();
    expect(await readTextFile(join(folder, 'no', 'such', 'folder'))).toBeUndefined();
    await writeFile(file, '\uFEFFgrün', { mode: 0o640 });
    expect(await readTextFile(file)).toEqual({ path: file, text: '\uFEFFgrün', mode: 0o640 });
  });

  it('refuses what is no text file', async () => {
    await writeFile(join(folder, 'latin'), Buffer.from([0x67, 0xfc]));
    await expect(readTextFile(join(folder, 'latin'))).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('UTF-8'),
    });
    await expect(readTextFile(folder)).rejects.toMatchObject({ code: 'invalid_input' });
    await symlink(join(folder, 'two'), join(folder, 'one'));
    await symlink(join(folder, 'one'), join(folder, 'two'));
    await expect(readTextFile(join(folder, 'one'))).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('circle'),
    });
  });

  it('keeps the old content beside the file, the mode, and a link as a link', async () => {
    await mkdir(join(folder, 'dotfiles'));
    const real = join(folder, 'dotfiles', 'config.json');
    const link = join(folder, 'config.json');
    await writeFile(real, 'old', { mode: 0o644 });
    await symlink(join('dotfiles', 'config.json'), link);
    const { path, backup } = await replaceTextFile(link, 'new', { expected: await readTextFile(link) });
    expect(path).toBe(real);
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readFile(link, 'utf8')).toBe('new');
    expect((await stat(real)).mode & 0o777).toBe(0o644);
    expect(backup?.startsWith(`${real}.`)).toBe(true);
    expect(await readFile(backup!, 'utf8')).toBe('old');
  });

  it('makes a new file for its owner alone, folder and all, also behind a link that points to nothing', async () => {
    const link = join(folder, 'link.json');
    await symlink(join(folder, 'deep', 'er', 'new.json'), link);
    expect(await replaceTextFile(link, '{}', { expected: undefined })).toEqual({
      path: join(folder, 'deep', 'er', 'new.json'),
      backup: undefined,
    });
    expect((await stat(join(folder, 'deep', 'er', 'new.json'))).mode & 0o777).toBe(0o600);
  });

  it('leaves a file alone that somebody else has written meanwhile', async () => {
    const file = join(folder, 'a.json');
    await writeFile(file, 'read');
    const expected = await readTextFile(file);
    await writeFile(file, 'changed');
    await expect(replaceTextFile(file, 'mine', { expected })).rejects.toMatchObject({ code: 'conflict' });
    await expect(replaceTextFile(file, 'mine', { expected: undefined })).rejects.toMatchObject({ code: 'conflict' });
    expect(await readFile(file, 'utf8')).toBe('changed');
    expect(await readdir(folder)).toEqual(['a.json']);
  });
});
