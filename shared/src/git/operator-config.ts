import { splitKey, type ConfigEntry } from './config-entries.ts';
import type { Override } from './config-policy.ts';

// What a person set for all repositories and what no repository may decide: with whom to talk, and how to sign in.
const OPERATOR_WINS = new Set(['credential', 'http', 'url', 'ssh']);
// What a repository may say for itself, and otherwise its person's choice holds.
const REPOSITORY_WINS = new Set([
  'user.name',
  'user.email',
  'user.useconfigonly',
  'author.name',
  'author.email',
  'committer.name',
  'committer.email',
  'init.defaultbranch',
  'core.autocrlf',
  'core.eol',
  'core.safecrlf',
  'core.longpaths',
  'core.symlinks',
  'core.fscache',
  'core.ignorecase',
  'core.precomposeunicode',
  'merge.conflictstyle',
  'diff.algorithm',
  'diff.renames',
]);

/** Reads `git config --list -z --show-scope`, keeping what the person and the machine set. */
export function parseOperatorConfig(output: string): ConfigEntry[] {
  const records = output.split('\0');
  const entries: ConfigEntry[] = [];
  for (let at = 0; at + 1 < records.length; at += 2) {
    const scope = records[at];
    const record = records[at + 1] ?? '';
    if (scope !== 'system' && scope !== 'global') continue;
    const cut = record.indexOf('\n');
    entries.push({ ...splitKey(cut === -1 ? record : record.slice(0, cut)), value: cut === -1 ? undefined : record.slice(cut + 1) });
  }
  return entries;
}

/**
 * The part of the operator's own config that holds in a repository that is not trusted. Filter, diff and merge drivers, hooks, aliases and
 * signing are left out: a repository's attributes would choose when they run, and some of them read the repository's config again.
 */
export function operatorOverrides(operator: readonly ConfigEntry[], repository: readonly ConfigEntry[]): Override[] {
  const own = new Set(repository.map((entry) => entry.key));
  return operator
    .filter(({ section, key }) => OPERATOR_WINS.has(section) || key === 'core.excludesfile' || (REPOSITORY_WINS.has(key) && !own.has(key)))
    .map(({ key, value }) => [key, value ?? 'true'] as const);
}

/** Names of the filter drivers that the operator has, such as `lfs`. */
export function operatorFilters(operator: readonly ConfigEntry[]): string[] {
  return [
    ...new Set(
      operator
        .filter(({ section, subsection }) => section === 'filter' && subsection !== undefined)
        .map(({ subsection }) => subsection ?? ''),
    ),
  ];
}

export function lastValue(entries: readonly ConfigEntry[], key: string): string | undefined {
  return entries.findLast((entry) => entry.key === key)?.value;
}
