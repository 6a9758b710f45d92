import { isAbsolute, relative, sep } from 'node:path';
import { ToolError } from '../contracts/error.ts';

const LONGEST = 4096;

/**
 * A path of the working tree, as git names it: relative to its top, with `/`. Absolute paths inside the top are accepted.
 *
 * @param spelled other spellings of the top, e.g. through a link
 * @throws ToolError `invalid_input` for an empty path, a NUL byte, or one that leaves the working tree or reaches into `.git`
 */
export function worktreePath(top: string, path: string, spelled: readonly string[] = []): string {
  const refuse = (why: string) =>
    new ToolError('invalid_input', `The path "${path.slice(0, 200)}" ${why}.`, {
      hint: 'Give paths relative to the top of the repository.',
    });
  if (path === '') throw refuse('is empty');
  if (path.length > LONGEST || path.includes('\0')) throw refuse('is too long or holds a NUL byte');
  let inside = path;
  if (isAbsolute(path)) {
    const found = [top, ...spelled]
      .map((one) => relative(one, path))
      .find((one) => !isAbsolute(one) && one !== '..' && !one.startsWith(`..${sep}`));
    if (found === undefined) throw refuse('lies outside the repository');
    inside = found;
  }
  const parts = (sep === '\\' ? inside.replaceAll('\\', '/') : inside).split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw refuse('leaves the repository by ".."');
  if (parts.some((part) => part.toLowerCase() === '.git')) throw refuse('reaches into .git');
  return parts.length === 0 ? '.' : parts.join('/');
}

/**
 * Pathspecs for git: `*`, `?` and `[` match as in a shell (`**` across folders), everything else is literal. Magic such as `:(attr:…)`
 * or `:!` cannot be written: the only magic is what this function writes.
 */
export function pathspecs(top: string, paths: readonly string[], spelled: readonly string[] = []): string[] {
  return paths.map((path) => {
    const inside = worktreePath(top, path, spelled);
    if (inside === '.') return ':(top)';
    return /[*?[]/.test(inside) ? `:(top,glob)${inside}` : `:(top,literal)${inside}`;
  });
}

/** Pathspecs that match exactly these files and folders, whatever characters are in their names. */
export function literalPathspecs(top: string, paths: readonly string[], spelled: readonly string[] = []): string[] {
  return paths
    .map((path) => `:(top,literal)${worktreePath(top, path, spelled)}`)
    .map((one) => (one === ':(top,literal).' ? ':(top)' : one));
}
