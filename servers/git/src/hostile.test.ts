import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Desk, openDesk } from '@deployment-engine/shared/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { server } from './server.ts';

let d: Desk;
beforeEach(async () => {
  d = await openDesk(server);
});
afterEach(() => d.close());

const HOOKS =
  'pre-commit prepare-commit-msg commit-msg post-commit pre-merge-commit post-merge post-checkout pre-rebase post-rewrite pre-push reference-transaction post-index-change';

/** One repository with every trap that a repository can set by itself; each runner-level trap is proven one by one in shared/src/git. */
function plantEverything(): void {
  const remote = join(d.root, 'remote.git');
  d.gitIn(d.root, 'clone', '--quiet', '--bare', d.repo, remote);
  for (const hook of ['pre-receive', 'update', 'post-update', 'post-receive']) d.script(join(remote, 'hooks', hook), d.touch);
  d.git('remote', 'add', 'origin', remote);
  d.git('fetch', '--quiet', 'origin');
  d.write('.gitattributes', '*.txt diff=evil filter=evil merge=evil\n');
  d.git('add', '-A');
  d.git('commit', '--quiet', '-m', 'attributes');
  d.write('stash.me', 'x\n');
  d.git('stash', 'push', '--quiet', '--include-untracked');
  for (const hook of HOOKS.split(' ')) d.script(join(d.repo, '.git', 'hooks', hook), d.touch);
  const program = d.script(join(d.repo, '.git', 'program'), d.touch);
  const shell = `!${d.touch}`;
  const settings: Record<string, string> = {
    'core.fsmonitor': `${d.touch} false`,
    'core.pager': `${d.touch} cat`,
    'core.editor': d.touch,
    'core.sshCommand': d.touch,
    'core.askPass': program,
    'core.gitProxy': program,
    'core.alternateRefsCommand': d.touch,
    'sequence.editor': d.touch,
    'diff.external': d.touch,
    'diff.evil.command': d.touch,
    'diff.evil.textconv': program,
    'filter.evil.clean': `${d.touch} cat`,
    'filter.evil.smudge': `${d.touch} cat`,
    'filter.evil.process': d.touch,
    'filter.evil.required': 'true',
    'merge.evil.driver': `${d.touch} true`,
    'merge.default': 'evil',
    'gpg.program': program,
    'gpg.ssh.program': program,
    'gpg.ssh.defaultKeyCommand': program,
    'commit.gpgSign': 'true',
    'tag.gpgSign': 'true',
    'log.showSignature': 'true',
    'credential.helper': shell,
    'branch.main.mergeOptions': '--gpg-sign=A',
    'pull.twohead': 'evil',
    'alias.merge-evil': shell,
    'alias.status': shell,
    'alias.log': shell,
    'pager.status': `${d.touch} cat`,
    'interactive.diffFilter': d.touch,
    'protocol.ext.allow': 'always',
    'remote.evil.url': `ext::sh -c ${program}`,
    'trailer.evil.command': d.touch,
  };
  for (const [key, value] of Object.entries(settings)) d.git('config', key, value);
}

const everyCall = (): [tool: string, args: Record<string, unknown>][] => [
  ['repo_info', {}],
  ['status', {}],
  ['log', { stat: true }],
  ['log', { paths: ['file.txt'], follow: true, changed: 'one' }],
  ['diff', {}],
  ['diff', { from: 'HEAD~1', to: 'side' }],
  ['show', {}],
  ['show', { path: 'file.txt' }],
  ['blame', { path: 'file.txt' }],
  ['grep', { pattern: 'one', untracked: true }],
  ['branch_list', { kind: 'all' }],
  ['tag_list', {}],
  ['stash_list', {}],
  ['stash_show', {}],
  ['stash_apply', {}],
  ['remote_list', {}],
  ['worktree_list', {}],
  ['conflict_list', { sides: true }],
  ['merge_preview', { ref: 'side' }],
  ['reflog_list', {}],
  ['undo_list', {}],
  ['fetch', {}],
  ['fetch', { remote: 'evil' }],
  ['add', { all: true }],
  ['add', { paths: ['stash.me'] }],
  ['unstage', {}],
  ['commit', { message: 'x', allow_empty: true }],
  ['commit', { message: 'y', amend: true, allow_empty: true }],
  ['restore', { paths: ['.'] }],
  ['clean', {}],
  ['stash_pop', {}],
  ['stash_save', {}],
  ['stash_drop', { index: 0 }],
  ['branch_create', { name: 'fresh', switch: true }],
  ['branch_rename', { from: 'fresh', to: 'renamed' }],
  ['branch_switch', { to: 'main' }],
  ['branch_delete', { name: 'renamed', force: true }],
  ['tag_create', { name: 'v1', message: 'one' }],
  ['tag_delete', { name: 'v1' }],
  ['push', {}],
  ['push_force', {}],
  ['pull', { mode: 'merge' }],
  ['merge', { ref: 'side' }],
  ['conflict_resolve', { paths: ['other.txt'], take: 'ours' }],
  ['operation_continue', {}],
  ['operation_abort', {}],
  ['cherry_pick', { commits: ['side'] }],
  ['operation_abort', {}],
  ['revert', { commits: ['HEAD~1'] }],
  ['operation_abort', {}],
  ['reset', { mode: 'hard' }],
  ['rebase', { upstream: 'side' }],
  ['operation_abort', {}],
  ['worktree_add', { path: join(d.root, 'linked') }],
  ['worktree_remove', { path: join(d.root, 'linked') }],
  ['remote_add', { name: 'more', url: 'https://example.com/x' }],
  ['repo_init', { repo: join(d.repo, 'inner') }],
  ['repo_clone', { url: d.repo, repo: join(d.root, 'clone') }],
  ['undo_restore', { id: 'x' }],
];

describe('a hostile repository', () => {
  it('runs nothing by any tool, and does so once it is trusted', async () => {
    plantEverything();
    rmSync(d.marker, { force: true });
    const done: string[] = [];
    for (const [tool, args] of everyCall()) {
      const answer = await d.session.call(tool, { repo: d.repo, ...args });
      expect(d.marked(), tool).toBe(false);
      if (answer.ok === true) done.push(tool);
    }
    const tools = new Set(server.tools.map(({ name }) => name));
    expect(new Set(everyCall().map(([tool]) => tool))).toEqual(tools);
    // the traps did not simply stop everything
    for (const tool of [
      'status',
      'log',
      'diff',
      'show',
      'blame',
      'grep',
      'fetch',
      'push',
      'commit',
      'merge',
      'branch_switch',
      'reset',
      'stash_pop',
      'worktree_add',
      'repo_clone',
      'tag_create',
    ]) {
      expect(done, tool).toContain(tool);
    }
    const { neutralised } = await d.call<{ neutralised: string[] }>('status');
    expect(neutralised).toEqual(expect.arrayContaining(['core.fsmonitor', 'filter.evil.clean', 'diff.evil.textconv', 'alias.merge-evil']));

    const trusting = await openDesk(server, { config: { trusted: [d.repo] } }, d);
    expect(await trusting.call('status')).toMatchObject({ trusted: true, neutralised: [] });
    expect(d.marked()).toBe(true);
    await trusting.session.close();
  }, 120_000);

  it('runs the hooks of a trusted repository, and of no other', async () => {
    const trusting = await openDesk(server, { config: { trusted: [join(d.root, '*')] } }, d);
    d.script(join(d.repo, '.git', 'hooks', 'pre-commit'), `${d.touch} exit 1`);
    await d.call('commit', { message: 'x', allow_empty: true });
    expect(d.marked()).toBe(false);
    expect(await trusting.refusal('commit', { message: 'y', allow_empty: true })).toMatchObject({ code: 'upstream_error' });
    expect(d.marked()).toBe(true);
    await trusting.session.close();
  });

  it('stores nothing that a filter should have changed first', async () => {
    d.write('.gitattributes', '*.bin filter=lfs\n');
    d.git('add', '-A');
    d.git('commit', '--quiet', '-m', 'lfs');
    writeFileSync(
      join(d.home, '.gitconfig'),
      `${readFileSync(join(d.home, '.gitconfig'), 'utf8')}[filter "lfs"]\n\tclean = ${d.touch} cat\n\tprocess = ${d.touch}\n\trequired = true\n`,
    );
    d.write('big.bin', 'big\n');
    d.write('file.txt', 'x\n');
    expect(await d.refusal('add', { all: true })).toMatchObject({ code: 'forbidden', details: { files: ['big.bin'] } });
    expect(await d.call('add', { paths: ['file.txt'] })).toMatchObject({ total: 1 });
    expect(await d.call('repo_info')).toMatchObject({ filters: ['lfs'] });
    expect(await d.text('repo_info')).toContain('do not run');
    expect(d.marked()).toBe(false);
    const trusting = await openDesk(server, { config: { trusted: [d.repo] } }, d);
    await trusting.session.call('add', { repo: d.repo, all: true });
    expect(d.marked()).toBe(true);
    await trusting.session.close();
  });

  it('is refused when its config cannot be judged', async () => {
    for (const key of ['hook.evil.command', 'gc.recentObjectsHook', 'core.newShinyCommand', 'future.evil.program']) {
      d.git('config', key, d.touch);
      expect(await d.refusal('status'), key).toMatchObject({
        code: 'forbidden',
        message: expect.stringContaining(key.toLowerCase().split('.').at(-1) ?? ''),
        hint: expect.stringContaining('trusted'),
      });
      d.git('config', '--unset', key);
    }
    writeFileSync(join(d.repo, '.git', 'config'), '[core\nbroken');
    expect(await d.refusal('status')).toMatchObject({ code: 'invalid_input' });
  });

  it('does not go on with a rebase that runs commands', async () => {
    d.git('switch', '--quiet', '-c', 'topic', 'HEAD~1');
    d.write('file.txt', 'topic\n');
    d.git('commit', '--quiet', '-am', 'topic');
    d.tryGit('rebase', 'main');
    d.write('file.txt', 'resolved\n');
    d.git('add', 'file.txt');
    writeFileSync(join(d.repo, '.git', 'rebase-merge', 'git-rebase-todo'), `exec ${d.touch}\n`);
    expect(await d.refusal('operation_continue')).toMatchObject({ code: 'forbidden', message: expect.stringContaining('exec') });
    expect(d.marked()).toBe(false);
  });

  it('leaves every file of .git as it was when it only reads', async () => {
    d.write('new.txt', 'new\n');
    writeFileSync(join(d.repo, 'file.txt'), readFileSync(join(d.repo, 'file.txt')));
    const listing = () =>
      readdirSync(join(d.repo, '.git'), { recursive: true, encoding: 'utf8' })
        .toSorted()
        .map((name) => `${name} ${statSync(join(d.repo, '.git', name), { bigint: true }).ctimeNs}`);
    const before = listing();
    const reads = new Set(server.tools.filter(({ effect }) => effect === 'read').map(({ name }) => name));
    for (const [tool, args] of everyCall()) if (reads.has(tool)) await d.session.call(tool, { repo: d.repo, ...args });
    expect(listing()).toEqual(before);
  });
});
