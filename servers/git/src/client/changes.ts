import { literalPathspecs, type Repository } from '@deployment-engine/shared/git';
import { changeOf, type Change } from './status.ts';

export interface FileChange {
  path: string;
  from?: string;
  change: Change;
  insertions: number;
  deletions: number;
  binary: boolean;
}

export interface FilePatch extends FileChange {
  patch?: string;
  patch_truncated?: boolean;
}

/** What is compared: `[]` the working tree with the index, one commit the working tree with it, two commits one with the other. */
export interface Comparison {
  commits: string[];
  /** Compare the index (what is staged) instead of the working tree. */
  staged?: boolean;
  pathspecs?: readonly string[];
  ignoreWhitespace?: boolean;
  context?: number;
}

const COMMON = [
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--ignore-submodules=dirty',
  '--submodule=short',
  '--find-renames',
  '--src-prefix=a/',
  '--dst-prefix=b/',
  '--no-relative',
];
const MOST_OUTPUT = 16 * 1024 * 1024;

function argumentsOf(compare: Comparison, format: readonly string[], pathspecs: readonly string[]): string[] {
  const { commits, staged = false, ignoreWhitespace = false } = compare;
  return [
    'diff',
    ...COMMON,
    ...format,
    ...(ignoreWhitespace ? ['--ignore-all-space'] : []),
    ...(staged ? ['--cached'] : []),
    ...commits,
    '--',
    ...pathspecs,
  ];
}

/** Which files differ and by how many lines; no content. */
export async function listChanges(repository: Repository, compare: Comparison): Promise<{ files: FileChange[]; truncated: boolean }> {
  const { stdout, truncated } = await repository.run(argumentsOf(compare, ['--raw', '--numstat', '-z'], compare.pathspecs ?? []), {
    maxOutputBytes: MOST_OUTPUT,
  });
  return { files: parseRawAndNumstat(stdout), truncated };
}

/** Reads `--raw --numstat -z`: first all raw entries, then all counts (git-diff(1), Raw output format and --numstat -z). */
export function parseRawAndNumstat(output: string): FileChange[] {
  const parts = output.split('\0');
  const files = new Map<string, FileChange>();
  let at = 0;
  while (parts[at]?.startsWith(':')) {
    const letter = parts[at]?.split(' ')[4]?.[0] ?? 'M';
    const renamed = letter === 'R' || letter === 'C';
    const path = parts[at + (renamed ? 2 : 1)] ?? '';
    const from = renamed ? parts[at + 1] : undefined;
    files.set(path, {
      path,
      ...(from === undefined ? {} : { from }),
      change: changeOf(letter),
      insertions: 0,
      deletions: 0,
      binary: false,
    });
    at += renamed ? 3 : 2;
  }
  while (at < parts.length) {
    const [insertions = '', deletions = '', ...rest] = (parts[at] ?? '').split('\t');
    if (rest.length === 0) break;
    // a rename leaves the path empty and gives both in the next two parts
    const direct = rest.join('\t');
    const path = direct === '' ? (parts[at + 2] ?? '') : direct;
    const file = files.get(path);
    if (file !== undefined)
      Object.assign(file, { insertions: Number(insertions) || 0, deletions: Number(deletions) || 0, binary: insertions === '-' });
    at += direct === '' ? 3 : 1;
  }
  return [...files.values()];
}

export interface PatchLimits {
  /** Characters of all patches together. */
  total: number;
  /** Characters of one file's patch. */
  perFile: number;
}

/** Adds patches to the files, in order, until the total is used up. @returns how many files got theirs */
export async function addPatches(
  repository: Repository,
  compare: Comparison,
  files: FileChange[],
  limits: PatchLimits,
): Promise<{ files: FilePatch[]; done: number }> {
  const result: FilePatch[] = [];
  let left = limits.total;
  for (let at = 0; at < files.length && left > 0;) {
    // as many as the rest of the budget can hold by a rough measure, so that one program serves many small files
    const batch: FileChange[] = [];
    for (let lines = 0; at + batch.length < files.length && batch.length < 100;) {
      const file = files[at + batch.length] as FileChange;
      lines += file.insertions + file.deletions + 8;
      if (batch.length > 0 && lines * 40 > left) break;
      batch.push(file);
    }
    const patches = await readPatches(repository, compare, batch);
    for (const file of batch) {
      if (left <= 0) return { files: result, done: result.length };
      const patch = patches.get(file.path);
      if (patch === undefined) result.push(file);
      else {
        const room = Math.min(limits.perFile, Math.max(left, 1));
        const cut = patch.length > room ? `${patch.slice(0, Math.max(patch.lastIndexOf('\n', room), 0))}\n` : patch;
        result.push({ ...file, patch: cut, ...(cut.length < patch.length ? { patch_truncated: true } : {}) });
        left -= cut.length;
      }
    }
    at += batch.length;
  }
  return { files: result, done: result.length };
}

async function readPatches(repository: Repository, compare: Comparison, files: readonly FileChange[]): Promise<Map<string, string>> {
  const paths = files.filter(({ binary }) => !binary).flatMap(({ path, from }) => (from === undefined ? [path] : [from, path]));
  if (paths.length === 0) return new Map();
  const top = repository.top ?? repository.gitDir;
  const { stdout } = await repository.run(
    argumentsOf(compare, ['--patch', `--unified=${compare.context ?? 3}`], literalPathspecs(top, paths)),
    { maxOutputBytes: MOST_OUTPUT },
  );
  const pieces = stdout.split(/^(?=diff --(?:git|cc|combined) )/m).filter((piece) => piece.startsWith('diff --'));
  // git prints them in the order of `--raw`; a changed type is printed as one file that goes and one that comes
  const listed = await listChanges(repository, { ...compare, pathspecs: literalPathspecs(top, paths) });
  const patches = new Map<string, string>();
  let next = 0;
  for (const { path, change } of listed.files) {
    const count = change === 'type_changed' ? 2 : 1;
    patches.set(
      path,
      pieces
        .slice(next, next + count)
        .map(body)
        .join('\n'),
    );
    next += count;
  }
  return patches;
}

/** The hunks, and what git says about modes; the lines that repeat the names are left out. */
function body(piece: string): string {
  const lines = piece.split('\n');
  const first = lines.findIndex((line) => line.startsWith('@@'));
  const head = lines
    .slice(1, first === -1 ? undefined : first)
    .filter((line) => /^(?:old mode|new mode|new file|deleted file|similarity|Binary|Submodule)/.test(line));
  return [...head, ...(first === -1 ? [] : lines.slice(first))].join('\n');
}
