import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faults } from '../../scripts/check-files.mjs';
import { fill, serverTables } from '../../scripts/docs.ts';
import { format, newServer } from '../../scripts/new-server.mjs';
import { newTool, withTool } from '../../scripts/new-tool.mjs';
import { readServer, updateSurfaces } from '../../scripts/surface.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
let home: string;
let files: string[];

/** Runs a tool of the repository in the temporary one; rejects with what it printed. */
async function tool(file: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [join(root, 'node_modules', file), ...args], { cwd: home }).catch(
    (error: { stdout: string; stderr: string }) => {
      throw new Error(`${file} ${args.join(' ')}\n${error.stdout}${error.stderr}`);
    },
  );
  return stdout;
}

beforeAll(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'scaffold-')));
  for (const file of ['.oxlintrc.json', '.oxfmtrc.json', 'tsconfig.base.json', 'shared/package.json'])
    await cp(join(root, file), join(home, file));
  await mkdir(join(home, 'servers'));
  await symlink(join(root, 'node_modules'), join(home, 'node_modules'), 'junction');
  await writeFile(join(home, 'tsconfig.json'), JSON.stringify({ extends: './tsconfig.base.json', include: ['servers/*/src'] }));
  files = newServer(home, { name: 'fresh-water' });
  for (const effect of ['read', 'write', 'destroy'] as const)
    files.push(...newTool(home, { server: 'fresh-water', name: `well_${effect}`, effect }).files);
  files = [...new Set(files)];
  format(
    home,
    files.filter((file) => /\.(ts|mjs|json)$/.test(file)),
  );
});

afterAll(() => rm(home, { recursive: true, force: true }));

describe('new-server and new-tool', () => {
  it('write a server in three files, its bin, its test, and tools in one file each', () => {
    expect(files.map((file) => file.replaceAll('\\', '/').replace('servers/fresh-water/', '')).toSorted()).toEqual([
      'README.md',
      'bin/deployment-engine-fresh-water.mjs',
      'package.json',
      'src/client.ts',
      'src/main.ts',
      'src/server.test.ts',
      'src/server.ts',
      'src/tools/status-show.ts',
      'src/tools/well-destroy.test.ts',
      'src/tools/well-destroy.ts',
      'src/tools/well-read.test.ts',
      'src/tools/well-read.ts',
      'src/tools/well-write.test.ts',
      'src/tools/well-write.ts',
    ]);
  });

  it('pass the formatter', () => expect(tool('oxfmt/bin/oxfmt', '--check', 'servers')).resolves.toContain('correct format'));

  it('pass the linter and the law, types included', () =>
    expect(tool('oxlint/bin/oxlint', '--type-aware', '--deny-warnings', 'servers')).resolves.toContain('Found 0'));

  it('compile', { timeout: 60_000 }, async () => {
    // What shared itself gets wrong is for the whole gate to say.
    const output = await tool('typescript/bin/tsc', '-p', 'tsconfig.json').catch(String);
    expect(output.split('\n').filter((line) => line.startsWith('servers/'))).toEqual([]);
  });

  it('pass the checks of files', async () => {
    for (const file of files) expect(faults(file, await readFile(join(home, file), 'utf8'))).toEqual([]);
  });

  it('declare a surface and its tables', async () => {
    expect(await updateSurfaces(home, ['fresh-water'], { check: true })).toEqual(['fresh-water']);
    expect(await updateSurfaces(home, ['fresh-water'], { check: false })).toEqual(['fresh-water']);
    expect(await updateSurfaces(home, ['fresh-water'], { check: true })).toEqual([]);
    const surface = (await readServer(home, 'fresh-water')).surface();
    expect(Object.fromEntries(surface.tools.map(({ name, effect }) => [name, effect]))).toEqual({
      status_show: 'read',
      well_read: 'read',
      well_write: 'write',
      well_destroy: 'destroy',
    });
    const readme = fill(await readFile(join(home, 'servers/fresh-water/README.md'), 'utf8'), 'tools', serverTables(surface), 'README.md');
    expect(readme).toContain('| `status_show` | read | Tells whether the service answers');
    expect(readme).toContain('| `well_destroy` | **destroy** |');
    expect(fill(readme, 'tools', serverTables(surface), 'README.md')).toBe(readme);
  });

  it('pass their own tests, the contract suite among them', async () => {
    await updateSurfaces(home, ['fresh-water'], { check: false });
    const config = join(home, 'vitest.config.mjs');
    await writeFile(
      config,
      `import config from ${JSON.stringify(join(root, 'vitest.config.ts'))};\nexport default { ...config, test: { ...config.test, reporters: ['json'], outputFile: 'report.json' } };\n`,
    );
    await tool('vitest/vitest.mjs', 'run', '--root', home, '--config', config, 'servers');
    const report = JSON.parse(await readFile(join(home, 'report.json'), 'utf8')) as { success: boolean; numPassedTests: number };
    expect(report).toMatchObject({ success: true });
    expect(report.numPassedTests).toBeGreaterThan(15);
  }, 120_000);

  it('refuse what exists, what is not a name, and a port that is taken', async () => {
    expect(() => newServer(home, { name: 'fresh-water' })).toThrow(/there already/);
    expect(() => newServer(home, { name: 'Fresh Water' })).toThrow(/lower-case words/);
    await updateSurfaces(home, ['fresh-water'], { check: false });
    expect(() => newServer(home, { name: 'salt-water', port: 8050 })).toThrow(/belongs to another server/);
    expect(() => newTool(home, { server: 'fresh-water', name: 'well_read', effect: 'read' })).toThrow(/there already/);
    expect(() => newTool(home, { server: 'fresh-water', name: 'well', effect: 'read' })).toThrow(/noun_verb/);
    expect(() => newTool(home, { server: 'no-such', name: 'well_read', effect: 'read' })).toThrow(/new-server/);
  });

  it('leave a server alone whose list of tools is not written out', () => {
    expect(
      withTool("import a from 'a';\nexport const server = defineServer({ tools });\n", 'wellRead', 'tools/well-read.ts'),
    ).toBeUndefined();
  });
});
