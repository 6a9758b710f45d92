import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createRoots, ROOTS_VARIABLE } from '@deployment-engine/shared/platform';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archiveOf, readArchive } from './archive.ts';
import { packContext, type ContextOptions } from './build-context.ts';
import { Readable } from 'node:stream';

describe('a build context', () => {
  let base: string;
  let folder: string;
  beforeEach(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'context-')));
    folder = join(base, 'app');
    mkdirSync(folder);
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  const write = (path: string, text = path) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const options = (more: Partial<ContextOptions> = {}): ContextOptions => ({
    folder,
    roots: createRoots({ env: { [ROOTS_VARIABLE]: folder } }),
    dockerfile: 'Dockerfile',
    maxBytes: 1e6,
    maxFileBytes: 1e6,
    signal: new AbortController().signal,
    ...more,
  });
  const packed = async (more: Partial<ContextOptions> = {}) =>
    (await readArchive(await packContext(options(more)), { contentBytes: 1e6, entries: 1000 })).entries;
  const names = async (more: Partial<ContextOptions> = {}) => (await packed(more)).map((one) => one.name.replace(/\/$/, '')).toSorted();

  it('holds files, folders and links as they are, owned by nobody in particular', async () => {
    write('Dockerfile', 'FROM scratch');
    write('src/a.txt');
    write(`${'deep/'.repeat(30)}${'long'.repeat(30)}-ü.txt`, 'far');
    symlinkSync('/etc/passwd', join(folder, 'src', 'link'));
    const entries = await packed();
    expect(entries.find((one) => one.name === 'src/link')).toMatchObject({ type: 'symlink', target: '/etc/passwd' });
    expect(entries.find((one) => one.name === 'src/a.txt')).toMatchObject({ type: 'file', content: Buffer.from('src/a.txt') });
    expect(entries.find((one) => one.name.endsWith('ü.txt'))).toMatchObject({ content: Buffer.from('far') });
  });

  it('leaves out what .dockerignore names, whole folders and with exceptions', async () => {
    for (const path of [
      'Dockerfile',
      'keep.md',
      'drop.md',
      'node_modules/x/index.js',
      'docs/a.md',
      'docs/deep/b.md',
      'src/c.log',
      'src/c.ts',
    ])
      write(path);
    write('.dockerignore', '# comment\nnode_modules\n**/*.log\ndocs\n');
    expect(await names()).toEqual(['.dockerignore', 'Dockerfile', 'drop.md', 'keep.md', 'src', 'src/c.ts']);
    write('.dockerignore', '*\n!src\n!docs/deep\n**/*.log\n');
    expect(await names()).toEqual(['.dockerignore', 'Dockerfile', 'docs/deep', 'docs/deep/b.md', 'src', 'src/c.ts']);
    write('.dockerignore', '*.md\r\n!keep.md\r\nDockerfile\r\n.dockerignore\r\n');
    expect(await names()).toEqual(expect.arrayContaining(['.dockerignore', 'Dockerfile', 'keep.md']));
    expect(await names()).not.toContain('drop.md');
  });

  it('keeps a Dockerfile that lies in an ignored folder, and prefers its own ignore file', async () => {
    write('build/Dockerfile', 'FROM scratch');
    write('build/notes.txt');
    write('.dockerignore', 'build');
    expect(await names({ dockerfile: 'build/Dockerfile' })).toEqual(expect.arrayContaining(['build/Dockerfile']));
    expect(await names({ dockerfile: 'build/Dockerfile' })).not.toContain('build/notes.txt');
    write('build/Dockerfile.dockerignore', 'build/notes.txt');
    write('other.txt');
    expect(await names({ dockerfile: 'build/Dockerfile' })).toEqual(expect.arrayContaining(['other.txt', 'build/Dockerfile']));
  });

  it('never reads an ignore file through a link that leads out', async () => {
    writeFileSync(join(base, 'secret'), 'x');
    symlinkSync(join(base, 'secret'), join(folder, '.dockerignore'));
    await expect(packed()).rejects.toMatchObject({ code: 'forbidden', message: expect.stringContaining('.dockerignore') });
  });

  it('never packs what a folder that became a link leads to', async () => {
    mkdirSync(join(base, 'outside'));
    writeFileSync(join(base, 'outside', 'a.txt'), 'secret');
    write('sub/a.txt', 'mine');
    write('z.txt', 'last');
    // swapped in the middle of the walk, when the first file has been packed
    write('a-first.txt', 'x');
    const stream = await packContext(
      options({
        packed: (files) => {
          if (files !== 1) return;
          rmSync(join(folder, 'sub'), { recursive: true });
          symlinkSync(join(base, 'outside'), join(folder, 'sub'));
        },
      }),
    );
    const result = await readArchive(stream, { contentBytes: 1e6, entries: 1000 }).then(
      ({ entries }) => entries.map((one) => one.content?.toString() ?? '').join(),
      (error: { code: string }) => error.code,
    );
    expect(result).not.toContain('secret');
  });

  it('stops at its limits, and when the call is cancelled', async () => {
    write('Dockerfile', 'x'.repeat(100));
    write('big.bin', 'x'.repeat(2000));
    await expect(packed({ maxBytes: 1000 })).rejects.toMatchObject({ code: 'too_large', hint: expect.stringContaining('.dockerignore') });
    await expect(packed({ maxFileBytes: 1000 })).rejects.toMatchObject({ code: 'too_large', message: expect.stringContaining('big.bin') });
    await expect(packed({ signal: AbortSignal.abort() })).rejects.toThrow();
    rmSync(folder, { recursive: true });
    await expect(packed()).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('an archive', () => {
  it('holds one file and is read back', async () => {
    const archive = await archiveOf('ä.txt', Buffer.from('content'), 0o600);
    expect(await readArchive(Readable.from([archive]), { contentBytes: 4, entries: 5 })).toEqual({
      entries: [{ name: 'ä.txt', type: 'file', size: 7, mode: 0o600, content: Buffer.from('cont') }],
      truncated: false,
    });
    await expect(archiveOf('a/b', Buffer.from(''), 0o600)).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it('that is broken is an error, one with more than is wanted is cut', async () => {
    await expect(readArchive(Readable.from([Buffer.alloc(600, 1)]), { contentBytes: 4, entries: 5 })).rejects.toThrow();
    const archive = await archiveOf('a', Buffer.from('x'), 0o600);
    const two = Buffer.concat([archive.subarray(0, 1024), archive]);
    expect(await readArchive(Readable.from([two]), { contentBytes: 4, entries: 1 })).toMatchObject({
      entries: [{ name: 'a' }],
      truncated: true,
    });
  });
});
