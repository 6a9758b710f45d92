import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRoots, type FolderEntry, readFolderInside, type Roots, writeFolderInside } from './index.ts';
import { swapWithLink } from './swap-with-link.testing.ts';

const file = (name: string, text = 'x'): FolderEntry => ({ type: 'file', name, bytes: Buffer.from(text), executable: false });
const link = (name: string, target: string): FolderEntry => ({ type: 'link', name, target });
const soon = (): AbortSignal => AbortSignal.timeout(20_000);

let home: string;
let root: string;
let roots: Roots;
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'folders-')));
  root = join(home, 'root');
  mkdirSync(root);
  mkdirSync(join(home, 'outside'));
  roots = createRoots({ env: { DEPLOYMENT_ENGINE_ROOTS: root } });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('writeFolderInside', () => {
  it('makes a folder with all that is listed', async () => {
    const entries: FolderEntry[] = [
      { type: 'directory', name: 'empty' },
      file('deep/er/one', 'one'),
      { type: 'file', name: 'run', bytes: Buffer.from('#!'), executable: true },
      link('deep/up', '../run'),
      link('short', 'deep/er'),
    ];
    expect(await writeFolderInside(roots, 'made', entries, soon())).toBe(join(root, 'made'));
    expect(readdirSync(root)).toEqual(['made']);
    expect(readFileSync(join(root, 'made', 'short', 'one'), 'utf8')).toBe('one');
    expect(statSync(join(root, 'made', 'deep', 'up')).mode & 0o777).toBe(0o755);
    const again = await readFolderInside(roots, 'made', 100, soon());
    expect(again.map(({ name }) => name)).toEqual(['deep', 'deep/er', 'deep/er/one', 'deep/up', 'empty', 'run', 'short']);
    await writeFolderInside(roots, 'copy', again, soon());
    expect(await readFolderInside(roots, 'copy', 100, soon())).toEqual(again);
  });

  it.each<[string, FolderEntry[], string]>([
    ['an absolute name', [file('/a')], 'forbidden'],
    ['a name that climbs', [file('../a')], 'forbidden'],
    ['a name that is none', [file('a//b')], 'forbidden'],
    ['a name with a NUL', [file('a\0b')], 'forbidden'],
    ['a link out', [link('a', '../b')], 'forbidden'],
    ['an absolute link', [link('a', '/etc')], 'forbidden'],
    ['a link that climbs after a name', [link('a', 'b/../../c')], 'forbidden'],
    ['an empty link', [link('a', '')], 'forbidden'],
    ['a file below a link', [link('a', 'b'), file('a/c')], 'forbidden'],
    ['a link in the place of a folder', [file('a/c'), link('a', 'b')], 'forbidden'],
    ['one name twice', [file('a'), file('a')], 'forbidden'],
    ['the folder of a repository', [file('sub/.Git/config')], 'forbidden'],
    ['too many', Array.from({ length: 10_001 }, (_, at) => file(`f${at}`)), 'too_large'],
  ])('writes nothing at all for %s', async (_what, entries, code) => {
    await expect(writeFolderInside(roots, 'made', [file('fine'), ...entries], soon())).rejects.toMatchObject({ code });
    expect(readdirSync(root)).toEqual([]);
    expect(readdirSync(home).toSorted()).toEqual(['outside', 'root']);
  });

  it('leaves nothing behind when it is cancelled or cannot go on', async () => {
    const cancel = new AbortController();
    const entries = Array.from({ length: 5_000 }, (_, at) => file(`f${at}`));
    const ended = writeFolderInside(roots, 'made', entries, cancel.signal).then(
      () => 'written',
      () => 'ended',
    );
    await expect.poll(() => readdirSync(root), { interval: 1 }).toEqual([expect.stringMatching(/^\.made\..*\.tmp$/)]);
    cancel.abort();
    expect(await ended).toBe('ended');
    expect(readdirSync(root)).toEqual([]);
    // no file system takes a name of 300 bytes
    await expect(writeFolderInside(roots, 'n'.repeat(300), [file('a')], soon())).rejects.toMatchObject({
      code: expect.stringMatching(/invalid_input|forbidden/),
    });
    expect(readdirSync(root)).toEqual([]);
  });

  it('replaces nothing, and goes through no link and into no hidden folder', async () => {
    mkdirSync(join(root, 'there'));
    mkdirSync(join(root, '.hidden'));
    symlinkSync(join(root, 'there'), join(root, 'alias'));
    symlinkSync(join(home, 'outside'), join(root, 'out'));
    const codes: Record<string, string> = {};
    for (const path of ['there', '.', 'alias', 'alias/new', 'out', 'out/new', '.hidden/new', '.new', 'absent/new', '../new'])
      codes[path] = await writeFolderInside(roots, path, [file('a')], soon()).then(
        () => 'written',
        (error: { code: string }) => error.code,
      );
    expect(codes).toEqual({
      there: 'conflict',
      '.': 'conflict',
      alias: 'conflict',
      'alias/new': 'forbidden',
      out: 'forbidden',
      'out/new': 'forbidden',
      '.hidden/new': 'forbidden',
      '.new': 'forbidden',
      'absent/new': 'not_found',
      '../new': 'forbidden',
    });
    expect(readdirSync(join(home, 'outside'))).toEqual([]);
  });

  it('writes nothing outside while its folder is swapped for a link', async () => {
    mkdirSync(join(root, 'work'));
    symlinkSync(join(home, 'outside'), join(root, 'link'));
    const swapping = swapWithLink(join(root, 'work'), join(root, 'link'));
    const outcomes = new Set<string>();
    for (let at = 0; at < 300 || !outcomes.has('written'); at += 1)
      outcomes.add(
        await writeFolderInside(roots, `work/made${at}`, [file('a'), file('b/c')], soon()).then(
          () => 'written',
          (error: { code: string }) => error.code,
        ),
      );
    expect(await swapping.stop()).toBeGreaterThan(0);
    expect(readdirSync(join(home, 'outside'))).toEqual([]);
    expect(outcomes).not.toContain('internal');
    expect(readdirSync(join(root, 'work')).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('readFolderInside', () => {
  it('reads no more than it may', async () => {
    mkdirSync(join(root, 'big'));
    for (const name of ['a', 'b', 'c']) writeFileSync(join(root, 'big', name), 'x'.repeat(100));
    await expect(readFolderInside(roots, 'big', 299, soon())).rejects.toMatchObject({ code: 'too_large' });
    expect(await readFolderInside(roots, 'big', 300, soon())).toHaveLength(3);
  });

  it('follows no link, and refuses one that leads out, a pipe and a file', async () => {
    mkdirSync(join(root, 'odd'));
    writeFileSync(join(home, 'outside', 'secret'), 'secret');
    symlinkSync('../../outside', join(root, 'odd', 'link'));
    await expect(readFolderInside(roots, 'odd', 1_000, soon())).rejects.toMatchObject({ code: 'forbidden' });
    rmSync(join(root, 'odd', 'link'));
    execFileSync('mkfifo', [join(root, 'odd', 'pipe')]);
    await expect(readFolderInside(roots, 'odd', 1_000, soon())).rejects.toMatchObject({ code: 'forbidden' });
    await expect(readFolderInside(roots, 'odd/pipe', 1_000, soon())).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(readFolderInside(roots, '../outside', 1_000, soon())).rejects.toMatchObject({ code: 'forbidden' });
    await expect(readFolderInside(roots, 'absent', 1_000, soon())).rejects.toMatchObject({ code: 'not_found' });
  });

  it('reads nothing from outside while a folder in it is swapped for a link', async () => {
    mkdirSync(join(root, 'tree', 'sub'), { recursive: true });
    writeFileSync(join(root, 'tree', 'sub', 'a'), 'inside');
    writeFileSync(join(home, 'outside', 'a'), 'secret');
    mkdirSync(join(root, 'aside'));
    symlinkSync(join(home, 'outside'), join(root, 'aside', 'link'));
    const swapping = swapWithLink(join(root, 'tree', 'sub'), join(root, 'aside', 'link'));
    let whole = 0;
    for (let at = 0; at < 300 || whole === 0; at += 1) {
      const entries = await readFolderInside(roots, 'tree', 1_000, soon()).catch(() => []);
      if (entries.length === 2) whole += 1;
      for (const entry of entries) if (entry.type === 'file') expect(Buffer.from(entry.bytes).toString()).toBe('inside');
    }
    expect(await swapping.stop()).toBeGreaterThan(0);
  });
});
