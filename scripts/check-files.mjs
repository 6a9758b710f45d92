// What the linter cannot say: how long a file may be, what it may be called, and that its relative imports stay in its package.
// Plain JavaScript for Node 20.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Advice, main } from './terminal.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

export const MAX_LINES = 400;
const SOURCE = /\.(ts|mts|js|mjs|cjs|rs)$/;
const IDEALESS = /^(utils?|helpers?|misc|common|stuff)$/;
const PACKAGE = /^(servers\/[^/]+|native\/js|shared|hub|launcher)\//;
const RELATIVE_IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*)(['"])(\.{1,2}\/[^'"]+)\1/g;

/** The repository's sources: tracked files and new ones that git does not ignore. */
export function sources(home = root) {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: home, encoding: 'utf8' });
  return listed.split('\0').filter((path) => SOURCE.test(path) && existsSync(join(home, path)));
}

/**
 * @param {string} path relative to the repository, with forward slashes
 * @param {string} text
 * @returns {string[]} one line for each fault, saying what to do
 */
export function faults(path, text) {
  const found = [];
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  if (lines > MAX_LINES) found.push(`${path}: ${lines} lines, and ${MAX_LINES} are allowed: give each idea a file of its own`);
  const stem = basename(path).replace(/\..*$/, '');
  if (IDEALESS.test(stem)) found.push(`${path}: "${stem}" names no idea: call the file after what it holds`);
  const home = PACKAGE.exec(path)?.[0];
  if (home === undefined || path.endsWith('.rs')) return found;
  for (const [, , specifier] of text.matchAll(RELATIVE_IMPORT)) {
    if (posix.normalize(posix.join(dirname(path), specifier)).startsWith(home)) continue;
    found.push(`${path}: imports ${specifier}, which lies outside ${home}: import the other package by name (@deployment-engine/<name>)`);
  }
  return found;
}

/** @param {string} [home] */
export function checkFiles(home = root) {
  return sources(home).flatMap((path) => faults(path, readFileSync(join(home, path), 'utf8')));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(() => {
    const found = checkFiles();
    if (found.length > 0) throw new Advice(found.join('\n'));
  });
}
