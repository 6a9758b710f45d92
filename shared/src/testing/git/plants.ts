import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { config, mark, type Plant } from './plant.ts';
import { REMOTE_PLANTS } from './plants-remote.ts';
import type { Sandbox } from './sandbox.ts';

const commitAll = (s: Sandbox, message: string): void => {
  s.git('add', '-A');
  s.git('commit', '--quiet', '-m', message);
};

/** Leaves a change in the working tree that `attribute` applies to, committed attributes included. */
const withAttribute = (s: Sandbox, attribute: string): void => {
  s.write('.gitattributes', `*.txt ${attribute}\n`);
  commitAll(s, 'attributes');
};

const edit = (s: Sandbox): void => s.write('file.txt', 'edited\ntwo\nthree\nfour\n');

const hook = (name: string, provoke: (s: Sandbox) => void): Plant => ({
  name: `hook ${name}`,
  plant: (s) => void s.script(join(s.repo, '.git', 'hooks', name), s.touch),
  provoke,
});

const commitByHand = (s: Sandbox): void => {
  edit(s);
  s.tryGit('commit', '-am', 'edit');
};

/** A submodule that is checked out, its config as the plant wants it. */
const submodule = (s: Sandbox, plantIn: (inner: string) => void): void => {
  const source = join(s.root, 'source');
  mkdirSync(source);
  s.gitIn(source, 'init', '--quiet');
  writeFileSync(join(source, 'inner.txt'), 'inner\n');
  s.gitIn(source, 'add', '.');
  s.gitIn(source, 'commit', '--quiet', '-m', 'inner');
  s.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', source, 'sub');
  s.git('commit', '--quiet', '-m', 'submodule');
  plantIn(join(s.repo, 'sub'));
};

/** A rebase that stopped at a conflict, as it would lie in a repository that somebody hands over. */
const pausedRebase = (s: Sandbox): void => {
  s.git('switch', '--quiet', '-c', 'topic', 'HEAD~1');
  s.write('file.txt', 'topic\n');
  s.git('commit', '--quiet', '-am', 'topic');
  s.tryGit('rebase', 'main');
  s.write('file.txt', 'resolved\n');
  s.git('add', 'file.txt');
};

/** Every trap of a repository that is known. */
export const PLANTS: readonly Plant[] = [
  ...REMOTE_PLANTS,
  { name: 'core.fsmonitor', plant: config(['core.fsmonitor', (s) => `${s.touch} false`]), provoke: (s) => void s.tryGit('status') },
  hook('pre-commit', commitByHand),
  hook('prepare-commit-msg', commitByHand),
  hook('commit-msg', commitByHand),
  hook('post-commit', commitByHand),
  hook('post-checkout', (s) => void s.tryGit('switch', 'side')),
  hook('post-merge', (s) => void s.tryGit('merge', '--no-edit', 'side')),
  hook('pre-merge-commit', (s) => void s.tryGit('merge', '--no-edit', 'side')),
  hook('pre-rebase', (s) => void s.tryGit('rebase', 'side')),
  hook('post-rewrite', (s) => void s.tryGit('commit', '--amend', '--no-edit', '--allow-empty')),
  hook('post-index-change', (s) => void (edit(s), s.tryGit('add', 'file.txt'))),
  hook('reference-transaction', (s) => void s.tryGit('branch', 'new')),
  {
    name: 'core.hooksPath',
    plant: (s) => {
      s.script(join(s.repo, 'ci', 'post-checkout'), s.touch);
      s.git('config', 'core.hooksPath', 'ci');
    },
    provoke: (s) => void s.tryGit('switch', 'side'),
  },
  {
    name: 'core.pager',
    plant: config(['core.pager', (s) => `${s.touch} cat`]),
    // git asks for a pager only on a terminal
    provoke: (s) => void s.tryGit('-c', `alias.t=!script -qec 'git log' /dev/null`, 't'),
  },
  {
    name: 'pager.log',
    plant: config(['pager.log', (s) => `${s.touch} cat`]),
    provoke: (s) => void s.tryGit('-c', `alias.t=!script -qec 'git log' /dev/null`, 't'),
  },
  { name: 'core.editor', plant: config(['core.editor', mark]), provoke: (s) => void (edit(s), s.tryGit('commit', '-a')) },
  { name: 'sequence.editor', plant: config(['sequence.editor', mark]), provoke: (s) => void s.tryGit('rebase', '-i', 'HEAD~1') },
  { name: 'diff.external', plant: (s) => void (config(['diff.external', mark])(s), edit(s)), provoke: (s) => void s.tryGit('diff') },
  {
    name: 'diff.<driver>.command',
    plant: (s) => void (withAttribute(s, 'diff=evil'), config(['diff.evil.command', mark])(s), edit(s)),
    provoke: (s) => void s.tryGit('diff'),
  },
  {
    name: 'diff.<driver>.textconv',
    plant: (s) =>
      void (withAttribute(s, 'diff=evil'), config(['diff.evil.textconv', (one) => `sh -c '${one.touch} cat "$0"'`])(s), edit(s)),
    provoke: (s) => void s.tryGit('diff'),
  },
  {
    name: 'filter clean',
    plant: (s) => void (withAttribute(s, 'filter=evil'), config(['filter.evil.clean', (one) => `${one.touch} cat`])(s), edit(s)),
    provoke: (s) => void s.tryGit('add', 'file.txt'),
  },
  {
    name: 'filter smudge',
    plant: (s) => void (withAttribute(s, 'filter=Evil.One'), config(['filter.Evil.One.smudge', (one) => `${one.touch} cat`])(s), edit(s)),
    provoke: (s) => void s.tryGit('checkout', '--', 'file.txt'),
  },
  {
    name: 'filter process, required',
    plant: (s) =>
      void (withAttribute(s, 'filter=evil'), config(['filter.evil.process', mark], ['filter.evil.required', () => 'true'])(s), edit(s)),
    provoke: (s) => void s.tryGit('add', 'file.txt'),
  },
  {
    name: 'filter by info/attributes',
    plant: (s) => {
      mkdirSync(join(s.repo, '.git', 'info'), { recursive: true });
      writeFileSync(join(s.repo, '.git', 'info', 'attributes'), '* filter=evil\n');
      config(['filter.evil.clean', (one) => `${one.touch} cat`])(s);
      edit(s);
    },
    provoke: (s) => void s.tryGit('diff'),
  },
  {
    name: 'merge driver',
    plant: (s) => {
      withAttribute(s, 'merge=evil');
      s.write('other.txt', 'main\n');
      s.git('commit', '--quiet', '-am', 'diverge');
      config(['merge.evil.driver', (one) => `${one.touch} true`])(s);
    },
    provoke: (s) => void s.tryGit('merge', '--no-edit', 'side'),
  },
  {
    name: 'merge.default',
    plant: (s) => {
      s.write('other.txt', 'main\n');
      s.git('commit', '--quiet', '-am', 'diverge');
      config(['merge.evil.driver', (one) => `${one.touch} true`], ['merge.default', () => 'evil'])(s);
    },
    provoke: (s) => void s.tryGit('merge', '--no-edit', 'side'),
  },
  {
    name: 'gpg.program with commit.gpgSign',
    plant: config(
      ['gpg.program', (s) => s.script(join(s.repo, '.git', 'gpg'), s.touch)],
      ['commit.gpgSign', () => 'true'],
      ['user.signingKey', () => 'A'],
    ),
    provoke: commitByHand,
  },
  {
    name: 'gpg.ssh.defaultKeyCommand',
    plant: config(
      ['gpg.format', () => 'ssh'],
      ['gpg.ssh.defaultKeyCommand', (s) => s.script(join(s.repo, '.git', 'key'), s.touch)],
      ['commit.gpgSign', () => 'true'],
    ),
    provoke: commitByHand,
  },
  {
    name: 'gpg.program with log.showSignature',
    plant: (s) => {
      const program = s.script(join(s.repo, '.git', 'gpg'), s.touch);
      const signed = `tree ${s.git('rev-parse', 'HEAD^{tree}').trim()}\nparent ${s.git('rev-parse', 'HEAD').trim()}\nauthor A <a@b> 1700000000 +0000\ncommitter A <a@b> 1700000000 +0000\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\nsigned\n`;
      writeFileSync(join(s.base, 'commit'), signed);
      s.git('reset', '--quiet', '--hard', s.git('hash-object', '-t', 'commit', '-w', join(s.base, 'commit')).trim());
      config(['gpg.program', () => program], ['log.showSignature', () => 'true'])(s);
    },
    provoke: (s) => void s.tryGit('log', '-1'),
  },
  {
    name: 'branch.<name>.mergeOptions',
    plant: config(
      ['branch.main.mergeOptions', () => '--gpg-sign=A'],
      ['gpg.program', (s) => s.script(join(s.repo, '.git', 'gpg'), s.touch)],
    ),
    provoke: (s) => void s.tryGit('merge', '--no-edit', 'side'),
  },
  { name: 'alias', plant: config(['alias.evil', (s) => `!${s.touch}`]), provoke: (s) => void s.tryGit('evil') },
  {
    name: 'pull.twohead by an alias',
    plant: config(['pull.twohead', () => 'evil'], ['alias.merge-evil', (s) => `!${s.touch}`]),
    provoke: (s) => void s.tryGit('cherry-pick', 'side'),
  },
  {
    name: 'unfinished rebase with exec',
    plant: (s) => {
      pausedRebase(s);
      writeFileSync(join(s.repo, '.git', 'rebase-merge', 'git-rebase-todo'), `exec ${s.touch}\n`);
    },
    provoke: (s) => void s.tryGit('-c', 'core.editor=:', 'rebase', '--continue'),
  },
  {
    name: 'unfinished rebase with a strategy by an alias',
    plant: (s) => {
      pausedRebase(s);
      writeFileSync(join(s.repo, '.git', 'rebase-merge', 'strategy'), 'evil\n');
      writeFileSync(join(s.repo, '.git', 'rebase-merge', 'git-rebase-todo'), `pick ${s.git('rev-parse', 'side').trim()}\n`);
      config(['alias.merge-evil', (one) => `!${one.touch}`])(s);
    },
    provoke: (s) => void s.tryGit('-c', 'core.editor=:', 'rebase', '--continue'),
  },
  {
    name: 'include from outside',
    plant: (s) => {
      writeFileSync(join(s.outside, 'config'), `[core]\n\tfsmonitor = "${s.touch} false"\n`);
      config(['include.path', () => join(s.outside, 'config')])(s);
    },
    provoke: (s) => void s.tryGit('status'),
  },
  {
    name: 'includeIf from the working tree',
    plant: (s) => {
      s.write('team.config', `[core]\n\tfsmonitor = "${s.touch} false"\n`);
      config(['includeIf.gitdir:/.path', () => '../team.config'])(s);
    },
    provoke: (s) => void s.tryGit('status'),
  },
  {
    name: 'include inside .git',
    plant: (s) => {
      writeFileSync(join(s.repo, '.git', 'more'), `[core]\n\tfsmonitor = "${s.touch} false"\n`);
      config(['include.path', () => 'more'])(s);
    },
    provoke: (s) => void s.tryGit('status'),
  },
  {
    name: 'config.worktree',
    plant: (s) => {
      config(['extensions.worktreeConfig', () => 'true'])(s);
      withAttribute(s, 'filter=evil');
      s.git('config', '--worktree', 'filter.evil.clean', `${s.touch} cat`);
      edit(s);
    },
    provoke: (s) => void s.tryGit('diff'),
  },
  {
    name: "submodule's fsmonitor",
    plant: (s) => submodule(s, (inner) => s.gitIn(inner, 'config', 'core.fsmonitor', `${s.touch} false`)),
    provoke: (s) => void s.tryGit('status'),
  },
  {
    name: "submodule's filter",
    plant: (s) =>
      submodule(s, (inner) => {
        writeFileSync(join(s.repo, '.git', 'modules', 'sub', 'info', 'attributes'), '* filter=inner\n');
        s.gitIn(inner, 'config', 'filter.inner.clean', `${s.touch} cat`);
        writeFileSync(join(inner, 'inner.txt'), 'later\n');
      }),
    provoke: (s) => void s.tryGit('status'),
  },
  {
    name: 'submodule.<name>.update',
    plant: (s) => {
      submodule(s, () => undefined);
      s.git('config', 'submodule.sub.update', `!${s.touch}`);
      s.gitIn(join(s.repo, 'sub'), 'commit', '--quiet', '--allow-empty', '-m', 'ahead');
    },
    provoke: (s) => void s.tryGit('submodule', 'update'),
  },
  {
    name: 'trailer command',
    plant: config(['trailer.evil.command', mark]),
    provoke: (s) => void s.tryGit('commit', '--allow-empty', '-m', 'x', '--trailer', 'evil: 1'),
  },
  {
    name: 'difftool and mergetool',
    plant: (s) => void (config(['difftool.evil.cmd', mark], ['diff.tool', () => 'evil'])(s), edit(s)),
    provoke: (s) => void s.tryGit('difftool', '-y'),
  },
];
