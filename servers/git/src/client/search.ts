import type { Repository } from '@deployment-engine/shared/git';

export interface Match {
  path: string;
  line: number;
  /** From 1. */
  column?: number;
  text: string;
  /** True for a line around a match. */
  context?: true;
}

export interface SearchQuery {
  pattern: string;
  syntax: 'fixed' | 'extended' | 'perl';
  /** A commit id; otherwise the working tree. */
  commit?: string;
  pathspecs: readonly string[];
  ignoreCase: boolean;
  word: boolean;
  context: number;
  untracked: boolean;
  perFile: number;
}

const LONGEST_LINE = 400;

export async function search(repository: Repository, query: SearchQuery): Promise<{ matches: Match[]; truncated: boolean }> {
  const argv = [
    'grep',
    '--line-number',
    '--column',
    '-z',
    '-I',
    '--no-color',
    '--no-textconv',
    '--full-name',
    '--no-recurse-submodules',
    `--${{ fixed: 'fixed-strings', extended: 'extended-regexp', perl: 'perl-regexp' }[query.syntax]}`,
    ...(query.ignoreCase ? ['--ignore-case'] : []),
    ...(query.word ? ['--word-regexp'] : []),
    ...(query.context > 0 ? [`--context=${query.context}`] : []),
    ...(query.untracked && query.commit === undefined ? ['--untracked'] : []),
    `--max-count=${query.perFile}`,
    // attached, so that no pattern can be taken for an option
    `-e${query.pattern}`,
    ...(query.commit === undefined ? [] : [query.commit]),
    '--',
    ...query.pathspecs,
  ];
  const { stdout, truncated } = await repository.run(argv, { ok: [0, 1], maxOutputBytes: 4 * 1024 * 1024 });
  return { matches: parseMatches(stdout, query.commit), truncated };
}

/** `path NUL line (: or -) [column :] text`, the separators as git has them with -z. */
export function parseMatches(output: string, commit?: string): Match[] {
  const matches: Match[] = [];
  for (const row of output.split('\n')) {
    const parts = row.split('\0');
    if (parts.length < 3) continue;
    const [name = '', line = '', ...rest] = parts;
    const path = commit !== undefined && name.startsWith(`${commit}:`) ? name.slice(commit.length + 1) : name;
    const isMatch = rest.length > 1;
    const text = rest
      .slice(isMatch ? 1 : 0)
      .join('\0')
      .slice(0, LONGEST_LINE);
    matches.push({ path, line: Number(line), ...(isMatch ? { column: Number(rest[0]) } : { context: true as const }), text });
  }
  return matches;
}
