import { type GitRunOptions, literalPathspecs, type Repository } from '@deployment-engine/shared/git';
import { changeOf, readStatus, type Change } from './status.ts';

export interface FileChange {
  path: string;
  from?: string;
  change: Change;
  insertions: number;
  deletions: number;
  binary: boolean;
  /** False or absent where the file's mode changed too. */
  sameMode?: boolean;
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
  variables?: GitRunOptions['variables'];
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
  const onDisk = compare.commits.length < 2 && compare.staged !== true;
  const { stdout, truncated } = await repository.run(argumentsOf(compare, ['--raw', '--numstat', '-z'], compare.pathspecs ?? []), {
    maxOutputBytes: MOST_OUTPUT,
    ...(compare.variables === undefined ? {} : { variables: compare.variables }),
  });
  const files = parseRawAndNumstat(stdout);
  return { files: onDisk ? await withoutTouched(repository, compare, files) : files, truncated };
}

/**
 * Leaves out files whose time changed and whose content did not. git would find that out by writing the index anew, which no read does
 * here; for binary files, whose lines are not counted, `status` compares in memory.
 */
async function withoutTouched(repository: Repository, compare: Comparison, files: FileChange[]): Promise<FileChange[]> {
  const same = (file: FileChange) => file.change === 'modified' && file.sameMode === true && file.insertions + file.deletions === 0;
  const kept = files.filter((file) => !same(file) || file.binary);
  if (compare.commits.length > 0 || !kept.some(same)) return kept;
  const changed = new Set((await readStatus(repository, 'none')).unstaged.map(({ path }) => path));
  return kept.filter((file) => !same(file) || changed.has(file.path));
}

/** Reads `--raw --numstat -z`: first all raw entries, then all counts (git-diff(1), Raw output format and --numstat -z). */
export function parseRawAndNumstat(output: string): FileChange[] {
  const parts = output.split('\0');
  const files = new Map<string, FileChange>();
  let at = 0;
  while (parts[at]?.startsWith(':')) {
    const [oldMode, newMode, , , status = 'M'] = parts[at]?.slice(1).split(' ') ?? [];
    const letter = status[0] ?? 'M';
    const renamed = letter === 'R' || letter === 'C';
    const path = parts[at + (renamed ? 2 : 1)] ?? '';
    const from = renamed ? parts[at + 1] : undefined;
    files.set(path, {
      path,
      ...(from === undefined ? {} : { from }),
      change: changeOf(letter),
      sameMode: oldMode === newMode,
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
        const room = Math.min(limits.perFile, left);
        // a page ends with a whole patch rather than with a scrap of one
        if (left < limits.total && room < Math.min(patch.length, limits.perFile)) return { files: result, done: result.length };
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
  const owners = new Map(files.flatMap(({ path, from }) => headersOf(path, from).map((header) => [header, path] as const)));
  const patches = new Map<string, string>();
  for (const piece of pieces) {
    const path = owners.get(piece.slice(0, Math.max(piece.indexOf('\n'), 0)));
    // a changed type is printed as one file that goes and one that comes
    if (path !== undefined) patches.set(path, [patches.get(path), body(piece)].filter(Boolean).join('\n'));
  }
  return patches;
}

/** The first line of a file's patch, as git writes it. */
function headersOf(path: string, from: string = path): string[] {
  return [`diff --git ${quoted(`a/${from}`)} ${quoted(`b/${path}`)}`, `diff --cc ${quoted(path)}`, `diff --combined ${quoted(path)}`];
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '"': '"',
  '\\': '\\',
};

/** git-config(1), core.quotePath=false: a name with control characters, quotes or backslashes is quoted as in C. */
function quoted(name: string): string {
  if (!/[\u0000-\u001f\u007f"\\]/.test(name)) return name;
  const escape = (char: string) => `\\${ESCAPES[char] ?? char.charCodeAt(0).toString(8).padStart(3, '0')}`;
  return `"${name.replaceAll(/[\u0000-\u001f\u007f"\\]/g, escape)}"`;
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
