// Plain JavaScript for any Node ≥ 18: this file runs before the right Node is known.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The oldest Node that every library of the bundle supports. */
export const MINIMUM_NODE = [22, 19];

/** @param {string} version such as `v24.21.0` or `24.21.0` */
export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1]);
}

/**
 * The absolute path of a Node that is new enough: this process's own, else the one that the repository brings through npm.
 * @returns {string | undefined} undefined when there is neither
 */
export function findNode() {
  if (isNewEnough(process.version)) return process.execPath;
  return bundledNode();
}

/** The Node binary carried by the platform package, if that package is installed. */
export function bundledNode() {
  const os = process.platform === 'win32' ? 'win' : process.platform;
  const names = [`node-${os}-${process.arch}`, `node-bin-${os}-${process.arch}`];
  const require = createRequire(import.meta.url);
  for (const name of names) {
    try {
      const home = dirname(require.resolve(`${name}/package.json`));
      const file = join(home, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
      if (existsSync(file)) return file;
    } catch {
      // not installed: another name, or the caller's message
    }
  }
  return undefined;
}

/** One line for a person whose Node is too old and who has none of ours. */
export function missingNodeMessage() {
  return `Node ${process.version} is too old (at least ${MINIMUM_NODE.join('.')} is needed) and no bundled Node was found: run "npm ci" in the repository, or install Node ${MINIMUM_NODE[0]} or newer.`;
}

/** The environment of a child that must find the same Node first on its PATH. */
export function environmentFor(node, env = process.env) {
  return { ...env, PATH: [dirname(node), env.PATH].filter(Boolean).join(delimiter) };
}

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];
/** What a terminal itself sends to the whole foreground group: passed on as well, the child would count one Ctrl-C as two. */
const FROM_TERMINAL = new Set(['SIGINT', 'SIGQUIT', 'SIGHUP']);

function onTerminal() {
  return [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
}

/**
 * Starts `node args…` with this process's standard streams, passes signals on, and resolves to the exit code
 * (128 + number for a signal, as shells report it).
 * @param {string} node
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string }} [options]
 * @returns {Promise<number>}
 */
export function runNode(node, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { stdio: 'inherit', env: options.env ?? process.env, cwd: options.cwd });
    const terminal = onTerminal();
    const forward = FORWARDED.map((signal) => [signal, () => (terminal && FROM_TERMINAL.has(signal)) || child.kill(signal)]);
    for (const [signal, listener] of forward) process.on(signal, listener);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const [name, listener] of forward) process.off(name, listener);
      resolve(signal ? 128 + (constants.signals[signal] ?? 0) : (code ?? 1));
    });
  });
}

/**
 * Runs a built program: in this process when its Node serves, else in a child with the Node that the repository brings.
 * @param {URL} entry the program's built entry file
 */
export async function launch(entry) {
  const file = fileURLToPath(entry);
  if (!existsSync(file)) {
    console.error(`Not built yet: ${file} is missing. Run "npm ci && npm run build" (or "npm start") in the repository.`);
    process.exitCode = 1;
    return;
  }
  const node = findNode();
  if (node === undefined) {
    console.error(missingNodeMessage());
    process.exitCode = 1;
    return;
  }
  if (node === process.execPath) {
    process.argv[1] = file;
    await import(pathToFileURL(file).href);
    return;
  }
  process.exitCode = await runNode(node, [file, ...process.argv.slice(2)]);
}
