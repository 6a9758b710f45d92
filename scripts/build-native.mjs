// Builds the Rust addon, and on Linux the launcher, into native/js, unless what it is made of has not changed since the last time.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { nativeHash } from './native-inputs.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const native = join(root, 'native');
const output = join(native, 'js');
const target = join(native, 'target');
const stampFile = join(target, 'native-js.stamp.json');
const windows = process.platform === 'win32';

const howToInstall = windows ? 'https://rustup.rs' : "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh";

/** A build that failed for a reason that the person can do something about: one line. */
export class NativeBuildError extends Error {
  name = 'NativeBuildError';
}

/** The environment to build in: rustup's usual place counts even where PATH has not been told of it. */
function environment() {
  const cargoHome = process.env['CARGO_HOME'] ?? join(homedir(), '.cargo');
  return { ...process.env, PATH: [process.env['PATH'] ?? '', join(cargoHome, 'bin')].join(delimiter) };
}

function outputOf(command, args, env) {
  const result = spawnSync(command, args, { env, cwd: native, encoding: 'utf8', windowsHide: true });
  return result.error === undefined && result.status === 0 ? result.stdout.trim() : undefined;
}

/** An error that says how to get a compiler that is new enough, where there is none. */
function requireCompiler(env) {
  const wanted = /^rust-version = "(\d+)\.(\d+)/m.exec(readFileSync(join(native, 'Cargo.toml'), 'utf8'));
  const [major, minor] = [Number(wanted?.[1]), Number(wanted?.[2])];
  const cargo = outputOf('cargo', ['--version'], env);
  const rustc = cargo === undefined ? undefined : outputOf('rustc', ['-vV'], env);
  if (rustc === undefined) {
    throw new NativeBuildError(`Rust is needed to build the native part (cargo was not found). Install it: ${howToInstall}`);
  }
  const found = /^rustc (\d+)\.(\d+)/.exec(rustc);
  if (Number(found?.[1]) < major || (Number(found?.[1]) === major && Number(found?.[2]) < minor)) {
    throw new NativeBuildError(`Rust ${major}.${minor} or newer is needed, found ${found?.[0].slice(6)}. Update it: rustup update stable`);
  }
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return undefined;
  }
}

/** What went wrong, in one line, from what cargo said. */
function explain(said) {
  if (/could not resolve host|failed to download|failed to get `|failed to fetch|network failure|spurious network/i.test(said)) {
    return 'The native part could not be built: its crates could not be downloaded. Connect to the network (or set cargo up with a mirror) and try again';
  }
  if (/linker `[^`]*` not found/.test(said)) {
    return 'The native part could not be built: no C linker was found. Install one (Debian: apt install build-essential; macOS: xcode-select --install)';
  }
  return 'The native part could not be built; the compiler said why above';
}

/** Whether all that a stamp names is there. */
function isThere({ file, launcher }) {
  return [file, launcher].every((name) => name === undefined || existsSync(join(output, name)));
}

function failed({ stdout, stderr }, log) {
  const said = `${stdout}${stderr}`;
  log(said.trimEnd());
  return new NativeBuildError(explain(said));
}

/**
 * Builds the addon and, where it works, the launcher beside it. Throws NativeBuildError with one line to show.
 * @param {{ force?: boolean, log?: (line: string) => void }} options
 * @returns {{ built: boolean, file: string }} whether there was something to do, and the addon's path
 */
export function buildNative({ force = false, log = (line) => console.error(line) } = {}) {
  const hash = nativeHash(root);
  const stamp = readStamp();
  if (!force && stamp?.hash === hash && isThere(stamp)) return { built: false, file: join(output, stamp.file) };
  const env = environment();
  requireCompiler(env);

  const cli = join(root, 'node_modules/@napi-rs/cli/dist/cli.js');
  if (!existsSync(cli)) throw new NativeBuildError('The native part cannot be built before the packages are installed: npm ci');
  log('Building the native part (some five minutes the first time)');
  // Beside the place it goes to, so that it arrives whole: a running process may have the old one mapped.
  const staging = join(target, `native-js.${process.pid}`);
  mkdirSync(staging, { recursive: true });
  try {
    const args = ['build', '--release', '--platform', '--no-js', '--dts', 'binding.d.ts', '--cwd', native];
    args.push('--manifest-path', 'binding/Cargo.toml', '--package-json-path', 'js/package.json');
    args.push('--target-dir', target, '--output-dir', staging);
    const options = { env, cwd: native, encoding: 'utf8', windowsHide: true, maxBuffer: 64 << 20 };
    const result = spawnSync(process.execPath, [cli, ...args, '--', '--locked'], options);
    const file = readdirSync(staging).find((name) => name.endsWith('.node'));
    if (result.status !== 0 || file === undefined) {
      throw failed(result, log);
    }
    const launcher = process.platform === 'linux' ? file.replace(/^native\./, 'launcher.').replace(/\.node$/, '') : undefined;
    if (launcher !== undefined) {
      const build = ['build', '--release', '--locked', '--package', 'supervise', '--bin', 'launcher', '--target-dir', target];
      const made = spawnSync('cargo', build, options);
      if (made.status !== 0) throw failed(made, log);
      copyFileSync(join(target, 'release/launcher'), join(staging, launcher));
    }
    for (const name of [launcher, file]) if (name !== undefined) renameSync(join(staging, name), join(output, name));
    writeFileSync(stampFile, `${JSON.stringify({ hash, file, launcher })}\n`);
    return { built: true, file: join(output, file) };
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const { built, file } = buildNative({ force: process.argv.includes('--force') });
    console.error(`${relative(root, file)} ${built ? 'built' : 'is up to date'}`);
  } catch (error) {
    if (!(error instanceof NativeBuildError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
