import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, open, readdir, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ToolError } from '../../contracts/error.ts';
import { formatOf, sameFormat } from './format.ts';
import { confirmStillInside, readFileInside } from './read-inside.ts';
import { createRoots, type Roots } from './roots.ts';
import { swapWithLink } from './swap-with-link.testing.ts';
import { checkOutputPath, writeFileInside } from './write-inside.ts';

let folder: string;
let root: string;
let outside: string;
let roots: Roots;

const sarif = (note: string) => JSON.stringify({ version: '2.1.0', runs: [{ note }] });
const rootsOn = (platform: NodeJS.Platform) => createRoots({ env: { DEPLOYMENT_ENGINE_ROOTS: root }, platform });

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'files-')));
  root = join(folder, 'root');
  outside = join(folder, 'outside');
  await mkdir(join(root, 'sub'), { recursive: true });
  await mkdir(outside);
  await writeFile(join(outside, 'secret.txt'), 'secret');
  roots = rootsOn(process.platform);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'no error';
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return error.code;
  }
}

describe('readFileInside', () => {
  it.each(['linux', 'darwin'] as const)('reads a file and refuses links that leave (%s)', async (platform) => {
    await writeFile(join(root, 'a.txt'), 'hello');
    await symlink(join(outside, 'secret.txt'), join(root, 'leak'));
    await symlink('a.txt', join(root, 'stay'));
    const on = rootsOn(platform);
    expect((await readFileInside(on, 'a.txt')).toString()).toBe('hello');
    expect((await readFileInside(on, 'stay')).toString()).toBe('hello');
    expect((await readFileInside(on, '../a.txt', { base: 'sub' })).toString()).toBe('hello');
    expect(await codeOf(readFileInside(on, 'leak'))).toBe('forbidden');
    expect(await codeOf(readFileInside(on, 'missing'))).toBe('not_found');
  });

  it('caps the size by what is read, not by what the file system says', async () => {
    await writeFile(join(root, 'big'), Buffer.alloc(200_001, 'x'));
    expect(await codeOf(readFileInside(roots, 'big', { maxBytes: 200_000 }))).toBe('too_large');
    expect((await readFileInside(roots, 'big', { maxBytes: 200_001 })).length).toBe(200_001);
    const proc = createRoots({ env: { DEPLOYMENT_ENGINE_ROOTS: '/proc/self' } });
    if (process.platform !== 'linux') return;
    expect((await stat('/proc/self/maps')).size).toBe(0);
    expect(await codeOf(readFileInside(proc, 'maps', { maxBytes: 100 }))).toBe('too_large');
  });

  it('refuses folders and pipes without waiting', async () => {
    execFileSync('mkfifo', [join(root, 'pipe')]);
    expect(await codeOf(readFileInside(roots, 'pipe'))).toBe('invalid_input');
    expect(await codeOf(readFileInside(roots, 'sub'))).toBe('invalid_input');
  });

  it.each(['linux', 'darwin'] as const)('notices that what was opened is not what was resolved (%s)', async (platform) => {
    await writeFile(join(root, 'a.txt'), 'inside');
    const handle = await open(join(outside, 'secret.txt'));
    try {
      await expect(confirmStillInside(rootsOn(platform), handle, join(root, 'a.txt'))).rejects.toMatchObject({ code: 'forbidden' });
      await expect(confirmStillInside(rootsOn(platform), handle, join(root, 'gone.txt'))).rejects.toMatchObject({ code: 'forbidden' });
    } finally {
      await handle.close();
    }
  });

  it('reads nothing from outside while the path is swapped for a link', async () => {
    const target = join(root, 'target.txt');
    await writeFile(target, 'harmless');
    await symlink(join(outside, 'secret.txt'), join(root, 'evil'));
    const swapping = swapWithLink(target, join(root, 'evil'));
    const seen = new Set<string>();
    for (let round = 0; round < 300 || !seen.has('harmless'); round++) {
      seen.add(await readFileInside(roots, 'target.txt').then(String, (error: ToolError) => error.code));
    }
    expect(await swapping.stop()).toBeGreaterThan(0);
    expect(seen).toContain('harmless');
    expect(seen).not.toContain('secret');
  });
});

describe('writeFileInside', () => {
  it.each(['linux', 'darwin'] as const)('writes a new report and replaces one of its own format (%s)', async (platform) => {
    const on = rootsOn(platform);
    const path = join(root, 'out.sarif');
    expect(await writeFileInside(on, 'out.sarif', sarif('one'))).toBe(path);
    expect((await stat(path)).mode & 0o777).toBe(0o644 & ~process.umask());
    expect(await writeFileInside(on, path, Buffer.from(sarif('two')))).toBe(path);
    expect(await readFile(path, 'utf8')).toBe(sarif('two'));
    expect(await writeFileInside(on, 'x.xml', '<report/>', { base: 'sub' })).toBe(join(root, 'sub', 'x.xml'));
    expect((await readdir(root)).toSorted()).toEqual(['out.sarif', 'sub']);
  });

  it('keeps the mode of what it replaces, and fills an empty file', async () => {
    const path = join(root, 'out.json');
    await writeFile(path, '', { mode: 0o600 });
    await writeFileInside(roots, path, '[]');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, 'utf8')).toBe('[]');
  });

  it.each([
    ['package.json', JSON.stringify({ name: 'x', scripts: {} }), sarif('x')],
    ['package.json', JSON.stringify({ name: 'x', scripts: {} }), JSON.stringify({ findings: [] })],
    ['broken.json', '{ not json', sarif('x')],
    ['binary.sarif', Buffer.from([0xff, 0xfe, 0]), sarif('x')],
    ['pom.xml', '<project/>', '<testsuites/>'],
    ['odd.xml', 'no markup', '<testsuites/>'],
    ['number.json', '1', '{}'],
    ['out.json', '{}', 'no json at all'],
  ])('does not replace %s of another kind', async (name, existing, fresh) => {
    await writeFile(join(root, name), existing);
    expect(await codeOf(writeFileInside(roots, name, fresh))).toBe('conflict');
    expect(await readFile(join(root, name))).toEqual(Buffer.from(existing));
    expect((await readdir(root)).toSorted()).toEqual([name, 'sub'].toSorted());
  });

  it('lets the caller say what may be replaced', async () => {
    await writeFile(join(root, 'out.txt'), 'report 1');
    const options = { extensions: ['.txt'], replaceOnlySameFormat: (old: Buffer) => old.toString().startsWith('report') };
    await writeFileInside(roots, 'out.txt', 'report 2', options);
    await writeFileInside(roots, 'out.txt', 'other', options);
    expect(await codeOf(writeFileInside(roots, 'out.txt', 'report 3', options))).toBe('conflict');
  });

  it.each([
    ['../outside/out.json', 'forbidden'],
    ['/etc/out.json', 'forbidden'],
    ['out.txt', 'invalid_input'],
    ['out', 'invalid_input'],
    ['out.json/', 'invalid_input'],
    ['sub', 'invalid_input'],
    ['.hidden/out.json', 'forbidden'],
    ['.git/config.json', 'forbidden'],
    ['sub/.out.json', 'forbidden'],
    ['.json', 'invalid_input'],
    ['missing/out.json', 'not_found'],
    ['out.json\0.txt', 'invalid_input'],
  ])('refuses %j', async (path, code) => {
    await mkdir(join(root, '.git'));
    expect(await codeOf(checkOutputPath(roots, path))).toBe(code);
    expect(await codeOf(writeFileInside(roots, path, '{}'))).toBe(code);
  });

  it('follows no link: to a file, to a folder inside or outside, to nothing', async () => {
    await writeFile(join(outside, 'x.json'), '{}');
    await writeFile(join(root, 'real.json'), '{}');
    await symlink(join(outside, 'x.json'), join(root, 'a.json'));
    await symlink('real.json', join(root, 'b.json'));
    await symlink(outside, join(root, 'away'));
    await symlink('sub', join(root, 'stay'));
    await symlink('.', join(root, 'self'));
    await symlink(join(outside, 'new.json'), join(root, 'dangling.json'));
    for (const path of ['a.json', 'b.json', 'away/y.json', 'stay/y.json', 'self/y.json', 'dangling.json']) {
      expect([path, await codeOf(writeFileInside(roots, path, '{}'))]).toEqual([path, 'forbidden']);
    }
    expect(await readdir(outside)).toEqual(['secret.txt', 'x.json']);
    expect(await readFile(join(outside, 'x.json'), 'utf8')).toBe('{}');
  });

  it('accepts the root as the operator spelled it', async () => {
    await symlink(root, join(folder, 'link'));
    const linked = createRoots({ env: { DEPLOYMENT_ENGINE_ROOTS: join(folder, 'link') } });
    expect(await writeFileInside(linked, join(folder, 'link', 'o.json'), '{}')).toBe(join(root, 'o.json'));
  });

  it('writes nothing outside while its folder is swapped for a link', async () => {
    const swing = join(root, 'swing');
    await mkdir(swing);
    await symlink(outside, join(root, 'evil'));
    const swapping = swapWithLink(swing, join(root, 'evil'));
    let written = 0;
    for (let round = 0; round < 200 || written === 0; round++) {
      await writeFileInside(roots, 'swing/out.json', '{"round":1}').then(
        () => written++,
        () => undefined,
      );
    }
    expect(await swapping.stop()).toBeGreaterThan(0);
    expect(written).toBeGreaterThan(0);
    expect(await readdir(outside)).toEqual(['secret.txt']);
  });

  it('gives a reader the old report or the new one, never a part', async () => {
    const body = (fill: string) => JSON.stringify({ version: '2.1.0', runs: [fill.repeat(300_000)] });
    await writeFileInside(roots, 'out.sarif', body('a'));
    const writing = (async () => {
      for (let round = 0; round < 10; round++) await writeFileInside(roots, 'out.sarif', body(round % 2 === 0 ? 'b' : 'a'));
    })();
    const read = new Set<string>();
    let done = false;
    void writing.finally(() => (done = true));
    while (!done) read.add(await readFile(join(root, 'out.sarif'), 'utf8'));
    await writing;
    for (const text of read) expect([body('a'), body('b')]).toContain(text);
  });

  it('reports a folder that may not be written and leaves nothing behind', async () => {
    // A folder of /proc takes no files, whoever asks.
    if (process.platform !== 'linux') return;
    const proc = createRoots({ env: { DEPLOYMENT_ENGINE_ROOTS: '/proc/self/fdinfo' } });
    expect(await codeOf(writeFileInside(proc, 'out.json', '{}'))).toBe('forbidden');
  });
});

describe('formats', () => {
  it('tells reports apart', () => {
    const of = (text: string) => formatOf(Buffer.from(text))?.kind;
    expect(of(sarif('x'))).toBe('sarif');
    expect(of('{"bomFormat":"CycloneDX"}')).toBe('cyclonedx');
    expect(of('{"spdxVersion":"SPDX-2.3"}')).toBe('spdx');
    expect(of(' [1]')).toBe('json');
    expect(formatOf(Buffer.from('<?xml version="1.0"?>\n<!-- c -->\n<!DOCTYPE x>\n<a:b x="1">'))).toEqual({ kind: 'xml', root: 'a:b' });
    expect(of('<')).toBeUndefined();
    expect(of('"text"')).toBeUndefined();
  });

  it('compares plain JSON by its members', () => {
    const json = (...members: string[]) => ({ kind: 'json' as const, members });
    expect(sameFormat(json('a', 'b'), json('a'))).toBe(true);
    expect(sameFormat(json('a'), json('a', 'b'))).toBe(true);
    expect(sameFormat(json('a'), json('b'))).toBe(false);
    expect(sameFormat(json(), json())).toBe(true);
    expect(sameFormat(json(), json('a'))).toBe(false);
    expect(sameFormat({ kind: 'sarif' }, json('a'))).toBe(false);
  });
});
