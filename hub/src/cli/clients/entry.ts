import { delimiter, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundledNode } from '@deployment-engine/launcher';

/** A server's entry in a client's file. */
export interface StdioEntry {
  type?: string;
  command: string;
  args: string[];
  env: Record<string, string>;
}

export interface HttpEntry {
  type?: string;
  url: string;
  headers: Record<string, string>;
}

export interface StdioEntryOptions {
  roots: readonly string[];
  config?: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
  type?: string | undefined;
}

/**
 * How a desktop program starts the hub: with an empty PATH and whatever Node the system has, so both paths are absolute. The Node that came
 * with the repository goes first: it stays where it is when the system's is upgraded.
 */
export function stdioEntry({ roots, config, env, type }: StdioEntryOptions): StdioEntry {
  const home = env['DEPLOYMENT_ENGINE_HOME'];
  return {
    ...(type === undefined ? {} : { type }),
    command: bundledNode() ?? process.execPath,
    args: [mainFile(), 'hub', '--stdio'],
    env: {
      ...(roots.length === 0 ? {} : { DEPLOYMENT_ENGINE_ROOTS: roots.join(delimiter) }),
      ...(config === undefined ? {} : { DEPLOYMENT_ENGINE_CONFIG: resolve(config) }),
      // a person who keeps the state elsewhere means it for this client too
      ...(home === undefined || home === '' ? {} : { DEPLOYMENT_ENGINE_HOME: home }),
    },
  };
}

export function httpEntry(url: string, token: string, type: string | undefined): HttpEntry {
  return { ...(type === undefined ? {} : { type }), url, headers: { Authorization: `Bearer ${token}` } };
}

/** The built hub, wherever this module itself lies. */
export function mainFile(): string {
  return fileURLToPath(new URL('../dist/main.js', import.meta.resolve('@deployment-engine/hub')));
}

/** Ready to paste. */
export function entryText(section: string, servers: Record<string, unknown>): string {
  return JSON.stringify({ [section]: servers }, undefined, 2);
}
