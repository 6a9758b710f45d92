// Completes package-lock.json with the platform packages that npm left out; `--check` only says whether any is missing. npm drops an optional
// package from the lockfile when the registry it asked does not have it, and `npm ci` then refuses the lockfile everywhere.
// Plain JavaScript for Node 20.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Advice, main } from './terminal.mjs';

const file = fileURLToPath(new URL('../package-lock.json', import.meta.url));

const OS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const CPU = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];
const LIBC = { gnu: 'glibc', musl: 'musl' };

/**
 * Which machines a platform package is for, from the words of its name: `linux-x64-musl`, `win32-arm64-msvc`, `wasm32-wasi`.
 * @param {string} name
 * @returns {{ os?: string[], cpu?: string[], libc?: string[] } | undefined} undefined when the name tells no platform
 */
export function platformOf(name) {
  const words = name.split('/').at(-1).split('-');
  const os = OS.find((word) => words.includes(word));
  const cpu = CPU.find((word) => words.includes(word));
  if (cpu === undefined) return undefined;
  const libc = os === 'linux' ? Object.entries(LIBC).find(([word]) => words.includes(word))?.[1] : undefined;
  return { cpu: [cpu], ...(libc && { libc: [libc] }), ...(os && { os: [os] }) };
}

/** The folders where Node looks for a package that `path` asks for, nearest first. */
function* lookups(path, name) {
  const parts = path.split('/node_modules/');
  for (let depth = parts.length; depth > 0; depth -= 1) yield `${parts.slice(0, depth).join('/node_modules/')}/node_modules/${name}`;
  yield `node_modules/${name}`;
}

/**
 * The entries that a lockfile lacks: optional packages that some entry asks for at an exact version.
 * @param {Record<string, { version?: string, dev?: boolean, optionalDependencies?: Record<string, string> }>} packages
 * @returns {Record<string, object>} new entries by path
 */
export function missingEntries(packages) {
  const missing = {};
  for (const [path, entry] of Object.entries(packages)) {
    if (!path.includes('node_modules/')) continue;
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const found = [...lookups(path, name)].find((place) => packages[place] !== undefined);
      const platform = platformOf(name);
      if (!/^\d/.test(version) || platform === undefined || packages[found]?.version === version) continue;
      // Beside the package that asks for it: where npm itself puts what another version elsewhere keeps from the top.
      const place = `${path.slice(0, path.lastIndexOf('node_modules/'))}node_modules/${name}`;
      const { cpu, libc, os } = platform;
      // Keys in npm's own order, so that npm has nothing to change.
      missing[place] = { version, cpu, ...(entry.dev && { dev: true }), ...(libc && { libc }), optional: true, ...(os && { os }) };
    }
  }
  return missing;
}

const nameOf = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/**
 * Adds what is missing. An entry may take the place of another version of its package, which then is missing where it is asked for:
 * so it goes on until nothing is, and an entry that was there keeps its integrity wherever it goes.
 * @param {string} text a lockfile
 * @returns {string} the same, complete, in npm's order
 */
export function completed(text) {
  const lock = JSON.parse(text);
  const known = new Map(Object.entries(lock.packages).map(([path, entry]) => [`${nameOf(path)}@${entry.version}`, entry]));
  const all = { ...lock.packages };
  for (let missing = missingEntries(all); Object.keys(missing).length > 0; missing = missingEntries(all)) {
    for (const [path, entry] of Object.entries(missing)) all[path] = known.get(`${nameOf(path)}@${entry.version}`) ?? entry;
  }
  const packages = Object.fromEntries(Object.entries(all).toSorted(([a], [b]) => a.localeCompare(b, 'en')));
  return `${JSON.stringify({ ...lock, packages }, undefined, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(() => {
    const text = readFileSync(file, 'utf8');
    const missing = Object.keys(missingEntries(JSON.parse(text).packages));
    if (missing.length === 0) return;
    if (process.argv.includes('--check')) {
      throw new Advice(`package-lock.json lacks ${missing.length} platform packages, ${missing[0]} among them: run "npm run fix".`);
    }
    writeFileSync(file, completed(text));
  });
}
