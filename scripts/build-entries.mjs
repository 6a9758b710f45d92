// What is built, discovered from the workspaces' own package.json files. Plain JavaScript for Node 20.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const CONDITION = '@deployment-engine/source';

/** The names of the servers, which are the names of their folders. @param {string} root */
export function serverNames(root) {
  return readdirSync(join(root, 'servers'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, 'servers', entry.name, 'package.json')))
    .map((entry) => entry.name)
    .toSorted();
}

/** The folders of the workspaces that hold TypeScript, relative to the repository. @param {string} root */
export function workspaces(root) {
  return ['shared', 'hub', 'native/js', ...serverNames(root).map((name) => `servers/${name}`)];
}

/**
 * @typedef {object} Entry
 * @property {string} workspace such as `servers/git`
 * @property {string} source the TypeScript file, relative to the repository
 * @property {string} output the JavaScript file, relative to the repository
 * @property {boolean} program started by a person or a client, rather than imported
 */

/**
 * Every export that names a source and a built file, and every `src/main.ts`. The testing exports are for tests alone, which run from source.
 * @param {string} root
 * @returns {Entry[]} only those whose source exists
 */
export function entries(root) {
  const found = [];
  for (const workspace of workspaces(root)) {
    const manifest = JSON.parse(readFileSync(join(root, workspace, 'package.json'), 'utf8'));
    for (const [name, target] of Object.entries(manifest.exports ?? {})) {
      const source = target?.[CONDITION];
      if (source === undefined || /^\.\/testing(\/|$)/.test(name)) continue;
      found.push({ workspace, source: join(workspace, source), output: join(workspace, target.default), program: false });
    }
    found.push({ workspace, source: join(workspace, 'src/main.ts'), output: join(workspace, 'dist/main.js'), program: true });
  }
  return found.filter((entry) => existsSync(join(root, entry.source)));
}

/** Files below a folder, sorted, as paths relative to the repository; without tests and what is generated. */
function sourcesBelow(root, folder) {
  const found = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) found.push(...sourcesBelow(root, path));
    else if (!entry.name.endsWith('.test.ts')) found.push(path);
  }
  return found.toSorted();
}

/**
 * A hash of everything that the JavaScript output depends on.
 * @param {string} root
 */
export function inputHash(root) {
  const hash = createHash('sha256');
  const add = (path) =>
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  for (const path of ['package-lock.json', 'scripts/build-bundle.mjs', 'scripts/build-entries.mjs']) add(path);
  for (const workspace of workspaces(root)) {
    add(`${workspace}/package.json`);
    if (existsSync(join(root, workspace, 'src'))) for (const path of sourcesBelow(root, `${workspace}/src`)) add(path);
  }
  return hash.digest('hex');
}
