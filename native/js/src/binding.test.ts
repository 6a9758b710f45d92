import { spawnSync } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { binding, loadBinding } from './binding.ts';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'native-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function addonName(): string {
  const name = readdirSync(packageFolder).find((file) => /^native\..*\.node$/.test(file));
  if (name === undefined) throw new Error('the addon is not built: npm run build');
  return name;
}

test('the addon is loaded once', () => {
  expect(binding()).toBe(binding());
});

test('the environment variable wins, and says when it names nothing that loads', () => {
  expect(loadBinding(join(packageFolder, addonName()), join(folder, 'src')).scanEnvelope).toBeTypeOf('function');
  const missing = join(folder, 'missing.node');
  expect(() => loadBinding(missing)).toThrow(`DEPLOYMENT_ENGINE_NATIVE names ${missing}, which does not load`);
  const scope = fileURLToPath(new URL('../../../node_modules/@rolldown', import.meta.url));
  const stranger = globSync('binding-*/*.node', { cwd: scope }).map((file) => join(scope, file))[0] ?? '';
  expect(() => loadBinding(stranger)).toThrow("it is not this version's addon (no Panel, ");
});

test('without an addon one error says what to do', () => {
  expect(() => loadBinding('', join(folder, 'src'))).toThrow(/^The native part is not built for .*Run `npm run build` with Rust installed/);
  const broken = join(folder, addonName());
  writeFileSync(broken, 'not a library');
  expect(() => loadBinding('', join(folder, 'src'))).toThrow(`Tried: ${broken}: `);
});

test('a package of prebuilt binaries is found where packages are', () => {
  const name = addonName();
  const prebuilt = join(folder, 'node_modules/@deployment-engine', name.replace(/^native\.(.*)\.node$/, 'native-$1'));
  mkdirSync(prebuilt, { recursive: true });
  copyFileSync(join(packageFolder, name), join(prebuilt, name));
  rmSync(join(folder, name), { force: true });
  expect(loadBinding('', join(folder, 'somewhere/dist')).scanEnvelope).toBeTypeOf('function');
});

test('a bundle in another folder finds it', { timeout: 60_000 }, async () => {
  const target = join(packageFolder, '../target');
  mkdirSync(target, { recursive: true });
  const out = mkdtempSync(join(target, 'bundle-'));
  try {
    const entry = join(out, 'entry.ts');
    writeFileSync(
      entry,
      `import { ToolIndex } from ${JSON.stringify(join(packageFolder, 'src/index.ts'))};\nprocess.stdout.write(String(new ToolIndex().size));\n`,
    );
    const bundle = await rolldown({ input: entry, platform: 'node' });
    await bundle.write({ file: join(out, 'dist/main.js'), format: 'esm' });
    await bundle.close();
    writeFileSync(join(out, 'dist/package.json'), '{"type":"module"}');
    const run = spawnSync(process.execPath, [join(out, 'dist/main.js')], {
      encoding: 'utf8',
      env: { ...process.env, DEPLOYMENT_ENGINE_NATIVE: '' },
    });
    expect([run.stdout, run.stderr]).toEqual(['0', '']);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});
