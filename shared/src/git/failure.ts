import { ToolError, type ErrorCode } from '../contracts/error.ts';

interface Known {
  pattern: RegExp;
  code: ErrorCode;
  message: string;
  hint?: string;
}

const busy = 'Another git command is running in this repository (or one ended without cleaning up).';

// git's messages in the C locale, which the runner sets.
const KNOWN: readonly Known[] = [
  {
    pattern: /Unable to create '[^']*\.lock'|cannot lock ref|index\.lock|could not lock config file/,
    code: 'conflict',
    message: busy,
    hint: 'Wait and try again; if nothing runs, remove the .lock file in .git.',
  },
  {
    pattern: /transport '([^']*)' not allowed/,
    code: 'forbidden',
    message: 'The remote uses a protocol that is not allowed here.',
    hint: 'Use an https or ssh URL, or have the operator extend `network.protocols`.',
  },
  {
    pattern: /detected dubious ownership/,
    code: 'forbidden',
    message: 'The repository that the remote names belongs to another user, and git refuses to serve it.',
    hint: 'Change its owner, or add it to safe.directory in your own git config.',
  },
  {
    pattern: /could not read (?:Username|Password)|Authentication failed|terminal prompts disabled|Invalid username or password/,
    code: 'unauthenticated',
    message: 'The remote asks for a sign-in, and no credential fits.',
    hint: 'Set up a credential helper or an ssh key for this host in your own git config.',
  },
  {
    pattern: /Permission denied \((?:publickey|password|keyboard)/,
    code: 'unauthenticated',
    message: 'The remote refused the ssh key.',
    hint: 'Load the right key into the ssh agent.',
  },
  {
    pattern: /Host key verification failed|REMOTE HOST IDENTIFICATION/,
    code: 'unauthenticated',
    message: "The remote's ssh host key is unknown or has changed.",
    hint: 'Connect once by ssh in a terminal and check the key.',
  },
  {
    pattern:
      /Could not resolve host|Connection (?:timed out|refused|reset)|Failed to connect|unable to access|Network is unreachable|early EOF|remote end hung up|Could not read from remote/i,
    code: 'unavailable',
    message: 'The remote cannot be reached, or it closed the connection.',
    hint: 'Check the URL by remote_list and the network, then try again.',
  },
  {
    pattern: /\[rejected\].*\(non-fast-forward\)|\(fetch first\)|\(stale info\)|tip of your current branch is behind/s,
    code: 'conflict',
    message: 'The remote has commits that are not here, so the push was refused.',
    hint: 'Pull (or fetch and rebase), then push again.',
  },
  {
    pattern: /\[remote rejected\]|pre-receive hook declined|protected branch/,
    code: 'forbidden',
    message: 'The remote refused the push by a rule of its own.',
    hint: 'Push to another branch and open a pull request.',
  },
  {
    pattern:
      /your current branch .* does not have any commits yet|does not have any commits yet|ambiguous argument 'HEAD'|Needed a single revision.*HEAD/s,
    code: 'not_found',
    message: 'The repository has no commit yet.',
    hint: 'Make a first commit.',
  },
  {
    pattern:
      /unknown revision|bad revision|Needed a single revision|not a valid object name|invalid reference|ambiguous argument|Not a valid (?:commit|object)|not a tree object|couldn't find remote ref/i,
    code: 'not_found',
    message: 'The revision does not exist.',
    hint: 'List what exists by branch_list, tag_list or log.',
  },
  {
    pattern: /is a merge but no -m option was given/,
    code: 'invalid_input',
    message: 'The commit is a merge, and it is not said which side counts as the main line.',
    hint: 'Give `mainline`, usually 1.',
  },
  {
    pattern: /has only \d+ lines?/,
    code: 'not_found',
    message: 'The file has fewer lines.',
    hint: 'Begin earlier.',
  },
  {
    pattern: /pathspec .* did not match any|no such path|does not exist in|exists on disk, but not in/i,
    code: 'not_found',
    message: 'The path does not exist there.',
    hint: 'Look at the names by status or show with a folder.',
  },
  {
    pattern:
      /would be overwritten by|Your local changes|contains modified or untracked files|cannot rebase: You have unstaged|index contains uncommitted changes|Please commit or stash|local changes.*would be/i,
    code: 'conflict',
    message: 'Uncommitted changes are in the way.',
    hint: 'Commit them or put them away by stash_save first.',
  },
  {
    pattern: /Please tell me who you are|unable to auto-detect email|empty ident name|user\.useConfigOnly/,
    code: 'invalid_input',
    message: 'git does not know who makes this commit.',
    hint: 'Set user.name and user.email in your git config, or `identity` in the configuration of this server.',
  },
  {
    pattern: /already exists|already checked out|is already used by worktree/,
    code: 'conflict',
    message: 'Something of this name already exists or is in use in another working tree.',
    hint: 'Choose another name, or look at worktree_list.',
  },
  {
    pattern:
      /You have not concluded your merge|is already in progress|Merging is not possible because you have unmerged|you need to resolve your current index first|unmerged files|MERGE_HEAD exists|CHERRY_PICK_HEAD exists|rebase-(?:merge|apply) directory/i,
    code: 'conflict',
    message: 'Another operation is unfinished in this repository.',
    hint: 'Look at conflict_list, then operation_continue or operation_abort.',
  },
  {
    pattern: /Not possible to fast-forward|Diverging branches can't be fast-forwarded/,
    code: 'conflict',
    message: 'The branches have diverged, so a fast-forward is not possible.',
    hint: 'Use mode "merge", or rebase.',
  },
  {
    pattern: /refusing to merge unrelated histories/,
    code: 'conflict',
    message: 'The two branches share no history.',
    hint: 'Check that you named the right branch.',
  },
  {
    pattern: /must be run in a work tree|cannot be used without a working tree/,
    code: 'unsupported',
    message: 'This needs a working tree, and the repository is bare.',
    hint: 'Use a clone or worktree_add.',
  },
  {
    pattern: /lazy fetch|missing blob|unable to read sha1 file|promisor/i,
    code: 'unavailable',
    message: 'An object is not in this partial clone, and reading never fetches.',
    hint: 'Fetch the missing history first.',
  },
  {
    pattern: /unknown repository extension|Expected git repo version|repository format/,
    code: 'unsupported',
    message: 'The installed git is too old for this repository.',
    hint: 'Install a newer git.',
  },
  {
    pattern: /bad config (?:line|file|value|variable)|bad (?:boolean|numeric) config value/,
    code: 'invalid_input',
    message: "The repository's config is damaged.",
    hint: 'Correct the file .git/config.',
  },
  { pattern: /No space left on device|Disk quota exceeded/, code: 'unavailable', message: 'The disk is full.', hint: 'Free some space.' },
  {
    pattern: /Permission denied|Read-only file system|Operation not permitted/,
    code: 'forbidden',
    message: 'git may not write there (file permissions).',
    hint: 'Check the permissions of the repository.',
  },
  {
    pattern: /not a git repository|does not appear to be a git repository/,
    code: 'not_found',
    message: 'There is no git repository there.',
    hint: 'Check the path.',
  },
];

/** git's own words, fit for a program: control characters out, credentials out, bounded. */
export function gitWords(stderr: string): string {
  return (
    stderr
      .replace(/([A-Za-z][A-Za-z0-9+.-]*:\/\/)[^/\s@]*@/g, '$1')
      // oxlint-disable-next-line no-control-regex
      .replace(/[^\P{C}\n]/gu, ' ')
      .trim()
      .slice(0, 2000)
  );
}

/** The typed error for a git program that failed. */
export function gitFailure(subcommand: string, code: number | null, stderr: string): ToolError {
  const known = KNOWN.find(({ pattern }) => pattern.test(stderr));
  const details = { git: gitWords(stderr), exit_code: code };
  if (known !== undefined) return new ToolError(known.code, known.message, { hint: known.hint, details });
  return new ToolError('upstream_error', `git ${subcommand} failed (exit code ${code ?? 'none'}).`, {
    hint: "git's own words are in the details.",
    details,
  });
}
