// Writes servers/<name>/tools.json from what each server declares, and hub/tools.json from what the hub lists; `--check` only says which are out of date. Names limit it to those servers.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Surface } from '@deployment-engine/shared/contracts';
import type { ServerDefinition } from '@deployment-engine/shared/toolkit';
import { serverNames } from './build-entries.mjs';
import { Advice, main } from './terminal.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The text of `tools.json`: one value a line, so that a review sees what changed. */
export function surfaceText(surface: Surface): string {
  return `${JSON.stringify(surface, undefined, 2)}\n`;
}

function isServer(value: unknown): value is ServerDefinition {
  return typeof value === 'object' && value !== null && 'surface' in value && typeof value.surface === 'function';
}

/**
 * What a server's folder declares.
 * @throws Advice when its server.ts exports no `server`, or one by another name than the folder's
 */
export async function readServer(home: string, name: string): Promise<ServerDefinition> {
  const module: Record<string, unknown> = await import(pathToFileURL(join(home, 'servers', name, 'src/server.ts')).href);
  const server = module['server'];
  if (!isServer(server)) throw new Advice(`servers/${name}/src/server.ts must export const server = defineServer({ … }).`);
  if (server.name !== name)
    throw new Advice(`servers/${name}/src/server.ts calls its server "${server.name}": it must have the folder's name.`);
  return server;
}

function read(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** @returns the servers whose tools.json was out of date, and in write mode now is not */
export async function updateSurfaces(home: string, names: readonly string[], { check }: { check: boolean }): Promise<string[]> {
  const stale: string[] = [];
  for (const name of names) {
    const file = join(home, 'servers', name, 'tools.json');
    const text = surfaceText((await readServer(home, name)).surface());
    if (read(file) === text) continue;
    stale.push(name);
    if (!check) writeFileSync(file, text);
  }
  return stale;
}

/** The same for the hub's own list. @returns whether it was out of date */
async function updateHub({ check }: { check: boolean }): Promise<boolean> {
  const { hubListing } = await import('@deployment-engine/hub');
  const file = join(root, 'hub/tools.json');
  const text = `${JSON.stringify(hubListing, undefined, 2)}\n`;
  if (read(file) === text) return false;
  if (!check) writeFileSync(file, text);
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(async () => {
    const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
    const check = process.argv.includes('--check');
    const stale = (await updateSurfaces(root, names.length > 0 ? names : serverNames(root), { check })).map((name) => `servers/${name}`);
    if (names.length === 0 && (await updateHub({ check }))) stale.push('hub');
    if (check && stale.length > 0) {
      throw new Advice(
        stale.map((folder) => `${folder}/tools.json is not what the code declares: run "npm run fix" and review the diff.`).join('\n'),
      );
    }
  });
}
