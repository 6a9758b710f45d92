import { ToolError } from '../contracts/error.ts';

const LONGEST = 512;
// Control characters are exactly what is looked for; the rest is git-check-ref-format(1), rules 3, 4, 5, 9, 10.
// oxlint-disable-next-line no-control-regex
const FORBIDDEN_IN_REF = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{/;
// oxlint-disable-next-line no-control-regex
const FORBIDDEN_IN_REVISION = /[\u0000-\u0020\u007f:?*[\\]|\.\./;

const bad = (what: string, name: string, why: string, hint: string): ToolError =>
  new ToolError('invalid_input', `The ${what} "${name.slice(0, 80)}" ${why}.`, { hint });

/**
 * Whether git takes the text as a branch or tag name (git-check-ref-format(1)) and no option parser can take it for an option.
 */
export function isRefName(name: string): boolean {
  if (name === '' || name.length > LONGEST || name === '@' || FORBIDDEN_IN_REF.test(name)) return false;
  if (/^[-/]|[/.]$|\/\//.test(name)) return false;
  return name.split('/').every((part) => !part.startsWith('.') && !part.endsWith('.lock')) && name !== 'HEAD';
}

/** Refuses what is not a branch or tag name. @throws ToolError `invalid_input` */
export function checkRefName(name: string, what: 'branch' | 'tag' | 'remote' = 'branch'): string {
  if (isRefName(name)) return name;
  throw bad(what, name, 'is not a valid name', 'Use letters, digits, - _ . and /; not a leading -, no spaces, no "..", no "~^:?*[\\".');
}

/**
 * Refuses what is not one revision: a commit, branch, tag or an expression such as HEAD~2, v1.0^{}, main@{upstream}, stash@{0}. Ranges and
 * `rev:path` have fields of their own; `:/text` searches are not offered.
 *
 * @throws ToolError `invalid_input`
 */
export function checkRevision(revision: string): string {
  const hint = 'Give a branch, tag, commit id or an expression such as HEAD~2.';
  if (revision === '' || revision.length > LONGEST) throw bad('revision', revision, 'is empty or too long', hint);
  if (revision.startsWith('-')) throw bad('revision', revision, 'begins with "-"', hint);
  if (revision.startsWith('^')) throw bad('revision', revision, 'begins with "^"', hint);
  if (FORBIDDEN_IN_REVISION.test(revision)) throw bad('revision', revision, 'holds a character or a range that is not allowed here', hint);
  // ^{/text} walks all history by a regular expression
  if (revision.includes('^{/')) throw bad('revision', revision, 'searches by text', 'Use log with `grep` instead.');
  return revision;
}

/** A commit id as git prints it (SHA-1 or SHA-256). */
export function isObjectId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}
