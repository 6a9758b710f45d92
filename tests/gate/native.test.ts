import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeHash, nativeInputs } from '../../scripts/native-inputs.mjs';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
let home: string;

const TREE: Record<string, string> = {
  'native/Cargo.toml': '[workspace.package]\nrust-version = "1.90"\n',
  'native/binding/src/lib.rs': 'pub const RULES: &str = include_str!("../rules.txt");\n',
  'native/binding/rules.txt': 'rm destroys\n',
  'native/binding/tests/one.rs': '',
  'native/js/package.json': '{}',
  'native/js/native.test.node': 'an addon',
};

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(home, path)), { recursive: true });
  await writeFile(join(home, path), text);
}

/** What building says on a machine without Rust, and nothing on stdout. */
async function build(): Promise<string> {
  const env = { PATH: join(home, 'nothing'), CARGO_HOME: join(home, 'nothing') };
  const ran = run(process.execPath, [join(home, 'scripts/build-native.mjs')], { env });
  const said = await ran.catch((error: { code: number; stdout: string; stderr: string }) => error);
  expect([said.stdout, 'code' in said ? said.code : 0]).toEqual(['', said.stderr.endsWith(' is up to date\n') ? 0 : 1]);
  return said.stderr;
}

beforeAll(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'native-')));
  for (const [path, text] of Object.entries(TREE)) await write(path, text);
  for (const file of ['build-native.mjs', 'native-inputs.mjs']) {
    await mkdir(join(home, 'scripts'), { recursive: true });
    await cp(join(root, 'scripts', file), join(home, 'scripts', file));
  }
});

afterAll(() => rm(home, { recursive: true, force: true }));

describe('the native part', () => {
  it('is made of its sources and of every text that they take in', async () => {
    const inputs = nativeInputs(root);
    let taken = 0;
    for (const file of inputs.filter((path) => path.endsWith('.rs'))) {
      for (const [, text] of (await readFile(join(root, file), 'utf8')).matchAll(/include_(?:str|bytes)!\("([^"]+)"\)/g)) {
        expect(inputs).toContain(relative(root, join(root, dirname(file), text ?? '')));
        taken += 1;
      }
    }
    expect(taken).toBeGreaterThan(10);
  });

  it('asks for Rust where it is not built yet, in one line', async () => {
    expect(await build()).toMatch(/^Rust is needed to build the native part \(cargo was not found\)\. Install it: .*rustup.*\n$/);
  });

  it('needs no Rust once it is built, until a source, or a text that one takes in, changes', async () => {
    const built = async () =>
      write('native/target/native-js.stamp.json', JSON.stringify({ hash: nativeHash(home), file: 'native.test.node' }));
    await built();
    expect(await build()).toBe('native/js/native.test.node is up to date\n');
    await write('native/binding/tests/one.rs', '// only a test\n');
    expect(await build()).toMatch(/up to date/);
    for (const file of ['native/binding/rules.txt', 'native/binding/src/lib.rs']) {
      await write(file, `${TREE[file]}\n`);
      expect(await build()).toMatch(/^Rust is needed/);
      await built();
      expect(await build()).toMatch(/up to date/);
    }
    await rm(join(home, 'native/js/native.test.node'));
    expect(await build()).toMatch(/^Rust is needed/);
  });
});
