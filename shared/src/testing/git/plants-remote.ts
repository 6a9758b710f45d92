import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { config, mark, type Plant } from './plant.ts';
import type { Sandbox } from './sandbox.ts';

/** A second repository inside the root, as remote `origin`. */
const localRemote = (s: Sandbox): string => {
  const remote = join(s.root, 'remote.git');
  s.gitIn(s.root, 'clone', '--quiet', '--bare', s.repo, remote);
  s.git('remote', 'add', 'origin', remote);
  return remote;
};

/** Traps that spring when a repository talks to another, or lacks an object. */
export const REMOTE_PLANTS: readonly Plant[] = [
  {
    name: 'hook pre-push',
    plant: (s) => void (localRemote(s), s.script(join(s.repo, '.git', 'hooks', 'pre-push'), s.touch)),
    provoke: (s) => void s.tryGit('push', 'origin', 'main:new'),
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
];

function execRemove(s: Sandbox, id: string): void {
  s.tryGit('-c', `alias.t=!rm -f .git/objects/${id.slice(0, 2)}/${id.slice(2)}`, 't');
}
