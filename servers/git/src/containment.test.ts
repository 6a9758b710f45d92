import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Desk, openDesk } from '@deployment-engine/shared/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { server } from './server.ts';

let d: Desk;
beforeEach(async () => {
  d = await openDesk(server);
});
afterEach(() => d.close());

describe('containment', () => {
  const moved = (): string => {
    const away = join(d.outside, 'moved.git');
    renameSync(join(d.repo, '.git'), away);
    return away;
  };

  it.each<[name: string, plant: () => void]>([
    ['a gitdir file', () => writeFileSync(join(d.repo, '.git'), `gitdir: ${moved()}\n`)],
    ['a relative gitdir file', () => void (moved(), writeFileSync(join(d.repo, '.git'), 'gitdir: ../../outside/moved.git\n'))],
    [
      'a gitdir file through a link',
      () =>
        void (
          moved(),
          symlinkSync(d.outside, join(d.root, 'door')),
          writeFileSync(join(d.repo, '.git'), `gitdir: ${d.root}/door/moved.git\n`)
        ),
    ],
    [
      'a gitdir file through a link and ..',
      () =>
        void (
          moved(),
          mkdirSync(join(d.outside, 'deep')),
          symlinkSync(join(d.outside, 'deep'), join(d.root, 'door')),
          mkdirSync(join(d.root, 'moved.git')),
          writeFileSync(join(d.repo, '.git'), `gitdir: ${d.root}/door/../moved.git\n`)
        ),
    ],
    ['a .git link', () => symlinkSync(moved(), join(d.repo, '.git'))],
    ['a commondir file', () => writeFileSync(join(d.repo, '.git', 'commondir'), `${d.outside}\n`)],
    ['alternates', () => writeFileSync(join(d.repo, '.git', 'objects', 'info', 'alternates'), `# no\n${d.outside}\n`)],
    ['relative alternates', () => writeFileSync(join(d.repo, '.git', 'objects', 'info', 'alternates'), '../../../../outside\n')],
    ['quoted alternates', () => writeFileSync(join(d.repo, '.git', 'objects', 'info', 'alternates'), `"${d.outside}"\n`)],
    [
      'alternates of alternates',
      () => {
        const pool = join(d.root, 'pool.git');
        d.gitIn(d.root, 'clone', '--quiet', '--bare', d.repo, pool);
        writeFileSync(join(pool, 'objects', 'info', 'alternates'), `${d.outside}\n`);
        writeFileSync(join(d.repo, '.git', 'objects', 'info', 'alternates'), `${pool}/objects\n`);
      },
    ],
    [
      'an objects link',
      () =>
        void (
          renameSync(join(d.repo, '.git', 'objects'), join(d.outside, 'objects')),
          symlinkSync(join(d.outside, 'objects'), join(d.repo, '.git', 'objects'))
        ),
    ],
    [
      'a pack link',
      () =>
        void (
          rmSync(join(d.repo, '.git', 'objects', 'pack'), { recursive: true }),
          symlinkSync(d.outside, join(d.repo, '.git', 'objects', 'pack'))
        ),
    ],
    [
      'a refs link',
      () =>
        void (
          rmSync(join(d.repo, '.git', 'refs', 'tags'), { recursive: true }),
          symlinkSync(d.outside, join(d.repo, '.git', 'refs', 'tags'))
        ),
    ],
    [
      'a log link',
      () => void (rmSync(join(d.repo, '.git', 'logs', 'HEAD')), symlinkSync(join(d.outside, 'log'), join(d.repo, '.git', 'logs', 'HEAD'))),
    ],
    [
      'a message link',
      () =>
        void (
          rmSync(join(d.repo, '.git', 'COMMIT_EDITMSG')),
          writeFileSync(join(d.outside, 'profile'), ''),
          symlinkSync(join(d.outside, 'profile'), join(d.repo, '.git', 'COMMIT_EDITMSG'))
        ),
    ],
    [
      'an index link',
      () =>
        void (
          renameSync(join(d.repo, '.git', 'index'), join(d.outside, 'index')),
          symlinkSync(join(d.outside, 'index'), join(d.repo, '.git', 'index'))
        ),
    ],
    [
      'a config link',
      () =>
        void (
          renameSync(join(d.repo, '.git', 'config'), join(d.outside, 'config')),
          symlinkSync(join(d.outside, 'config'), join(d.repo, '.git', 'config'))
        ),
    ],
    ['an include', () => d.git('config', 'include.path', join(d.outside, 'config'))],
    ['an include from home', () => d.git('config', 'include.path', '~/x')],
    ['a conditional include', () => d.git('config', 'includeIf.onbranch:nowhere.path', '../../x')],
    ['a pipe', () => d.tryGit('-c', 'alias.t=!mkfifo .git/FETCH_HEAD', 't')],
  ])('%s leads nowhere', async (_name, plant) => {
    plant();
    for (const [tool, args] of [
      ['status', {}],
      ['log', {}],
      ['commit', { message: 'x', allow_empty: true }],
    ] as const) {
      expect((await d.refusal(tool, args)).code, tool).toBe('forbidden');
    }
    if (existsSync(join(d.outside, 'profile'))) expect(readFileSync(join(d.outside, 'profile'), 'utf8')).toBe('');
  });

  it('goes by the folder that was named, not by core.worktree', async () => {
    d.git('config', 'core.worktree', d.outside);
    writeFileSync(join(d.outside, 'precious'), 'x');
    // plain git believes the setting
    expect(d.git('status', '--porcelain')).toContain('precious');
    expect(await d.call('status')).toMatchObject({ top: d.repo, clean: true });
    await d.call('clean', { ignored: 'also' });
    await d.call('reset', { mode: 'hard' });
    expect(readFileSync(join(d.outside, 'precious'), 'utf8')).toBe('x');
    expect(existsSync(join(d.outside, 'file.txt'))).toBe(false);
  });

  it('works with what stays inside: gitdir files, linked trees, alternates, submodules', async () => {
    renameSync(join(d.repo, '.git'), join(d.root, 'storage.git'));
    writeFileSync(join(d.repo, '.git'), 'gitdir: ../storage.git\n');
    expect(await d.call('status')).toMatchObject({ clean: true });
    const shared = join(d.root, 'shared');
    d.gitIn(d.root, 'clone', '--quiet', '--shared', join(d.root, 'storage.git'), shared);
    expect(await d.call('log', { repo: shared })).toMatchObject({ commits: [{ subject: 'second' }, {}] });
    d.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', shared, 'sub');
    await d.call('commit', { message: 'with a submodule' });
    expect(await d.call('status', { repo: join(d.repo, 'sub') })).toMatchObject({ top: join(d.repo, 'sub'), clean: true });
    expect(await d.call('show', { path: 'sub' })).toMatchObject({ kind: 'submodule' });
    expect(await d.call('add', { all: true })).toMatchObject({ total: 0 });
  });

  it('refuses repositories outside, above and inside .git, and says where to look', async () => {
    for (const repo of [d.outside, d.base, '/', join(d.repo, '..', '..'), '../outside'])
      expect((await d.refusal('status', { repo })).code, repo).toBe('forbidden');
    for (const repo of ['', '\0', '~/x']) expect((await d.refusal('status', { repo })).code, repo).toBe('invalid_input');
    expect(await d.refusal('status', { repo: join(d.repo, '.git') })).toMatchObject({ code: 'unsupported' });
    expect(await d.refusal('status', { repo: join(d.repo, '.git', 'refs') })).toMatchObject({ code: 'invalid_input' });
    expect(await d.refusal('status', { repo: d.root })).toMatchObject({ code: 'not_found', hint: expect.stringContaining('repo_init') });
    expect(await d.refusal('status', { repo: join(d.root, 'none') })).toMatchObject({ code: 'not_found' });
    // a repository above the allowed folder is not found from below
    d.gitIn(d.base, 'init', '--quiet');
    expect(await d.refusal('status', { repo: d.root })).toMatchObject({ code: 'not_found' });
  });
});

describe('arguments', () => {
  const evil = [
    '--output=pwned',
    '-O',
    '-c',
    '--exec=touch pwned',
    '--upload-pack=touch pwned',
    '--help',
    '-',
    ' x',
    'a b',
    'a..b',
    'a:b',
    '^main',
    ':/x',
    'HEAD^{/x}',
    'x\n',
    '@{-1',
    "'$(touch pwned)'*",
  ];

  it('takes no option for a revision, branch, tag or remote', async () => {
    // hundreds of calls, most of which start Git
    for (const text of evil) {
      const calls: [string, Record<string, unknown>][] = [
        ['log', { ref: text }],
        ['log', { not_in: text }],
        ['diff', { from: text }],
        ['show', { ref: text }],
        ['blame', { path: 'file.txt', ref: text }],
        ['grep', { pattern: 'x', ref: text }],
        ['merge', { ref: text }],
        ['rebase', { upstream: text }],
        ['reset', { to: text, mode: 'hard' }],
        ['cherry_pick', { commits: [text] }],
        ['branch_create', { name: text }],
        ['branch_create', { name: 'x', from: text }],
        ['branch_switch', { to: text }],
        ['branch_switch', { to: text, detach: true }],
        ['branch_delete', { name: text }],
        ['tag_create', { name: text }],
        ['fetch', { remote: text }],
        ['fetch', { branch: text }],
        ['push', { to: text }],
        ['worktree_add', { path: join(d.root, 'w'), new_branch: text }],
      ];
      for (const [tool, args] of calls)
        expect(['invalid_input', 'not_found'], `${tool} ${JSON.stringify(args)}`).toContain((await d.refusal(tool, args)).code);
    }
    expect(existsSync(join(d.repo, 'pwned'))).toBe(false);
    expect(await d.call('status')).toMatchObject({ clean: true });
  }, 120_000);

  it('takes paths only inside the repository, and no magic', async () => {
    writeFileSync(join(d.outside, 'secret.txt'), 'secret\n');
    for (const path of [
      '../../outside/secret.txt',
      join(d.outside, 'secret.txt'),
      '/etc/passwd',
      '.git/config',
      'x/../../y',
      '',
      '.GIT/hooks/pre-commit',
    ]) {
      for (const [tool, args] of [
        ['diff', { paths: [path] }],
        ['diff', { paths: [path, '/dev/null'] }],
        ['show', { path }],
        ['blame', { path }],
        ['grep', { pattern: 'x', paths: [path] }],
        ['add', { paths: [path] }],
        ['clean', { paths: [path] }],
        ['restore', { paths: [path] }],
      ] as const) {
        expect((await d.refusal(tool, args)).code, `${tool} ${path}`).toBe('invalid_input');
      }
    }
    symlinkSync(join(d.outside, 'secret.txt'), join(d.repo, 'link'));
    symlinkSync(d.outside, join(d.repo, 'door'));
    expect(await d.call('grep', { pattern: 'secret', untracked: true })).toMatchObject({ matches: [] });
    expect((await d.refusal('add', { paths: ['door/secret.txt'] })).code).not.toBe('internal');
    await d.call('add', { paths: ['link'] });
    expect(JSON.stringify(await d.call('diff', { staged: true }))).not.toContain('secret\\n');
    for (const magic of [':(attr:filter=x)', ':!file.txt', ':(exclude)file.txt', ':/'])
      expect(await d.call('diff', { from: 'HEAD~1', paths: [magic] }), magic).toMatchObject({ totals: { files: 0 } });
    expect(await d.call('diff', { from: 'HEAD~1', paths: [join(d.repo, 'file.txt')] })).toMatchObject({ totals: { files: 1 } });
  });
});
