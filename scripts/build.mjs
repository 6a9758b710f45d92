// Builds what is out of date: the bundled JavaScript and the native addon. Plain JavaScript for Node 20.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentFor, findNode, missingNodeMessage } from '../launcher/index.mjs';
import { entries, inputHash } from './build-entries.mjs';
import { buildNative } from './build-native.mjs';
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

/** Runs a script under the right Node, quiet unless it fails. */
function runScript(file) {
  const node = findNode();
  if (node === undefined) throw new Advice(missingNodeMessage());
  return new Promise((resolve, reject) => {
    const child = spawn(node, [join(root, file)], { cwd: root, env: environmentFor(node), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(output) : reject(new Advice(output.trim() || `${file} ended with code ${code}`))));
  });
}

async function buildJavaScript(force) {
  const hash = inputHash(root);
  if (!force && isBuilt(root, hash)) return;
  await step('Building JavaScript', () => runScript('scripts/build-bundle.mjs'));
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, JSON.stringify({ hash }));
}

/**
 * @param {object} [options]
 * @param {boolean} [options.force] build what is up to date as well
 */
export async function build({ force = false } = {}) {
  await buildJavaScript(force);
  await buildNative();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    await install();
    await build({ force: process.argv.includes('--force') });
  });
}
