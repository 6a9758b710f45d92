import { dirname, isAbsolute, join } from 'node:path';
import { ToolError } from '../contracts/error.ts';
import { below } from './containment.ts';
import { factsOf, kindBehind, realPath } from '../platform/disk/index.ts';
import type { RepositoryPlace } from './discover.ts';

/** One entry of a git config. `key` is as git lists it: section and name in lower case, the subsection as written. */
export interface ConfigEntry {
  key: string;
  section: string;
  subsection: string | undefined;
  name: string;
  /** undefined for a key without `=`, which git reads as true. */
  value: string | undefined;
}

/** Lists the entries of one file without following includes. */
export type ListConfigFile = (file: string) => Promise<ConfigEntry[]>;

const DEEPEST_INCLUDE = 10;

/** Reads the output of `git config --list -z`. */
export function parseConfigList(output: string): ConfigEntry[] {
  return output
    .split('\0')
    .filter((record) => record !== '')
    .map((record) => {
      const cut = record.indexOf('\n');
      return { ...splitKey(cut === -1 ? record : record.slice(0, cut)), value: cut === -1 ? undefined : record.slice(cut + 1) };
    });
}

export function splitKey(key: string): Omit<ConfigEntry, 'value'> {
  const first = key.indexOf('.');
  const last = key.lastIndexOf('.');
  return {
    key,
    section: key.slice(0, first),
    subsection: first === last ? undefined : key.slice(first + 1, last),
    name: key.slice(last + 1),
  };
}

/**
 * Every entry that could come into force in a repository: its config, that of each working tree, and included files whatever the
 * condition of an `includeIf` says now, since a condition may turn true between two programs of one command.
 *
 * @throws ToolError `forbidden` for an include that leads out of the repository's own storage: a file of the working tree may change
 * with the next checkout, after it was looked at
 */
export async function configClosure(place: RepositoryPlace, list: ListConfigFile): Promise<ConfigEntry[]> {
  const entries: ConfigEntry[] = [];
  const seen = new Set<string>();
  const read = async (file: string, depth: number): Promise<void> => {
    const { kind } = await factsOf(file);
    if (kind === 'nothing') return;
    if ((await kindBehind(file)) !== 'file')
      throw new ToolError('forbidden', "The repository's config is not a regular file.", { hint: 'Replace it by a file.' });
    const real = (await realPath(file)) ?? file;
    if (seen.has(real)) return;
    seen.add(real);
    for (const entry of await list(file)) {
      entries.push(entry);
      if (!isInclude(entry) || entry.value === undefined) continue;
      await read(await includedFile(place, file, entry, depth), depth + 1);
    }
  };
  for (const file of configFiles(place)) await read(file, 0);
  return entries;
}

/** The config files that git reads in this repository. */
export function configFiles(place: RepositoryPlace): string[] {
  return [...new Set([join(place.commonDir, 'config'), join(place.commonDir, 'config.worktree'), join(place.gitDir, 'config.worktree')])];
}

export function isInclude(entry: Pick<ConfigEntry, 'section' | 'name'>): boolean {
  return (entry.section === 'include' || entry.section === 'includeif') && entry.name === 'path';
}

async function includedFile(place: RepositoryPlace, file: string, entry: ConfigEntry, depth: number): Promise<string> {
  const path = entry.value ?? '';
  const refusal = new ToolError('forbidden', `The repository's config includes a file outside its .git folder (${entry.key}).`, {
    hint: 'Remove the include, or have the operator list the repository under `trusted`.',
    details: { key: entry.key },
  });
  if (path.startsWith('~') || path.startsWith('%') || depth >= DEEPEST_INCLUDE) throw refusal;
  const named = isAbsolute(path) ? path : `${dirname((await realPath(file)) ?? file)}/${path}`;
  const real = await realPath(named);
  // What does not exist now could exist later, so its name is judged too.
  const lies = real ?? join(named);
  if (below(place.commonDir, lies) === undefined && below(place.gitDir, lies) === undefined) throw refusal;
  return named;
}
