import { ToolError } from '../contracts/error.ts';

/** The programs of git that the runner starts. Others read settings or repositories that nothing here has judged. */
const SUBCOMMANDS = new Set([
  'add',
  'blame',
  'branch',
  'cat-file',
  'check-attr',
  'check-ignore',
  'checkout-index',
  'checkout',
  'cherry',
  'cherry-pick',
  'clean',
  'commit',
  'commit-tree',
  'count-objects',
  'describe',
  'diff',
  'diff-tree',
  'fetch',
  'for-each-ref',
  'grep',
  'hash-object',
  'log',
  'ls-files',
  'ls-remote',
  'ls-tree',
  'merge',
  'merge-base',
  'merge-tree',
  'mktree',
  'push',
  'read-tree',
  'rebase',
  'reflog',
  'remote',
  'reset',
  'restore',
  'rev-list',
  'rev-parse',
  'revert',
  'shortlog',
  'show',
  'show-ref',
  'stash',
  'status',
  'switch',
  'symbolic-ref',
  'tag',
  'update-index',
  'update-ref',
  'worktree',
  'write-tree',
]);

// Options that run a program, write a file of the caller's choice or change which repository is meant; git takes any unambiguous beginning.
const DANGEROUS = [
  'config-env',
  'contents',
  'edit',
  'edit-description',
  'edit-todo',
  'exec',
  'exec-path',
  'ext-diff',
  'filters',
  'git-dir',
  'gpg-sign',
  'interactive',
  'namespace',
  'no-index',
  'open-files-in-pager',
  'output',
  'output-directory',
  'receive-pack',
  'recurse-submodules',
  'run',
  'show-signature',
  'sign',
  'super-prefix',
  'template',
  'textconv',
  'tool',
  'upload-pack',
  'verify-signatures',
  'work-tree',
];

// An option of its own that is also the beginning of one of the above.
const WHOLE = new Set(['verify']);

// Short forms of the above, where a program has them.
const SHORT: Readonly<Record<string, RegExp>> = {
  blame: /^-S/,
  checkout: /^-p/,
  'cherry-pick': /^-[eS]/,
  commit: /^-[epS]/,
  add: /^-[eip]/,
  diff: /^-O/,
  grep: /^-[Of]/,
  log: /^-O/,
  merge: /^-[eS]/,
  rebase: /^-[iSx]/,
  reset: /^-p/,
  revert: /^-[eS]/,
  show: /^-O/,
  stash: /^-p/,
  tag: /^-[esu]/,
};

/**
 * Refuses an argument vector that could run a program or write where it should not, whoever put it together. Tools never pass text of a
 * caller as an option; this is the second lock.
 *
 * @throws ToolError `forbidden`
 */
export function checkArguments(argv: readonly string[]): void {
  const [subcommand = '', ...rest] = argv;
  if (!SUBCOMMANDS.has(subcommand)) throw refused(subcommand === '' ? 'nothing' : subcommand);
  const short = SHORT[subcommand];
  for (const argument of rest) {
    if (argument === '--' || argument === '--end-of-options') return;
    if (argument.startsWith('--')) {
      const name = argument.slice(2).split('=', 1)[0] ?? '';
      if (DANGEROUS.some((option) => option === name || (name.length > 0 && option.startsWith(name) && !WHOLE.has(name))))
        throw refused(argument);
    } else if (argument.length > 1 && argument.startsWith('-') && short?.test(argument) === true) throw refused(argument);
  }
}

// These programs would run a diff driver's commands; the settings that stand in for those are errors on purpose.
const WITHOUT_DRIVERS: Readonly<Record<string, readonly string[]>> = {
  blame: ['--no-textconv'],
  diff: ['--no-ext-diff', '--no-textconv'],
  grep: ['--no-textconv'],
  log: ['--no-ext-diff', '--no-textconv'],
  show: ['--no-ext-diff', '--no-textconv'],
};

/** The same arguments with the options that keep a program from running diff drivers. */
export function withoutDrivers(argv: readonly string[]): string[] {
  const [subcommand = '', ...rest] = argv;
  return [subcommand, ...(WITHOUT_DRIVERS[subcommand] ?? []), ...rest];
}

function refused(argument: string): ToolError {
  const shown = argument.split('=', 1)[0]?.slice(0, 40);
  return new ToolError('forbidden', `git may not be run with "${shown}".`, {
    hint: 'It could run a program or write outside the repository.',
  });
}
