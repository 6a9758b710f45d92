import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from './sandbox.ts';

/** A way in which a repository makes git run a command of its choice. */
export interface Plant {
  name: string;
  /** Sets the trap; the sandbox's mark is left when it springs. */
  plant(sandbox: Sandbox): void;
  /** Springs it by plain git: the control that shows the trap works. */
  provoke(sandbox: Sandbox): void;
}

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

const config =
  (...pairs: [key: string, value: (s: Sandbox) => string][]) =>
  (s: Sandbox): void => {
    for (const [key, value] of pairs) s.git('config', key, value(s));
  };

const mark = (s: Sandbox) => s.touch;

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

/** A second repository inside the root, as remote `origin`. */
const localRemote = (s: Sandbox): string => {
  const remote = join(s.root, 'remote.git');
  s.gitIn(s.root, 'clone', '--quiet', '--bare', s.repo, remote);
  s.git('remote', 'add', 'origin', remote);
  return remote;
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

export const PLANTS: readonly Plant[] = [
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
    name: 'hook pre-push',
    plant: (s) => void (localRemote(s), s.script(join(s.repo, '.git', 'hooks', 'pre-push'), s.touch)),
    provoke: (s) => void s.tryGit('push', 'origin', 'main:new'),
  },
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
    name: 'core.sshCommand',
    plant: config(['remote.origin.url', () => 'ssh://192.0.2.1/x'], ['core.sshCommand', mark]),
    provoke: (s) => void s.tryGit('fetch', 'origin'),
  },
  {
    name: 'core.gitProxy',
    plant: config(
      ['remote.origin.url', () => 'git://192.0.2.1/x'],
      ['core.gitProxy', (s) => s.script(join(s.repo, '.git', 'proxy'), s.touch)],
    ),
    provoke: (s) => void s.tryGit('fetch', 'origin'),
  },
  {
    name: 'ext:: remote',
    plant: config(
      ['remote.origin.url', (s) => `ext::sh -c ${s.touch.replace(';', '').replaceAll(' ', '% ')}`],
      ['protocol.ext.allow', () => 'always'],
    ),
    provoke: (s) => void s.tryGit('fetch', 'origin'),
  },
  {
    name: 'url.<base>.insteadOf into ext::',
    plant: config(
      ['remote.origin.url', () => 'https://example.com/x'],
      ['url.ext::sh -c .insteadOf', () => 'https://example.com/x'],
      ['remote.origin.url', (s) => `https://example.com/x${s.touch.replace(';', '').replaceAll(' ', '% ')}`],
      ['protocol.ext.allow', () => 'always'],
    ),
    provoke: (s) => void s.tryGit('fetch', 'origin'),
  },
  {
    name: 'remote.<name>.vcs',
    plant: config(
      ['remote.origin.url', (s) => `sh -c ${s.touch.replace(';', '').replaceAll(' ', '% ')}`],
      ['remote.origin.vcs', () => 'ext'],
      ['protocol.ext.allow', () => 'always'],
    ),
    provoke: (s) => void s.tryGit('fetch', 'origin'),
  },
  {
    name: 'remote.<name>.uploadpack',
    plant: (s) => void (localRemote(s), config(['remote.origin.uploadpack', mark])(s)),
    provoke: (s) => void s.tryGit('fetch', 'origin'),
  },
  {
    name: 'remote.<name>.receivepack',
    plant: (s) => void (localRemote(s), config(['remote.origin.receivepack', mark])(s)),
    provoke: (s) => void s.tryGit('push', 'origin', 'main:new'),
  },
  {
    name: "local remote's pre-receive hook",
    plant: (s) => void s.script(join(localRemote(s), 'hooks', 'pre-receive'), s.touch),
    provoke: (s) => void s.tryGit('push', 'origin', 'main:new'),
  },
  {
    name: "local remote's core.hooksPath",
    plant: (s) => {
      const remote = localRemote(s);
      s.script(join(remote, 'more', 'post-update'), s.touch);
      s.gitIn(remote, 'config', 'core.hooksPath', 'more');
    },
    provoke: (s) => void s.tryGit('push', 'origin', 'main:new'),
  },
  {
    name: "local remote's push-to-checkout hook and filter",
    plant: (s) => {
      const remote = join(s.root, 'remote');
      s.gitIn(s.root, 'clone', '--quiet', s.repo, remote);
      s.git('remote', 'add', 'origin', remote);
      s.gitIn(remote, 'config', 'receive.denyCurrentBranch', 'updateInstead');
      s.gitIn(remote, 'config', 'core.worktree', s.outside);
      s.script(join(remote, '.git', 'hooks', 'push-to-checkout'), s.touch);
      s.git('commit', '--quiet', '--allow-empty', '-m', 'news');
    },
    provoke: (s) => void s.tryGit('push', 'origin', 'main:main'),
  },
  {
    name: 'core.alternateRefsCommand',
    plant: (s) => {
      const remote = localRemote(s);
      const pool = join(s.root, 'pool.git');
      s.gitIn(s.root, 'clone', '--quiet', '--bare', s.repo, pool);
      writeFileSync(join(s.repo, '.git', 'objects', 'info', 'alternates'), `${join(pool, 'objects')}\n`);
      const other = join(s.root, 'other');
      s.gitIn(s.root, 'clone', '--quiet', remote, other);
      s.gitIn(other, 'commit', '--quiet', '--allow-empty', '-m', 'news');
      s.gitIn(other, 'push', '--quiet', 'origin', 'main');
      config(['core.alternateRefsCommand', mark])(s);
    },
    provoke: (s) => void s.tryGit('fetch', 'origin'),
  },
  {
    name: 'lazy fetch of a partial clone',
    plant: (s) => {
      localRemote(s);
      config(
        ['remote.origin.promisor', () => 'true'],
        ['extensions.partialClone', () => 'origin'],
        ['core.repositoryFormatVersion', () => '1'],
        ['remote.origin.uploadpack', mark],
      )(s);
      const id = s.git('rev-parse', 'HEAD~1:file.txt').trim();
      chmodSync(join(s.repo, '.git', 'objects', id.slice(0, 2)), 0o755);
      s.git('-c', 'core.hooksPath=/dev/null', 'update-ref', 'refs/keep', 'HEAD');
      writeFileSync(join(s.repo, '.git', 'objects', 'pack', 'pack-0000000000000000000000000000000000000000.promisor'), '');
      execRemove(s, id);
    },
    provoke: (s) => void s.tryGit('cat-file', '-p', 'HEAD~1:file.txt'),
  },
  {
    name: 'credential.helper and askPass',
    plant: (s) => {
      config(
        ['remote.origin.url', () => 'https://192.0.2.1/x'],
        ['credential.helper', (one) => `!${one.touch}`],
        ['credential.https://192.0.2.1.helper', (one) => `!${one.touch}`],
        ['core.askPass', (one) => one.script(join(one.repo, '.git', 'ask'), one.touch)],
      )(s);
    },
    provoke: (s) => void s.tryGit('-c', `alias.t=!printf 'protocol=https\\nhost=192.0.2.1\\n\\n' | git credential fill`, 't'),
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

function execRemove(s: Sandbox, id: string): void {
  s.tryGit('-c', `alias.t=!rm -f .git/objects/${id.slice(0, 2)}/${id.slice(2)}`, 't');
}
