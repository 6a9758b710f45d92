// What the native part is made of. Plain JavaScript for Node 20.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Folders that nothing of the addon comes from. */
const APART = new Set(['native/target', 'native/js', 'native/fuzz']);
const BESIDE = new Set(['tests', 'benches', 'node_modules']);

/** Every file that the addon is made of, by path from the root, in order: sources compile texts of any name in. */
export function nativeInputs(root) {
  const files = ['native/js/package.json', 'scripts/build-native.mjs', 'node_modules/@napi-rs/cli/package.json'];
  const walk = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!APART.has(path) && !BESIDE.has(entry.name)) walk(path);
      } else if (!entry.name.endsWith('.md')) {
        files.push(path);
      }
    }
  };
  walk('native');
  return files.toSorted();
}

/**
 * Tells one state of the sources from another. The compiler is no part of it: what another version of it has built is as good, and who
 * has the addon needs none.
 */
export function nativeHash(root) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of nativeInputs(root)) {
    const path = join(root, file);
    const content = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
    hash.update(`${file} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}
