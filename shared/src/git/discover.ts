import { dirname, isAbsolute, join } from 'node:path';
import { ToolError } from '../contracts/error.ts';
import { readFileInside, type Roots } from '../platform/paths/index.ts';
import { entriesOf, factsOf, kindBehind, realPath } from '../platform/disk/index.ts';

/** Where a repository's parts lie; all are real paths inside the roots. */
export interface RepositoryPlace {
  /** The top of the working tree; undefined for a bare repository. */
  top: string | undefined;
  /** HEAD and index of this working tree. */
  gitDir: string;
  /** Objects, refs and config, shared by all working trees; the same as `gitDir` but in linked working trees. */
  commonDir: string;
}

const SMALL_FILE = 16 * 1024;
const DEEPEST_ALTERNATE = 5;

const outside = (what: string, hint = 'Move it inside the allowed folders, or allow the folder it is in.'): ToolError =>
  new ToolError('forbidden', `The repository's ${what} leads outside the allowed folders.`, { hint });

/**
 * The real path of something that a repository names. Links are followed as the operating system does it, before `..`; what is checked is
 * the end of the way.
 */
export async function insideRoots(roots: Roots, path: string, what: string): Promise<string> {
  const real = await realPath(path);
  if (real === undefined)
    throw new ToolError('not_found', `The repository's ${what} leads to nothing.`, {
      hint: 'The repository is damaged or its other part was moved.',
    });
  if (!(await roots.contains(real))) throw outside(what);
  return real;
}

async function firstLine(roots: Roots, file: string): Promise<string> {
  const text = (await readFileInside(roots, file, { maxBytes: SMALL_FILE })).toString('utf8');
  return text.replace(/[\r\n]+$/, '');
}

/**
 * Finds the repository that holds `path`: upwards from it, never beyond the roots, or the bare repository that it is itself. git's own
 * search is not used, because it would look above the roots and at files that nothing has checked yet.
 *
 * @throws ToolError `forbidden`, `not_found`, `invalid_input`
 */
export async function discover(roots: Roots, path: string): Promise<RepositoryPlace> {
  const start = await roots.resolve(path);
  const folder = (await kindBehind(start)) === 'directory' ? start : dirname(start);
  if (folder.split(/[\\/]/).includes('.git')) {
    const bare = await bareAt(roots, folder);
    if (bare === undefined)
      throw new ToolError('invalid_input', 'The path lies inside a .git folder.', { hint: 'Give the top of the working tree.' });
  }
  for (let at = folder; ; at = dirname(at)) {
    const found = await repositoryAt(roots, at);
    if (found !== undefined) return found;
    const up = dirname(at);
    if (up === at || !(await roots.contains(up))) break;
  }
  throw new ToolError('not_found', 'No git repository holds this path (looked up to the allowed folder).', {
    hint: 'Give the folder of a repository, or create one with repo_init.',
  });
}

/** The repository whose working tree's top (or bare folder) is exactly `folder`, or undefined. */
export async function repositoryAt(roots: Roots, folder: string): Promise<RepositoryPlace | undefined> {
  const dotGit = join(folder, '.git');
  const { kind } = await factsOf(dotGit);
  if (kind === 'nothing') return bareAt(roots, folder);
  const gitDir = kind === 'directory' ? dotGit : await gitDirBehind(roots, dotGit);
  if (!(await looksLikeGitDir(gitDir))) {
    if (kind === 'directory') return undefined;
    throw new ToolError('not_found', 'The .git file does not lead to a repository.', { hint: 'The repository is damaged or was moved.' });
  }
  return { top: folder, gitDir, commonDir: await commonDirOf(roots, gitDir) };
}

async function gitDirBehind(roots: Roots, dotGit: string): Promise<string> {
  const real = await insideRoots(roots, dotGit, '.git link');
  const kind = await kindBehind(real);
  if (kind === 'directory') return real;
  if (kind !== 'file')
    throw new ToolError('invalid_input', 'The .git entry is neither a folder nor a file.', { hint: 'Give another repository.' });
  const target = /^gitdir: (.+)$/s.exec(await firstLine(roots, real))?.[1];
  if (target === undefined)
    throw new ToolError('invalid_input', 'The .git file does not name a repository.', { hint: 'The repository is damaged.' });
  return insideRoots(roots, isAbsolute(target) ? target : `${dirname(real)}/${target}`, 'gitdir');
}

async function commonDirOf(roots: Roots, gitDir: string): Promise<string> {
  const file = join(gitDir, 'commondir');
  if ((await factsOf(file)).kind === 'nothing') return gitDir;
  const real = await insideRoots(roots, file, 'commondir');
  const target = await firstLine(roots, real);
  return insideRoots(roots, isAbsolute(target) ? target : `${gitDir}/${target}`, 'commondir');
}

async function looksLikeGitDir(folder: string): Promise<boolean> {
  if ((await factsOf(join(folder, 'HEAD'))).kind === 'nothing') return false;
  if ((await factsOf(join(folder, 'commondir'))).kind !== 'nothing') return true;
  return (await kindBehind(join(folder, 'objects'))) === 'directory' && (await kindBehind(join(folder, 'refs'))) === 'directory';
}

async function bareAt(roots: Roots, folder: string): Promise<RepositoryPlace | undefined> {
  if (!(await looksLikeGitDir(folder))) return undefined;
  return { top: undefined, gitDir: folder, commonDir: await commonDirOf(roots, folder) };
}

/**
 * Every folder and link of a repository's own storage stays inside the roots: git writes refs, logs, messages and locks through links
 * (COMMIT_EDITMSG, FETCH_HEAD, logs/…), and reads objects through them and through alternates.
 *
 * @throws ToolError `forbidden`
 */
export async function checkStorage(roots: Roots, place: RepositoryPlace): Promise<void> {
  const folders = place.commonDir === place.gitDir ? [place.gitDir] : [place.gitDir, place.commonDir];
  for (const folder of folders) await checkLinks(roots, folder, true);
  await checkAlternates(roots, join(place.commonDir, 'objects'), 0, new Set());
}

async function checkLinks(roots: Roots, folder: string, isTop: boolean): Promise<void> {
  for (const entry of await entriesOf(folder)) {
    if (entry.kind === 'link') {
      const real = await realPath(entry.path);
      if (real === undefined || !(await roots.contains(real)))
        throw outside(`link ${entry.name}`, 'Replace the link in the .git folder by what it should hold.');
    } else if (entry.kind === 'other') {
      // Opening a pipe waits for the other end for ever.
      if (entry.name !== 'fsmonitor--daemon.ipc')
        throw new ToolError('forbidden', `The .git folder holds a pipe, socket or device (${entry.name}).`, { hint: 'Remove it.' });
    } else if (entry.kind === 'directory') {
      if (isTop && entry.name === 'objects') await checkObjectFolders(roots, entry.path);
      else await checkLinks(roots, entry.path, false);
    }
  }
}

/** Loose objects are named by what they hold, so a link among them can give away nothing that its author does not have; folders can. */
async function checkObjectFolders(roots: Roots, objects: string): Promise<void> {
  for (const entry of await entriesOf(objects)) {
    if (entry.kind === 'link' && !(await isInside(roots, entry.path))) throw outside(`link objects/${entry.name}`);
    if (entry.kind !== 'directory' || /^[0-9a-f]{2}$/.test(entry.name)) continue;
    await checkLinks(roots, entry.path, false);
  }
}

async function isInside(roots: Roots, path: string): Promise<boolean> {
  const real = await realPath(path);
  return real !== undefined && roots.contains(real);
}

/** gitrepository-layout(5), objects/info/alternates: one path a line, relative to the objects folder, `#` begins a comment. */
async function checkAlternates(roots: Roots, objects: string, depth: number, seen: Set<string>): Promise<void> {
  const file = join(objects, 'info', 'alternates');
  if ((await factsOf(file)).kind === 'nothing') return;
  const text = (await readFileInside(roots, file, { maxBytes: SMALL_FILE })).toString('utf8');
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('"')) throw outside('alternates file (a quoted path)', 'Write the path without quotes.');
    const named = isAbsolute(line) ? line : `${objects}/${line}`;
    // git skips an alternate that is not there
    const real = await realPath(named);
    if (real === undefined) continue;
    if (!(await roots.contains(real))) throw outside('alternates file');
    if (seen.has(real) || depth >= DEEPEST_ALTERNATE) continue;
    seen.add(real);
    await checkObjectFolders(roots, real);
    await checkAlternates(roots, real, depth + 1, seen);
  }
}
