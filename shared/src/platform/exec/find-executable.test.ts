import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'find-')));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('finding programs', () => {
  it('skips relative entries, folders and what is not executable; remembers until it is gone', async () => {
    const { findExecutable } = await import('./find-executable.ts');
    const [one, two] = [join(folder, 'one'), join(folder, 'two')];
    await mkdir(join(one, 'tool'), { recursive: true });
    await mkdir(two);
    await writeFile(join(two, 'tool'), '', { mode: 0o755 });
    await writeFile(join(two, 'plain'), '', { mode: 0o644 });
    expect(await findExecutable('tool', { path: `.::relative:${one}:${two}` })).toBe(join(two, 'tool'));
    expect(await findExecutable('tool', { path: '', extra: [two] })).toBe(join(two, 'tool'));
    expect(await findExecutable('plain', { path: two })).toBeUndefined();
    expect(await findExecutable(join(two, 'tool'))).toBe(join(two, 'tool'));
    expect(await findExecutable(join(two, 'plain'))).toBeUndefined();
    expect(await findExecutable('')).toBeUndefined();
    expect(await findExecutable('a\0')).toBeUndefined();
    await rm(join(two, 'tool'));
    expect(await findExecutable('tool', { path: '', extra: [two] })).toBeUndefined();
  });

  it('knows the usual places of each platform', async () => {
    const { usualPlaces } = await import('./find-executable.ts');
    expect(usualPlaces('linux', { HOME: '/home/ana' })).toEqual(
      expect.arrayContaining(['/usr/local/bin', '/usr/bin', '/home/ana/.local/bin']),
    );
    expect(usualPlaces('darwin', { HOME: '' })).toEqual(expect.arrayContaining(['/opt/homebrew/bin', '/opt/local/bin']));
    const windows = usualPlaces('win32', { SystemRoot: 'D:\\Win', ProgramFiles: 'D:\\Programs', LOCALAPPDATA: 'D:\\Local' });
    expect(windows).toEqual(expect.arrayContaining(['D:\\Win\\System32', 'D:\\Programs\\Git\\cmd', 'D:\\Local\\Programs\\Git\\cmd']));
  });
});
