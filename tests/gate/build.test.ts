import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entries, inputHash, serverNames } from '../../scripts/build-entries.mjs';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const CONDITION = '@deployment-engine/source';
let home: string;

const exported = (source: string, output: string): object => ({ [CONDITION]: source, default: output });
const manifest = (name: string, exports: object): string => JSON.stringify({ name: `@deployment-engine/${name}`, type: 'module', exports });
const main = (name: string): string =>
  `import { tell } from '@deployment-engine/shared/toolkit';\nimport { server } from './server.ts';\ntell(server, '${name}');\n`;

/** A repository in small: two servers on one shared layer that bundles a library and listens over HTTP. */
const TREE: Record<string, string> = {
  'package-lock.json': '{}',
  'shared/package.json': manifest('shared', {
    './toolkit': exported('./src/toolkit/index.ts', './dist/toolkit/index.js'),
    './testing': exported('./src/testing/index.ts', './dist/testing/index.js'),
  }),
  'shared/src/toolkit/index.ts': `import { createServer } from 'node:http';
import { z } from 'zod';
export const tell = (server: { name: string }, name: string): void => {
  const { name: parsed } = z.object({ name: z.string() }).parse(server);
  console.log(JSON.stringify({ mark: 'told once', parsed, name, listens: typeof createServer, argv: process.argv.slice(2) }));
};\n`,
  'shared/src/testing/index.ts': "throw new Error('test code was built');\n",
  'hub/package.json': manifest('hub', { '.': exported('./src/index.ts', './dist/index.js') }),
  'hub/src/index.ts': "export const hub = 'hub';\n",
  'hub/src/main.ts':
    "import { tell } from '@deployment-engine/shared/toolkit';\nimport { hub } from './index.ts';\ntell({ name: hub }, 'hub');\n",
  'native/js/package.json': manifest('native', { '.': exported('./src/index.ts', './dist/index.js') }),
  'native/js/src/index.ts': 'export const native = import.meta.url;\n',
  ...Object.fromEntries(
    ['alpha', 'beta'].flatMap((name) => [
      [
        `servers/${name}/package.json`,
        manifest(name, { '.': exported('./src/server.ts', './dist/server.js'), './tools.json': './tools.json' }),
      ],
      [`servers/${name}/src/main.ts`, main(name)],
      [
        `servers/${name}/src/server.ts`,
        `export const server = { name: '${name}', later: async () => (await import('./later.ts')).later };\n`,
      ],
      [`servers/${name}/src/later.ts`, "import { native } from '@deployment-engine/native';\nexport const later = native;\n"],
      [`servers/${name}/src/server.test.ts`, "throw new Error('a test was built');\n"],
    ]),
  ),
  'servers/not-one/notes.txt': '',
};

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(home, path)), { recursive: true });
  await writeFile(join(home, path), text);
}

const bundle = (): Promise<unknown> => run(process.execPath, [join(home, 'scripts/build-bundle.mjs')], { cwd: home });

async function built(): Promise<string[]> {
  const files = await readdir(home, { recursive: true });
  return files.filter((file) => file.includes('dist/') && file.endsWith('.js') && !file.startsWith('node_modules')).toSorted();
}

beforeAll(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'build-')));
  for (const [path, text] of Object.entries(TREE)) await write(path, text);
  await mkdir(join(home, 'scripts'));
  for (const file of ['build-bundle.mjs', 'build-entries.mjs']) await cp(join(root, 'scripts', file), join(home, 'scripts', file));
  // Libraries come from the repository, our own packages from the planted tree.
  await mkdir(join(home, 'node_modules/@deployment-engine'), { recursive: true });
  for (const name of ['zod', 'rolldown', '@rolldown', '@oxc-project'])
    await symlink(join(root, 'node_modules', name), join(home, 'node_modules', name), 'junction');
  for (const [name, folder] of Object.entries({
    shared: 'shared',
    hub: 'hub',
    native: 'native/js',
    alpha: 'servers/alpha',
    beta: 'servers/beta',
  })) {
    await symlink(join(home, folder), join(home, 'node_modules/@deployment-engine', name), 'junction');
  }
  await bundle();
});

afterAll(() => rm(home, { recursive: true, force: true }));

describe('the build', () => {
  it('finds servers by their folders and entries by their exports, and leaves test code out', () => {
    expect(serverNames(home)).toEqual(['alpha', 'beta']);
    expect(entries(home).map(({ output, program }) => `${output}${program ? ' *' : ''}`)).toEqual([
      'shared/dist/toolkit/index.js',
      'hub/dist/index.js',
      'hub/dist/main.js *',
      'native/js/dist/index.js',
      'servers/alpha/dist/server.js',
      'servers/alpha/dist/main.js *',
      'servers/beta/dist/server.js',
      'servers/beta/dist/main.js *',
    ]);
  });

  it('writes every entry, with the code they share in one place', async () => {
    const files = await built();
    for (const { output } of entries(home)) expect(files).toContain(output);
    const holders = await Promise.all(
      files.map(async (file) => ((await readFile(join(home, file), 'utf8')).includes('told once') ? [file] : [])),
    );
    expect(holders.flat()).toEqual([expect.stringMatching(/^shared\/dist\/chunks\/toolkit-.*\.js$/)]);
  });

  it('keeps what one server alone uses in its own folder, where its own packages resolve', async () => {
    const files = await built();
    for (const name of ['alpha', 'beta'])
      expect(files).toContainEqual(expect.stringMatching(new RegExp(`^servers/${name}/dist/chunks/later-.*\\.js$`)));
  });

  it.each(['servers/alpha', 'servers/beta', 'hub'])('makes a program of %s that runs', async (folder) => {
    const { stdout } = await run(process.execPath, [join(home, folder, 'dist/main.js'), 'x']);
    expect(JSON.parse(stdout)).toMatchObject({ listens: 'function', argv: ['x'] });
  });

  it('turns on the compile cache before the code is loaded', async () => {
    // Node keeps no cache while its own coverage is on, and a person may keep the cache elsewhere
    const { NODE_V8_COVERAGE: _coverage, NODE_COMPILE_CACHE: _place, NODE_DISABLE_COMPILE_CACHE: _off, ...env } = process.env;
    await run(process.execPath, [join(home, 'servers/alpha/dist/main.js')], { env });
    expect((await readdir(join(home, 'node_modules/.cache/deployment-engine/compile'))).length).toBeGreaterThan(0);
  });

  it('does not load the web classes of node:http, which cost more than all the rest', async () => {
    const text = await readFile(join(home, (await built()).find((file) => /chunks\/toolkit-/.test(file)) ?? ''), 'utf8');
    expect(text).toContain('getBuiltinModule');
    expect(text).not.toMatch(/from ?["'](node:)?http["']/);
    expect(text).not.toMatch(/\bWebSocket\b/);
  });

  it('leaves native to Node, so that it finds its addon beside itself', async () => {
    const code = "const { server } = await import('@deployment-engine/alpha'); console.log(await server.later());";
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], { cwd: home });
    expect(stdout.trim()).toMatch(/native\/js\/dist\/index\.js$/);
  });

  it('writes source maps beside the code', async () => {
    for (const file of (await built()).filter((path) => path.includes('/chunks/') && !path.includes('rolldown-runtime'))) {
      expect(await readFile(join(home, file), 'utf8')).toMatch(/\/\/# sourceMappingURL=\S+\.map\s*$/);
    }
  });

  it('removes what an earlier build left, and keeps the old output when a build fails', async () => {
    await write('hub/dist/left-over.js', '');
    await write('hub/dist/notes.txt', 'kept');
    await bundle();
    expect(await built()).not.toContain('hub/dist/left-over.js');
    expect(await readdir(join(home, 'hub/dist'))).toContain('notes.txt');
    const before = await built();
    await write('hub/src/index.ts', "export * from './no-such-file.ts';\n");
    await expect(bundle()).rejects.toThrow(/no-such-file/);
    expect(await built()).toEqual(before);
    await write('hub/src/index.ts', TREE['hub/src/index.ts'] ?? '');
  });

  it('takes a changed source as a reason to build, and a changed test as none', async () => {
    const before = inputHash(home);
    await write('servers/alpha/src/server.test.ts', '// changed\n');
    expect(inputHash(home)).toBe(before);
    await write('servers/alpha/src/later.ts', "export const later = 'changed';\n");
    expect(inputHash(home)).not.toBe(before);
  });
});
