import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ToolError } from '../../contracts/error.ts';
import { belowReally } from './containment.ts';
import { refuseHostileName } from './names.ts';
import { createRoots, type Roots } from './roots.ts';
import { swapWithLink } from './swap-with-link.testing.ts';
import { tooWideBecause } from './system-folders.ts';

let folder: string;
let root: string;
let outside: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'roots-')));
  root = join(folder, 'root');
  outside = join(folder, 'outside');
  await mkdir(join(root, 'sub', 'deep'), { recursive: true });
  await mkdir(outside);
  await writeFile(join(root, 'a.txt'), 'a');
  await writeFile(join(root, 'sub', 'b.txt'), 'b');
  await writeFile(join(outside, 'secret.txt'), 'secret');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const rooted = (...roots: string[]): Roots => createRoots({ env: { DEPLOYMENT_ENGINE_ROOTS: roots.join(delimiter) }, cwd: folder });

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'no error';
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return error.code;
  }
}

function codeThrown(work: () => unknown): ToolError {
  try {
    work();
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('reading the roots', () => {
  it('takes the folders of DEPLOYMENT_ENGINE_ROOTS, relative ones from the current folder, each once', () => {
    const roots = rooted(root, 'outside', join(root, 'sub', '..'));
    expect(roots.list()).toEqual([root, outside]);
    expect(roots.status()).toEqual({ source: 'operator', missing: [] });
  });

  it.each([
    ['', 'set but empty'],
    ['   ', 'set but empty'],
    [`/tmp${delimiter}`, 'empty entry'],
    [`${delimiter}/tmp`, 'empty entry'],
    [`/tmp${delimiter}${delimiter}/var`, 'empty entry'],
    ['~/work', 'not expanded'],
    ['/tmp/\0', 'NUL'],
  ])('refuses %j', (value, message) => {
    const error = codeThrown(() => createRoots({ env: { DEPLOYMENT_ENGINE_ROOTS: value } }));
    expect(error.code).toBe('invalid_input');
    expect(error.message).toContain('DEPLOYMENT_ENGINE_ROOTS');
    expect(error.message).toContain(message);
    expect(error.hint).toBeDefined();
  });

  it('refuses an entry that is a file', () => {
    expect(codeThrown(() => rooted(join(root, 'a.txt'))).message).toContain('not a folder');
  });

  it('reports entries that do not exist, and takes them up once they do', async () => {
    const later = join(folder, 'later');
    const roots = rooted(root, later);
    expect(roots.status().missing).toEqual([later]);
    expect(await codeOf(roots.resolve(join(later, 'x'), { mustExist: false }))).toBe('forbidden');
    await mkdir(later);
    expect(await roots.resolve(join(later, 'x'), { mustExist: false })).toBe(join(later, 'x'));
    expect(roots.status().missing).toEqual([]);
  });

  it('refuses everything while no named folder exists, and says which', async () => {
    const roots = rooted(join(folder, 'nowhere'));
    expect(roots.status().unset).toContain('nowhere');
    const error = await roots.resolve('x').catch((one: unknown) => one);
    expect(error).toMatchObject({ code: 'forbidden', hint: expect.stringContaining('DEPLOYMENT_ENGINE_ROOTS') });
  });

  it('believes an operator who names a wide folder', () => {
    expect(createRoots({ env: { DEPLOYMENT_ENGINE_ROOTS: '/' } }).list()).toEqual(['/']);
  });

  it('uses the current folder without the variable', () => {
    const roots = createRoots({ env: {}, cwd: root, home: '/home/somebody' });
    expect(roots.list()).toEqual([root]);
    expect(roots.status()).toEqual({ source: 'current-folder', missing: [] });
  });

  it.each([['/'], ['/etc'], ['/usr/bin'], ['/proc/self']])('never uses %s by chance', async (cwd) => {
    const roots = createRoots({ env: {}, cwd, home: '/home/somebody' });
    expect(roots.list()).toEqual([]);
    const error = await roots.resolve(join(cwd, 'x'), { mustExist: false }).catch((one: unknown) => one);
    expect(error).toMatchObject({ code: 'forbidden', hint: expect.stringContaining('DEPLOYMENT_ENGINE_ROOTS') });
    expect(await roots.contains(cwd)).toBe(false);
  });

  it('never uses a home folder, nor a link to one', async () => {
    await symlink(root, join(folder, 'link'));
    expect(createRoots({ env: {}, cwd: root, home: root }).list()).toEqual([]);
    expect(createRoots({ env: {}, cwd: join(folder, 'link'), home: root }).list()).toEqual([]);
    expect(createRoots({ env: {}, cwd: folder, home: root }).status().unset).toContain('holds a home folder');
    expect(createRoots({ env: {}, cwd: join(root, 'sub'), home: root }).list()).toEqual([join(root, 'sub')]);
  });

  it('refuses all when the current folder is gone', () => {
    expect(createRoots({ env: {}, cwd: join(folder, 'gone'), home: '/h' }).status().unset).toContain('does not exist');
  });
});

describe('folders that are too wide', () => {
  it.each([
    ['linux', '/', '/home/ana'],
    ['linux', '/home', '/home/ana'],
    ['linux', '/home/ana', '/home/ana'],
    ['linux', '/home/ana/', '/home/ana'],
    ['linux', '/home/bob', '/home/ana'],
    ['linux', '/root', '/home/ana'],
    ['linux', '/etc/nginx', '/home/ana'],
    ['linux', '/lib64', '/home/ana'],
    ['linux', '/usr/lib32/x', '/home/ana'],
    ['linux', '/var', '/home/ana'],
    ['linux', '/tmp', '/home/ana'],
    ['linux', '/home/ana/.ssh', '/home/ana'],
    ['linux', '/home/ana/x/.aws/y', '/home/ana'],
    ['darwin', '/Users/ana', '/Users/ana'],
    ['darwin', '/users/ANA', '/Users/ana'],
    ['darwin', '/System/Volumes', '/Users/ana'],
    ['darwin', '/Library', '/Users/ana'],
    ['darwin', '/private/etc', '/Users/ana'],
    ['win32', 'C:\\', 'C:\\Users\\ana'],
    ['win32', 'd:\\', 'C:\\Users\\ana'],
    ['win32', 'C:\\Windows\\System32', 'C:\\Users\\ana'],
    ['win32', 'C:\\Program Files (x86)\\x', 'C:\\Users\\ana'],
    ['win32', 'C:\\Users', 'C:\\Users\\ana'],
    ['win32', 'c:\\users\\ANA', 'C:\\Users\\ana'],
    ['win32', 'C:\\Users\\bob', 'C:\\Users\\ana'],
    ['win32', 'C:\\Users\\ana\\.kube', 'C:\\Users\\ana'],
    ['win32', '\\\\server\\share', 'C:\\Users\\ana'],
  ] as const)('%s: %s', (platform, path, home) => {
    expect(tooWideBecause(path, home, platform)).toBeDefined();
  });

  it.each([
    ['linux', '/home/ana/work', '/home/ana'],
    ['linux', '/usr/src/app', '/home/ana'],
    ['linux', '/var/www/site', '/home/ana'],
    ['linux', '/tmp/build', '/home/ana'],
    ['linux', '/liberty', '/home/ana'],
    ['linux', '/srv/app', '/home/ana'],
    ['linux', '/etcetera', '/home/ana'],
    ['darwin', '/Users/ana/work', '/Users/ana'],
    ['darwin', '/private/var/folders/x/T/y', '/Users/ana'],
    ['win32', 'C:\\Users\\ana\\work', 'C:\\Users\\ana'],
    ['win32', 'D:\\work', 'C:\\Users\\ana'],
  ] as const)('not on %s: %s', (platform, path, home) => {
    expect(tooWideBecause(path, home, platform)).toBeUndefined();
  });
});

describe('names', () => {
  it.each([
    'CON',
    'a\\nul.txt',
    'C:\\x\\COM1',
    'lpt9.log',
    'com\u00b9',
    'aux.',
    'conin$',
    'file.txt:stream',
    'C:relative',
    'a\\b::$DATA',
    'name.',
    'name ',
    'a\\b. \\c',
    '\\\\server\\share\\x',
    '//server/share/x',
    '\\\\?\\C:\\x',
    '\\\\.\\pipe\\x',
    'a\\b*',
    'a<b',
    'tab\u0001',
  ])('refuses %j on Windows', (path) => {
    expect(codeThrown(() => refuseHostileName(path, 'win32')).code).toBe('invalid_input');
  });

  it.each(['C:\\work\\a.txt', 'd:/work/b', '..\\x', 'a\\.\\b', 'console.log', 'com10', 'nullable', '.git'])(
    'accepts %j on Windows',
    (path) => {
      expect(() => refuseHostileName(path, 'win32')).not.toThrow();
    },
  );

  it.each(['con', 'a:b', 'name.', 'name '])('accepts %j elsewhere', (path) => {
    expect(() => refuseHostileName(path, 'linux')).not.toThrow();
  });

  it.each(['', '  ', 'a\0b', '~', '~/x', 'x'.repeat(5000)])('refuses %j everywhere', (path) => {
    expect(codeThrown(() => refuseHostileName(path, 'linux')).hint).toBeDefined();
  });
});

describe('resolving', () => {
  it('gives real paths of what lies inside, relative ones from the first root or the base', async () => {
    const roots = rooted(root);
    expect(await roots.resolve('a.txt')).toBe(join(root, 'a.txt'));
    expect(await roots.resolve('.')).toBe(root);
    expect(await roots.resolve(join(root, 'sub', '..', 'a.txt'))).toBe(join(root, 'a.txt'));
    expect(await roots.resolve('b.txt', { base: join(root, 'sub') })).toBe(join(root, 'sub', 'b.txt'));
    expect(await roots.resolve('../a.txt', { base: 'sub' })).toBe(join(root, 'a.txt'));
  });

  it.each(['..', '../outside/secret.txt', 'sub/../../outside', '/etc/passwd', '/', '/nowhere/at/all', '../root2'])(
    'refuses %s',
    async (path) => {
      expect(await codeOf(rooted(root).resolve(path))).toBe('forbidden');
    },
  );

  it('refuses a base outside', async () => {
    expect(await codeOf(rooted(root).resolve('secret.txt', { base: outside }))).toBe('forbidden');
  });

  it('does not take a folder whose name begins like a root for one below it', async () => {
    await mkdir(`${root}-more`);
    expect(await codeOf(rooted(root).resolve(`${root}-more`))).toBe('forbidden');
    await mkdir(join(root, '..data'));
    expect(await rooted(root).resolve('..data')).toBe(join(root, '..data'));
  });

  it('refuses links that leave, to files, folders and nothing, and follows those that stay', async () => {
    await symlink(join(outside, 'secret.txt'), join(root, 'leak'));
    await symlink(outside, join(root, 'away'));
    await symlink(join(outside, 'new.txt'), join(root, 'dangling'));
    await symlink('loop', join(root, 'loop'));
    await symlink('sub', join(root, 'stay'));
    const roots = rooted(root);
    expect(await codeOf(roots.resolve('leak'))).toBe('forbidden');
    expect(await codeOf(roots.resolve('away/secret.txt'))).toBe('forbidden');
    expect(await codeOf(roots.resolve('away/not-there', { mustExist: false }))).toBe('forbidden');
    expect(await codeOf(roots.resolve('dangling', { mustExist: false }))).toBe('forbidden');
    expect(await codeOf(roots.resolve('loop', { mustExist: false }))).toBe('forbidden');
    expect(await roots.resolve('stay/b.txt')).toBe(join(root, 'sub', 'b.txt'));
  });

  it('takes a root that is itself a link for what it points to, and stays with that', async () => {
    await symlink(root, join(folder, 'link'));
    const roots = rooted(join(folder, 'link'));
    expect(roots.list()).toEqual([root]);
    expect(await roots.resolve(join(folder, 'link', 'a.txt'))).toBe(join(root, 'a.txt'));
    await rm(join(folder, 'link'));
    await symlink(outside, join(folder, 'link'));
    expect(await codeOf(roots.resolve(join(folder, 'link', 'secret.txt')))).toBe('forbidden');
  });

  it('answers alike for what exists outside and what does not', async () => {
    const roots = rooted(root);
    const messages = await Promise.all(
      [join(outside, 'secret.txt'), join(outside, 'nothing'), join(outside, 'secret.txt', 'x'), `/${'n'.repeat(300)}`].map((path) =>
        roots.resolve(path).catch((error: unknown) => (error as Error).message),
      ),
    );
    expect(new Set(messages)).toEqual(new Set(['The path lies outside the allowed folders.']));
  });

  it('says what is wrong inside', async () => {
    const roots = rooted(root);
    expect(await codeOf(roots.resolve('missing'))).toBe('not_found');
    expect(await roots.resolve('missing/too', { mustExist: false })).toBe(join(root, 'missing', 'too'));
    expect(await codeOf(roots.resolve('a.txt/x'))).toBe('not_found');
    expect(await codeOf(roots.resolve('n'.repeat(300)))).toBe('invalid_input');
    expect(await codeOf(roots.resolve('a.txt', { kind: 'directory' }))).toBe('invalid_input');
    expect(await codeOf(roots.resolve('sub', { kind: 'file' }))).toBe('invalid_input');
    expect(await roots.resolve('sub', { kind: 'directory' })).toBe(join(root, 'sub'));
    expect(await codeOf(roots.resolve('a\0b'))).toBe('invalid_input');
    expect(await codeOf(roots.resolve('~/x'))).toBe('invalid_input');
  });

  it('refuses a socket where a file is wanted', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(root, 'socket'), resolve));
    try {
      expect(await codeOf(rooted(root).resolve('socket', { kind: 'file' }))).toBe('invalid_input');
      expect(await rooted(root).resolve('socket')).toBe(join(root, 'socket'));
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('tells whether a path is contained without throwing', async () => {
    const roots = rooted(root);
    expect(await roots.contains('a.txt')).toBe(true);
    expect(await roots.contains('not-yet')).toBe(true);
    expect(await roots.contains(outside)).toBe(false);
    expect(await roots.contains('\0')).toBe(false);
  });

  it('never resolves outside while a folder is swapped for a link again and again', async () => {
    const roots = rooted(root);
    const swing = join(root, 'swing');
    await mkdir(swing);
    await writeFile(join(swing, 'secret.txt'), 'harmless');
    await symlink(outside, join(root, 'evil'));
    const swapping = swapWithLink(swing, join(root, 'evil'));
    const answers = new Set<string>();
    for (let round = 0; round < 300 || !answers.has(join(swing, 'secret.txt')); round++)
      answers.add(await roots.resolve('swing/secret.txt').catch((error: ToolError) => error.code));
    expect(await swapping.stop()).toBeGreaterThan(0);
    expect([...answers].filter((answer) => answer.includes('outside'))).toEqual([]);
    expect(answers).toContain(join(swing, 'secret.txt'));
  });
});

describe('file systems without letter case', () => {
  it('knows a folder by its identity where its spelling differs', async () => {
    const same = async (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
    expect(await belowReally('/Work/Root', '/work/ROOT/File.txt', 'linux', same)).toBe('File.txt');
    expect(await belowReally('/Work/Root', '/work/other/File.txt', 'linux', same)).toBeUndefined();
    expect(await belowReally('C:\\Work', 'c:\\work\\x', 'win32', same)).toBe('x');
    expect(await belowReally('C:\\Work', 'D:\\work\\x', 'win32', same)).toBeUndefined();
  });
});

describe('narrowing', () => {
  it('keeps only what both sides allow, by path or file URI', async () => {
    const roots = rooted(root, outside);
    const narrow = await roots.narrow([pathToFileURL(join(root, 'sub')).href]);
    expect(narrow.list()).toEqual([join(root, 'sub')]);
    expect(narrow.status()).toEqual({ source: 'client', missing: [] });
    expect(await codeOf(narrow.resolve(join(root, 'a.txt')))).toBe('forbidden');
    expect(await narrow.resolve('b.txt')).toBe(join(root, 'sub', 'b.txt'));
    expect((await roots.narrow([folder])).list()).toEqual([root, outside]);
    expect((await roots.narrow([root, root])).list()).toEqual([root]);
  });

  it('never widens: other folders, links that leave, nonsense and nothing give nothing', async () => {
    await symlink(outside, join(root, 'away'));
    const roots = rooted(root);
    for (const given of [
      ['/etc'],
      [join(root, 'away')],
      ['sub'],
      ['https://example.org/'],
      ['file://host/x'],
      ['file:///%00'],
      [join(root, 'missing')],
      [join(root, 'a.txt')],
      [],
    ]) {
      const narrow = await roots.narrow(given);
      expect(narrow.list()).toEqual([]);
      expect(await codeOf(narrow.resolve(root))).toBe('forbidden');
    }
    const unset = createRoots({ env: {}, cwd: '/', home: '/h' });
    expect((await unset.narrow([root])).status().unset).toContain('current folder cannot');
  });
});
