// Builds what is out of date: the bundled JavaScript and the native addon. Plain JavaScript for Node 20.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentFor, findNode, missingNodeMessage } from '../launcher/index.mjs';
import { entries, inputHash } from './build-entries.mjs';
import { install } from './install.mjs';
import { Advice, main, step } from './terminal.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = join(root, 'node_modules/.cache/deployment-engine/build.json');

function lastHash() {
  try {
    return JSON.parse(readFileSync(stamp, 'utf8')).hash;
  } catch {
    return undefined;
  }
}

/** @param {string} home the repository's folder; @param {string} hash of its sources now */
export function isBuilt(home, hash, last = lastHash()) {
  return last === hash && entries(home).every((entry) => existsSync(join(home, entry.output)));
}

/**
 * Runs a script under the right Node, quiet unless it fails.
 * @param {string} file
 * @param {string[]} args
 * @returns {{ said: Promise<string | void>, done: Promise<void> }} `said` resolves to its first words, or when it ends without any
 */
function runScript(file, ...args) {
  const node = findNode();
  if (node === undefined) throw new Advice(missingNodeMessage());
  const child = spawn(node, [join(root, file), ...args], { cwd: root, env: environmentFor(node), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const done = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Advice(output.trim() || `${file} ended with code ${code}`))));
  });
  const words = new Promise((resolve) => child.stderr.once('data', resolve));
  return { said: Promise.race([words, done]), done };
}

async function buildJavaScript(force) {
  const hash = inputHash(root);
  if (!force && isBuilt(root, hash)) return;
  await step('Building JavaScript', () => runScript('scripts/build-bundle.mjs').done);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, JSON.stringify({ hash }));
}

/** The script itself knows whether there is anything to build, and says so first. */
async function buildNative(force) {
  const { said, done } = runScript('scripts/build-native.mjs', ...(force ? ['--force'] : []));
  if (String(await said).startsWith('Building')) await step('Building the native part (some five minutes the first time)', () => done);
  else await done;
}

/**
 * @param {object} [options]
 * @param {boolean} [options.force] build what is up to date as well
 */
export async function build({ force = false } = {}) {
  await buildJavaScript(force);
  await buildNative(force);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    await install();
    await build({ force: process.argv.includes('--force') });
  });
}
