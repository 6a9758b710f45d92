import { ToolError } from '../contracts/error.ts';
import { isInclude, type ConfigEntry } from './config-entries.ts';

/** A setting given on the command line's level, which overrides every file. */
export type Override = readonly [key: string, value: string];

export interface Verdict {
  overrides: Override[];
  /** Keys of the repository that were put out of force, for the person to know. */
  neutralised: string[];
  /** Names of filter drivers that do not run. */
  filters: string[];
  /** Keys that forbid talking to a remote, but nothing else. */
  networkForbidden: string[];
}

/**
 * The merge driver that stands in for a repository's own: git's three-way text merge, with the marker size that git asks for.
 * Without a command line a configured driver is an error, so there must be one.
 */
const TEXT_MERGE = 'git merge-file -q -L ours -L base -L theirs --marker-size=%L %A %O %B';

/**
 * In force in every repository that is not trusted, whatever its config says: each names a command, or makes git run or write one.
 * Values are what switches the feature off; a command that cannot be switched off is replaced by one that the repository does not choose:
 * nothing, `cat`, or `:` and `false`, which fail where the program's own options should have kept it from being run.
 */
export const ALWAYS_OFF: readonly Override[] = [
  ['core.fsmonitor', 'false'],
  ['core.hooksPath', '/dev/null'],
  ['core.alternateRefsCommand', ':'],
  ['core.askPass', ''],
  ['core.editor', ':'],
  ['sequence.editor', ':'],
  ['core.pager', 'cat'],
  ['core.attributesFile', '/dev/null'],
  ['core.protectNTFS', 'true'],
  ['core.protectHFS', 'true'],
  ['diff.external', ':'],
  ['diff.orderFile', '/dev/null'],
  ['diff.submodule', 'short'],
  ['diff.ignoreSubmodules', 'dirty'],
  ['status.submoduleSummary', 'false'],
  ['submodule.recurse', 'false'],
  ['fetch.recurseSubmodules', 'false'],
  ['push.recurseSubmodules', 'no'],
  ['transfer.bundleURI', 'false'],
  ['commit.gpgSign', 'false'],
  ['commit.verbose', 'false'],
  ['tag.gpgSign', 'false'],
  ['tag.forceSignAnnotated', 'false'],
  ['push.gpgSign', 'false'],
  ['log.showSignature', 'false'],
  ['merge.verifySignatures', 'false'],
  ['gpg.program', 'false'],
  ['gpg.openpgp.program', 'false'],
  ['gpg.x509.program', 'false'],
  ['gpg.ssh.program', 'false'],
  ['gpg.ssh.defaultKeyCommand', ''],
  ['merge.default', 'text'],
  // an unknown strategy S is run as "git merge-S", which may be an alias
  ['pull.twohead', 'ort'],
  ['pull.octopus', 'octopus'],
  ['mailmap.file', '/dev/null'],
  ['blame.ignoreRevsFile', ''],
  ['http.followRedirects', 'false'],
  ['credential.helper', ''],
];

/** In force everywhere: they make output the same for everyone and keep git from leaving processes behind. */
export const ALWAYS_PLAIN: readonly Override[] = [
  ['color.ui', 'never'],
  ['core.quotePath', 'false'],
  ['i18n.logOutputEncoding', 'UTF-8'],
  ['i18n.commitEncoding', 'UTF-8'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['receive.autogc', 'false'],
  // `git diff` would write the index anew although it only reads
  ['diff.autoRefreshIndex', 'false'],
  ['advice.detachedHead', 'false'],
  ['rebase.updateRefs', 'false'],
  ['rebase.autoStash', 'false'],
  ['merge.autoStash', 'false'],
  ['push.followTags', 'false'],
];

// Only programs of git that the runner never starts read these sections, or nothing in them is run.
const INERT = new Set([
  'advice',
  'browser',
  'bisect',
  'color',
  'column',
  'difftool',
  'format',
  'gitcvs',
  'gitweb',
  'gui',
  'guitool',
  'help',
  'imap',
  'instaweb',
  'interactive',
  'lfs',
  'man',
  'mergetool',
  'pager',
  'p4',
  'sendemail',
  'svn',
  'svn-remote',
  'tar',
  'trailer',
  'web',
  'completion',
  'rerere',
  'gitflow',
]);

const HARMLESS_HTTP = new Set(['postbuffer', 'lowspeedlimit', 'lowspeedtime', 'version', 'maxrequests', 'minsessions', 'useragent']);
const NOT_A_COMMAND = new Set(['rebase.reschedulefailedexec', 'core.fsmonitorhookversion']);
const COMMAND_LIKE = /command|cmd$|program|helper|driver|exec|askpass|editor|pager|textconv|hook|^process$|^clean$|^smudge$/;
const OFF_KEYS = new Set(ALWAYS_OFF.map(([key]) => key.toLowerCase()));

/**
 * Judges a repository's config: what must be overridden, and what cannot be.
 *
 * @throws ToolError `forbidden`, naming the key, for a setting that looks like a command and that no override is known for (a newer git
 * may run it)
 */
export function judgeConfig(entries: readonly ConfigEntry[]): Verdict {
  const overrides = new Map<string, string>();
  const neutralised = new Set<string>();
  const filters = new Set<string>();
  const networkForbidden = new Set<string>();
  for (const entry of entries) {
    const { section, subsection, name, key } = entry;
    const put = (setting: string, value: string): void => {
      overrides.set(subsection === undefined ? `${section}.${setting}` : `${section}.${subsection}.${setting}`, value);
    };
    if (OFF_KEYS.has(key)) neutralised.add(key);
    else if (section === 'filter' && subsection !== undefined) {
      for (const setting of ['clean', 'smudge', 'process']) put(setting, '');
      // a required filter that does nothing is an error
      put('required', 'false');
      filters.add(subsection);
      neutralised.add(key);
    } else if (section === 'diff' && subsection !== undefined && (name === 'command' || name === 'textconv')) {
      put(name, name === 'command' ? ':' : 'cat');
      neutralised.add(key);
    } else if (section === 'merge' && subsection !== undefined && (name === 'driver' || name === 'recursive')) {
      put(name, name === 'driver' ? TEXT_MERGE : 'text');
      neutralised.add(key);
    } else if (section === 'credential' && name === 'helper') {
      put('helper', '');
      neutralised.add(key);
    } else if (section === 'alias') {
      // `!command`; built-in programs cannot be aliased, but git runs others by name (merge strategies)
      put(name, 'version');
      if (entry.value?.startsWith('!') || name === 'command') neutralised.add(key);
    } else if (section === 'branch' && name === 'mergeoptions') {
      put(name, '');
      neutralised.add(key);
    } else if (section === 'remote' && subsection !== undefined) judgeRemote(entry, put, networkForbidden);
    else if (section === 'submodule' && name === 'update') {
      put('update', 'none');
      if (entry.value?.startsWith('!')) neutralised.add(key);
    } else if (section === 'submodule' && name === 'fetchrecursesubmodules') put(name, 'false');
    else if (section === 'http') {
      if (!HARMLESS_HTTP.has(name)) networkForbidden.add(key);
    } else if (section === 'core' && (name === 'sshcommand' || name === 'gitproxy' || name === 'worktree' || name === 'excludesfile'))
      neutralised.add(key);
    else if (section === 'uploadpack' && name === 'packobjectshook') neutralised.add(key);
    else if (key === 'fetch.bundleuri' || section === 'bundle') networkForbidden.add(key);
    else if (INERT.has(section) || isInclude(entry) || section === 'branch' || section === 'url') continue;
    else if (section === 'hook' || (COMMAND_LIKE.test(name) && name !== 'cachetextconv' && !NOT_A_COMMAND.has(key)))
      throw forbiddenKey(key);
  }
  return { overrides: [...overrides], neutralised: [...neutralised], filters: [...filters], networkForbidden: [...networkForbidden] };
}

function judgeRemote({ name, key }: ConfigEntry, put: (setting: string, value: string) => void, networkForbidden: Set<string>): void {
  if (name === 'mirror') put('mirror', 'false');
  // of several uploadpack settings git takes the first, so no override reaches it
  else if (name === 'uploadpack' || name === 'receivepack' || name === 'vcs' || name.startsWith('proxy')) networkForbidden.add(key);
}

function forbiddenKey(key: string): ToolError {
  return new ToolError('forbidden', `The repository's config sets ${key}, which may run a command.`, {
    hint: 'Remove the setting, or have the operator list the repository under `trusted`.',
    details: { key },
  });
}
